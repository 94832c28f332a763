"""A tenant's filings in a folder: each a file of its own, sealed under the installation's key.

They are made of the shop's records and can be made again: an erase empties the folder.
"""

import os
import secrets
from hashlib import sha256
from pathlib import Path

from pydantic import Field, JsonValue, TypeAdapter

from stores.vault import Vault
from tradewind.base import Record
from tradewind.errors import BackendError
from tradewind.ports.filing import Cover, FiledFile, Filing


class _Kept(Record):
    """A filing with its files in base64."""

    dispute_id: str
    texts: dict[str, str]
    files: tuple["_KeptFile", ...]
    objects: dict[str, dict[str, JsonValue]] = Field(default_factory=dict)
    cover: Cover = Cover()


class _KeptFile(FiledFile, ser_json_bytes="base64", val_json_bytes="base64"):
    pass


_KEPT = TypeAdapter(_Kept)


class FilingFolder:
    """Filings over a folder. `key` is the installation's, of 32 bytes."""

    def __init__(self, folder: Path, tenant: str, key: bytes) -> None:
        self._folder = folder / sha256(tenant.encode()).hexdigest()[:32]
        self._tenant = tenant
        self._vault = Vault(key)

    def keep(self, filing: Filing) -> str:
        """Keep it and give its digest. Raises InvalidInput, BackendError for a folder that cannot
        be written."""
        filing.check()
        digest = filing.digest
        clear = _KEPT.dump_json(_Kept.model_validate(filing.model_dump()))
        path = self._path(digest)
        part = path.with_name(f".{digest}.{secrets.token_hex(4)}")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            part.write_bytes(self._vault.hide(clear, self._place(digest)))
            os.replace(part, path)
        except OSError as error:
            raise BackendError(f"{path} cannot be written: {error.strerror}.") from error
        return digest

    def filing(self, digest: str) -> Filing | None:
        """Raises BackendError for a file that was altered or cannot be read."""
        try:
            sealed = self._path(digest).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise BackendError(f"filing {digest} cannot be read: {error.strerror}.") from error
        clear = self._vault.reveal(sealed, self._place(digest))
        return Filing.model_validate(_KEPT.validate_json(clear).model_dump())

    def forget(self) -> int:
        """Delete all of them; gives how many."""
        gone = [path for path in self._folder.glob("*") if path.is_file()]
        for path in gone:
            path.unlink(missing_ok=True)
        return len(gone)

    def _path(self, digest: str) -> Path:
        return self._folder / sha256(digest.encode()).hexdigest()

    def _place(self, digest: str) -> tuple[str, ...]:
        return self._tenant, "filings", digest
