"""What the endpoint libraries raise, as our errors."""

import httpx

from models.retry import Fault, fault_of_status
from tradewind.errors import BackendError, BackendTimeout

UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError)
"""What the libraries raise over an answer that is not what the protocol says."""


def remote_errors() -> tuple[type[Exception], ...]:
    """Everything that a failed try may raise."""
    import openai

    return (BackendError, openai.OpenAIError, httpx.HTTPError, TimeoutError)


def fault_of(name: str, error: Exception, key: str) -> Fault:
    """The error of a failed try as a Fault. The key is struck out of what the server said.

    An unreadable answer may be asked for again, a completion being a read; one without an end
    would have none the next time either.
    """
    import openai

    if isinstance(error.__cause__, BackendError):  # ours, wrapped by the library
        error = error.__cause__
    if isinstance(error, BackendError):
        unread = isinstance(error.__cause__, UNREADABLE)
        return Fault(error, again=unread or isinstance(error, BackendTimeout))
    if isinstance(error, openai.APITimeoutError | httpx.TimeoutException | TimeoutError):
        return Fault(BackendTimeout(f"{name} did not answer in time"), again=True)
    if isinstance(error, openai.APIStatusError):
        said, after = error.response.text, error.response.headers.get("retry-after")
        return fault_of_status(name, error.status_code, _struck(said, key), after)
    if isinstance(error, openai.APIConnectionError | httpx.TransportError):
        reason = f"{type(error).__name__}: {error.__cause__ or error}"
        return Fault(BackendError(f"{name} cannot be reached ({reason})"), again=True)
    return Fault(BackendError(f"{name}: {_struck(str(error), key)}"), again=False)


def _struck(text: str, key: str) -> str:
    return text.replace(key, "***") if key else text
