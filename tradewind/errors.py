"""The error tree.

PlatformError
 +- SpecError         a file of ours or of the operator is wrong; found at startup
 +- RequestError      the caller can mend it
 |   +- NotFound
 |   +- Forbidden
 |   +- QuotaExceeded
 |   +- InvalidInput
 |   +- Busy          another run is at work in the thread
 |   +- RunLimit      a run took what one run may take; a bound of ours
 +- ToolError         a tool could not do its work
 |   +- ToolRetry     the model can mend the call
 |   +- ToolDenied    policy says no
 |   +- ToolFailed
 +- BackendError      a model, store, index or API behind a port
 |   +- BackendTimeout
 |   +- RateLimited
 |   +- LeaseLost     another worker has taken the run over
 +- ReplayMismatch    a replayed step asked for something else than was recorded
"""


class PlatformError(Exception):
    """What went wrong, with the value in it, and `hint`: what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        stop = "" if not self.hint or self.message.endswith((".", "!", "?", ":")) else "."
        return f"{self.message}{stop} {self.hint}".strip()


class SpecError(PlatformError):
    """A scenario, prompt, catalogue or setting is wrong; the message names the file."""


class RequestError(PlatformError):
    """The caller asked for something that cannot be had as asked."""


class NotFound(RequestError):
    """No such thing, or it belongs to somebody else: both read the same."""


class Forbidden(RequestError):
    """The caller is known and may not do this."""


class QuotaExceeded(RequestError):
    """Too much or too often; the hint says when to come back, `retry_after` in seconds."""

    def __init__(self, message: str, hint: str = "", retry_after: int | None = None) -> None:
        super().__init__(message, hint)
        self.retry_after = retry_after


class InvalidInput(RequestError):
    """The input cannot be read; the message names the field and the value."""


class Busy(RequestError):
    """Another run is at work in the thread; the hint says until when at most."""


class RunLimit(RequestError):
    """A run took all that one run may: the message names the limit, what was taken and what may
    be. It is no fault of a back end, and nothing is tried again."""


class ToolError(PlatformError):
    """A tool could not do its work."""


class ToolRetry(ToolError):
    """The arguments are off in a way that the model can mend."""


class ToolDenied(ToolError):
    """Policy forbids this call to this audience or with these arguments."""


class ToolFailed(ToolError):
    """The tool ran and did not succeed."""


class BackendError(PlatformError):
    """A back end behind a port failed."""


class BackendTimeout(BackendError):
    """A back end did not answer in time."""


class RateLimited(BackendError):
    """A back end asked to slow down."""


class LeaseLost(BackendError):
    """The fence is no longer the lease's: somebody else carries the run on, or it has ended."""


class ReplayMismatch(PlatformError):
    """A replayed step asked for something else than was recorded; names the step."""
