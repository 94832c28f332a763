"""A transport that ends an answer which is larger than any answer may be."""

from collections.abc import AsyncIterator

import httpx

from tradewind.errors import BackendError


class BoundedTransport(httpx.AsyncBaseTransport):
    """Passes requests on to `inner`, and of each answer at most `most` bytes.

    A packed answer is refused: its size says nothing of what it unpacks to.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, most: int) -> None:
        self._inner, self._most = inner, most

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        packed = answer.headers.get("content-encoding", "identity")
        if packed != "identity":
            await answer.aclose()
            raise BackendError(f"{request.url.host} answered packed ({packed}), unasked")
        assert isinstance(answer.stream, httpx.AsyncByteStream)
        answer.stream = _Counted(answer.stream, request.url.host, self._most)
        return answer

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Counted(httpx.AsyncByteStream):
    """Raises BackendError once more bytes have come than may."""

    def __init__(self, stream: httpx.AsyncByteStream, host: str, most: int) -> None:
        self._stream, self._host, self._most = stream, host, most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = self._most
        async for piece in self._stream:
            left -= len(piece)
            if left < 0:
                raise BackendError(f"{self._host} sent more than {self._most} bytes")
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()
