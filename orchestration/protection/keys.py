"""Secret keys, the subkeys derived from them, and how one secret is wrapped under another."""

import base64
import binascii
import os
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from orchestration.errors import ConfigurationError

KEY_VARIABLE = "CRW_MASTER_KEY"
FILE_VARIABLE = "CRW_MASTER_KEY_FILE"
KEY_BYTES = 32
NONCE_BYTES = 12
_SALT = b"customer-risk-warehouse/1"
HOW_TO_MAKE = (
    f"make one with `(umask 077; openssl rand -base64 32 > master.key)`, keep it outside the warehouse and in a "
    f"backup of its own, and name it in {FILE_VARIABLE}."
)


def letters(data: bytes) -> str:
    """Write bytes in the letters a-p, two per byte: no scanner can take the result for a number."""
    return data.hex().translate(_HEX_TO_LETTERS)


_HEX_TO_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


@dataclass(frozen=True)
class SecretKey:
    """32 secret bytes; `subkey` derives one key per purpose, so that no two purposes share one."""

    secret: bytes

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise ConfigurationError(f"A key has to be {KEY_BYTES} bytes, written in base64.", HOW_TO_MAKE)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(key_id={self.key_id})"

    @classmethod
    def new(cls) -> "SecretKey":
        """Make a key of random bytes."""
        return cls(os.urandom(KEY_BYTES))

    @cached_property
    def key_id(self) -> str:
        """Public name of this key, 16 letters: tells two keys apart and says nothing about either."""
        return letters(self._derive("key-id", 8))

    def subkey(self, purpose: str) -> bytes:
        """32 bytes for one purpose, such as `vault` or `pseudonym:email` (HKDF-SHA-256)."""
        return self._derive(purpose, KEY_BYTES)

    def wrap(self, secret: bytes, purpose: str, bound: str) -> str:
        """Encrypt a secret (AES-256-GCM) under the subkey of a purpose; it opens for the same `bound` text only."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self.subkey(purpose)).encrypt(nonce, secret, bound.encode())
        return base64.b64encode(nonce + sealed).decode()

    def unwrap(self, wrapped: str | bytes, purpose: str, bound: str) -> bytes:
        """Decrypt what `wrap` made. Raises ValueError for another key, another `bound` or an altered text."""
        data = base64.b64decode(wrapped)
        try:
            return AESGCM(self.subkey(purpose)).decrypt(
                data[:NONCE_BYTES], data[NONCE_BYTES:], bound.encode()
            )
        except InvalidTag:
            raise ValueError(f"not wrapped under key {self.key_id} for {bound}") from None

    def _derive(self, purpose: str, length: int) -> bytes:
        return HKDF(SHA256(), length, _SALT, purpose.encode()).derive(self.secret)


class MasterKey(SecretKey):
    """The key that the operator keeps outside the warehouse: it wraps all others."""

    @property
    def pseudonyms(self) -> SecretKey:
        """The secret a warehouse makes its first pseudonyms with: same key and files, same rows in any warehouse."""
        return SecretKey(self.subkey("first:pseudonyms"))

    def master(self, key_id: str) -> "MasterKey":
        """This key, when it has the id. Raises KeyError."""
        if key_id != self.key_id:
            raise KeyError(key_id)
        return self

    @classmethod
    def decode(cls, text: str, where: str) -> "MasterKey":
        """Read a key written in base64. Raises ConfigurationError naming where it stands, never the text."""
        try:
            secret = base64.b64decode(text.strip(), validate=True)
        except (binascii.Error, ValueError):
            secret = b""
        if len(secret) != KEY_BYTES:
            raise ConfigurationError(f"{where} does not hold {KEY_BYTES} bytes in base64.", HOW_TO_MAKE)
        return cls(secret)


class Keys(Protocol):
    """What pseudonyms and vault need: one master key in tests, the key ring of a warehouse everywhere else."""

    @property
    def key_id(self) -> str:
        """Id of the master key that new vault files are written under."""

    @property
    def pseudonyms(self) -> SecretKey:
        """The secret of the pseudonyms."""

    def subkey(self, purpose: str) -> bytes:
        """32 bytes for one purpose."""

    def master(self, key_id: str) -> MasterKey:
        """The master key of an id. Raises KeyError for one that is not at hand."""
