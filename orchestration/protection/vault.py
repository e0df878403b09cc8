"""The vault: clear values in Parquet files encrypted with AES-256-GCM, one data key per file under the master key."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe

from orchestration.errors import CrwError
from orchestration.files import fsync_dir, fsync_file, make_dirs
from orchestration.protection.keys import Keys
from orchestration.protection.pseudonyms import PSEUDONYM_BYTES

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
_REPEATING = ["domain", "source", "entity", "column"]
# Arrow writes the key's name, in clear, behind the data; the footer itself is encrypted.
_KEY_NAME = re.compile(rb'"masterKeyID":"([a-p]{16})"')
_TAIL = 4096
_LOWER_BITS = np.uint64(0x0F0F0F0F0F0F0F0F)


class _Kms(pe.KmsClient):
    """Wraps a file's data key with the vault subkey; key id and file name are authenticated with it."""

    def __init__(self, keys: Keys, name: str) -> None:
        pe.KmsClient.__init__(self)
        self._keys, self._name = keys, name

    def wrap_key(self, key_bytes: bytes, master_key_identifier: str) -> bytes:
        return (
            self._keys.master(master_key_identifier)
            .wrap(key_bytes, "vault", f"{master_key_identifier}|{self._name}")
            .encode()
        )

    def unwrap_key(self, wrapped_key: bytes, master_key_identifier: str) -> bytes:
        return self._keys.master(master_key_identifier).unwrap(
            wrapped_key, "vault", f"{master_key_identifier}|{self._name}"
        )


def _factory(keys: Keys, name: str) -> pe.CryptoFactory:
    # The file's name (its batch id), not its path: a warehouse may be moved, one file may not pose as another.
    return pe.CryptoFactory(lambda _: _Kms(keys, name))


class VaultWriter:
    """Streams clear values into one encrypted file; a context manager that leaves the whole file or none.

    A value is written once per (domain, key, column) of the file, with the line where it was first met.
    `name` is the final file name when the caller moves the file there itself; without rows there is no file.
    """

    def __init__(self, path: Path, keys: Keys, name: str | None = None) -> None:
        self.path = path
        self.rows = 0
        self._temporary = path.with_name(f".{path.name}.tmp")
        self._factory = _factory(keys, name or path.name)
        self._key_id = keys.key_id
        self._writer: pq.ParquetWriter | None = None
        self._seen = np.empty(0, np.uint64)

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
            self._temporary,
            VAULT_SCHEMA,
            compression="zstd",
            # Keys and values hardly repeat in a file, and nobody can look into the statistics of an encrypted one.
            use_dictionary=_REPEATING,
            write_statistics=False,
            encryption_properties=properties,
        )

    def _unseen(self, table: pa.Table) -> pa.Table:
        """The rows whose (domain, key, column) the file does not hold yet, each the first of its equals."""
        marks = _marks(table)
        # Sorting two sorted runs merges them.
        seen = np.concatenate([self._seen, np.sort(marks)])
        seen.sort(kind="stable")
        is_repeat = seen[1:] == seen[:-1]
        before, self._seen = self._seen, seen[~np.append(is_repeat, False)]
        if not is_repeat.any():
            return table
        distinct, first = np.unique(marks, return_index=True)
        is_new = np.searchsorted(before, distinct) == np.searchsorted(before, distinct, side="right")
        return table.take(pa.array(np.sort(first[is_new])))


def _marks(table: pa.Table) -> np.ndarray:
    """64 bits for each row (uint64): those of half its pseudonym, mixed with a hash of its domain and column.

    Numbers in one array take a tenth of the memory of a set, and a fifth of its time. Raises ArrowInvalid for a key
    that is no pseudonym of 32 letters.
    """
    places = pc.binary_join_element_wise(table["domain"], table["column"], " ").combine_chunks()
    places = places.dictionary_encode()
    salts = np.array([hash(place) for place in places.dictionary.to_pylist()], np.int64).view(np.uint64)
    keys = table["key"].combine_chunks().cast(pa.binary(2 * PSEUDONYM_BYTES))
    words = np.frombuffer(keys.buffers()[1], np.uint64).reshape(len(keys), 4)
    # a to p differ in their lower four bits.
    half = ((words[:, 0] & _LOWER_BITS) << np.uint64(4)) | (words[:, 1] & _LOWER_BITS)
    return half ^ salts[places.indices.to_numpy()]


def vault_files(warehouse: Path) -> list[Path]:
    """All vault files of a warehouse, in the order of their names."""
    return sorted(path for path in (warehouse / "vault").rglob("*.parquet") if not path.name.startswith("."))


def vault_key_id(path: Path) -> str | None:
    """Id of the master key a vault file is written under, read without any key; None when it is no vault file."""
    with open(path, "rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        found = _KEY_NAME.findall(file.read())
    return found[-1].decode() if found else None


def read_vault(path: Path, keys: Keys, key: str | None = None) -> pa.Table:
    """Clear rows of one vault file (VAULT_SCHEMA), or those of one pseudonym. Raises as iter_vault."""
    return pa.concat_tables([VAULT_SCHEMA.empty_table(), *iter_vault(path, keys, key)])


def iter_vault(path: Path, keys: Keys, key: str | None = None) -> Iterator[pa.Table]:
    """Clear rows of one vault file, or those of one pseudonym, in parts: a large file needs little memory.

    Raises CrwError when the master key is not at hand, or the file was altered or renamed.
    """
    try:
        properties = _factory(keys, path.name).file_decryption_properties(
            pe.KmsConnectionConfig(), pe.DecryptionConfiguration()
        )
        with pq.ParquetFile(path, decryption_properties=properties) as file:
            for batch in file.iter_batches():
                rows = pa.Table.from_batches([batch], VAULT_SCHEMA)
                yield rows if key is None else rows.filter(pc.equal(rows["key"], key))
    except (KeyError, OSError, TypeError, ValueError) as error:
        raise CrwError(
            f"The vault file {path.name} cannot be opened ({type(error).__name__}).",
            f"use the master key it was written with ({vault_key_id(path) or 'unknown'}; this one is {keys.key_id}), "
            "and the file under its own name.",
        ) from None
