"""The vault: clear values in Parquet files encrypted with AES-256-GCM, one data key per file under the master key."""

import base64
import os
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from orchestration.errors import CrwError
from orchestration.files import fsync_dir, fsync_file, make_dirs
from orchestration.protection.keys import MasterKey

VAULT_SCHEMA = pa.schema(
    [
        ("domain", pa.string()),
        ("key", pa.string()),
        ("value", pa.string()),
        ("source", pa.string()),
        ("entity", pa.string()),
        ("column", pa.string()),
        ("line", pa.int64()),
    ]
)
_NONCE_BYTES = 12


class _Kms(pe.KmsClient):
    """Wraps a file's data key with the vault subkey; key id and file name are authenticated with it."""

    def __init__(self, master_key: MasterKey, bound_name: str) -> None:
        pe.KmsClient.__init__(self)
        self._cipher = AESGCM(master_key.subkey("vault"))
        self._bound = f"{master_key.key_id}|{bound_name}".encode()

    def wrap_key(self, key_bytes: bytes, master_key_identifier: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, key_bytes, self._bound))

    def unwrap_key(self, wrapped_key: bytes, master_key_identifier: str) -> bytes:
        data = base64.b64decode(wrapped_key)
        return self._cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], self._bound)


def _factory(master_key: MasterKey, name: str) -> pe.CryptoFactory:
    # The file's name (its batch id), not its path: a warehouse may be moved, one file may not pose as another.
    return pe.CryptoFactory(lambda _: _Kms(master_key, name))


class VaultWriter:
    """Streams clear values into one encrypted file; a context manager that leaves the whole file or none.

    A value is written once per (domain, key, column) of the file, with the line where it was first met.
    `name` is the final file name when the caller moves the file there itself; without rows there is no file.
    """

    def __init__(self, path: Path, master_key: MasterKey, name: str | None = None) -> None:
        self.path = path
        self.rows = 0
        self._temporary = path.with_name(f".{path.name}.tmp")
        self._factory = _factory(master_key, name or path.name)
        self._key_id = master_key.key_id
        self._writer: pq.ParquetWriter | None = None
        self._seen: set[int] = set()

    def __enter__(self) -> "VaultWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()

    def write(self, table: pa.Table) -> None:
        """Append rows of VAULT_SCHEMA, leaving out what the file already holds."""
        if table.num_rows == 0:
            return
        fresh = self._unseen(table.select(VAULT_SCHEMA.names).cast(VAULT_SCHEMA))
        if fresh.num_rows == 0:
            return
        if self._writer is None:
            self._writer = self._open()
        self._writer.write_table(fresh)
        self.rows += fresh.num_rows

    def close(self) -> None:
        """Make the file durable under its name; without rows there is no file."""
        if self._writer is None:
            return
        self._writer.close()
        fsync_file(self._temporary)
        os.replace(self._temporary, self.path)
        fsync_dir(self.path.parent)

    def abort(self) -> None:
        """Drop what was written."""
        if self._writer is not None:
            self._writer.close()
            self._temporary.unlink(missing_ok=True)

    def _open(self) -> pq.ParquetWriter:
        make_dirs(self.path.parent)
        configuration = pe.EncryptionConfiguration(
            footer_key=self._key_id,
            uniform_encryption=True,
            encryption_algorithm="AES_GCM_V1",
            double_wrapping=False,
            data_key_length_bits=256,
        )
        properties = self._factory.file_encryption_properties(pe.KmsConnectionConfig(), configuration)
        return pq.ParquetWriter(
            self._temporary, VAULT_SCHEMA, compression="zstd", encryption_properties=properties
        )

    def _unseen(self, table: pa.Table) -> pa.Table:
        marks = [
            hash(row)
            for row in zip(
                table["domain"].to_pylist(),
                table["key"].to_pylist(),
                table["column"].to_pylist(),
                strict=True,
            )
        ]
        keep = []
        for mark in marks:
            keep.append(mark not in self._seen)
            self._seen.add(mark)
        return table if all(keep) else table.filter(pa.array(keep))


def read_vault(path: Path, master_key: MasterKey, key: str | None = None) -> pa.Table:
    """Clear rows of one vault file (VAULT_SCHEMA), or those of one pseudonym.

    Raises CrwError when the key is another one, or the file was altered or renamed.
    """
    try:
        properties = _factory(master_key, path.name).file_decryption_properties(
            pe.KmsConnectionConfig(), pe.DecryptionConfiguration()
        )
        table = pq.ParquetFile(path, decryption_properties=properties).read()
    except (InvalidTag, KeyError, OSError, ValueError) as error:
        raise CrwError(
            f"The vault file {path.name} cannot be opened ({type(error).__name__}).",
            f"use the master key it was written with (this one is {master_key.key_id}), "
            "and the file under its own name.",
        ) from None
    return table if key is None else table.filter(pc.equal(table["key"], key))
