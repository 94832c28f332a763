"""What the databases say when something is wrong, in the house's errors with the remedy."""

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from tradewind.errors import BackendError, BackendTimeout, InvalidInput, PlatformError

_REMEDIES: tuple[tuple[str, type[BackendError], str], ...] = (
    ("disk is full", BackendError,
     "Free space on its disk and on the one for temporary files, then do it again."),
    ("no space left", BackendError, "Free space on the database server, then do it again."),
    ("is locked", BackendTimeout,
     "Another process holds the write lock: let its import end, then do it again."),
    ("lock timeout", BackendTimeout, "Another process holds a lock: wait, then do it again."),
    ("readonly", BackendError, "Give this user the right to write the file and its folder."),
    ("read-only", BackendError, "Point the URL at a server that takes writes."),
    ("unable to open", BackendError, "Check that the folder exists and that this user may write."),
    ("not a database", BackendError, "Point the URL at a Tradewind store, or at a new file."),
    ("malformed", BackendError, "Restore the file from a backup."),
    ("disk i/o error", BackendError, "Check the disk; keep the store off network folders."),
    ("password authentication", BackendError, "Check user and password in the URL."),
    ("does not exist", BackendError, "Create the database or user, or correct the URL."),
    ("connection", BackendError, "Check that the server runs and that the URL is right."),
)  # fmt: skip
_DEFAULT = "Check the store's URL and the server's log."


def name_of(url: URL) -> str:
    """The URL as it may be shown: no password."""
    return url.render_as_string(hide_password=True)


def explain(error: BaseException, url: URL) -> PlatformError:
    """The narrowest error of ours for a driver's error (or SQLAlchemy's around it)."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    text = " ".join(str(cause).split())
    if any(kind.__name__ == "DataError" for kind in type(cause).__mro__):
        return InvalidInput(f"a value does not fit the store: {text}.", "Correct the value.")
    for mark, kind, remedy in _REMEDIES:
        if mark in text.lower():
            return kind(f"store {name_of(url)}: {text}.", remedy)
    return BackendError(f"store {name_of(url)}: {text}.", _DEFAULT)
