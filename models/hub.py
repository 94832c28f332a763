"""Fetch a file from a plain HTTPS address, continuing where an earlier try stopped."""

import threading
from collections.abc import Callable
from http import HTTPStatus

import httpx

from models.catalog import HubSource, WeightFile
from models.parts import PartFile
from tradewind.errors import BackendError, BackendTimeout

READ_TIMEOUT = 30.0
TRIES = 4


def fetch_hub(
    source: HubSource,
    entry: WeightFile,
    part: PartFile,
    arrived: Callable[[int], None],
    patience: float,
) -> None:
    """Bring the file into `part`. A connection that breaks is taken up again while it yields
    anything. Raises BackendError, BackendTimeout."""
    tries = 0
    while part.size < entry.bytes:
        before = part.size
        try:
            _download(source.url, entry, part, arrived, patience)
        except httpx.HTTPError as error:
            tries = 0 if part.size > before else tries + 1
            if tries >= TRIES or part.size == 0:
                raise BackendError(f"{type(error).__name__}: {error}") from error
        else:
            if part.size < entry.bytes:
                raise BackendError(f"ended after {part.size} of {entry.bytes} bytes")


def _download(
    url: str, entry: WeightFile, part: PartFile, arrived: Callable[[int], None], patience: float
) -> None:
    timeout = httpx.Timeout(READ_TIMEOUT, connect=patience)
    headers = {"Range": f"bytes={part.size}-"} if part.size else {}
    headers["Accept-Encoding"] = "identity"
    with httpx.Client(timeout=timeout, follow_redirects=True) as client:
        response = _opened(client, client.build_request("GET", url, headers=headers), patience)
        try:
            _check(response, entry, part)
            part.append(response.iter_raw(), entry.bytes, arrived)
        finally:
            response.close()


def _opened(client: httpx.Client, request: httpx.Request, patience: float) -> httpx.Response:
    """Send in a thread of its own: a name lookup that hangs heeds no timeout of the client's."""
    answer: list[httpx.Response | httpx.HTTPError] = []

    def send() -> None:
        try:
            answer.append(client.send(request, stream=True))
        except httpx.HTTPError as error:
            answer.append(error)
        except RuntimeError as error:  # the client was closed under a thread that came too late
            answer.append(httpx.TransportError(str(error)))

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    thread.join(patience)
    if not answer:
        raise BackendTimeout(f"no answer within {patience:g} s")
    if isinstance(answer[0], httpx.HTTPError):
        raise BackendError(f"{type(answer[0]).__name__}: {answer[0]}") from answer[0]
    return answer[0]


def _check(response: httpx.Response, entry: WeightFile, part: PartFile) -> None:
    """Refuse what announces itself as another file, before its bytes are fetched."""
    status = response.status_code
    if status == HTTPStatus.OK and part.size:
        part.discard()
    elif status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        part.discard()
        raise BackendError("the part kept is longer than the file there; it was deleted")
    elif status not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
        raise BackendError(f"HTTP {status}")
    announced = response.headers.get("content-length", "")
    if announced.isdigit() and part.size + int(announced) != entry.bytes:
        raise BackendError(
            f"the file there has {part.size + int(announced)} bytes, expected {entry.bytes}"
        )
