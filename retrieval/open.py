"""Opens a tenant's index by URL."""

from pathlib import Path
from urllib.parse import urlsplit

from tradewind.errors import BackendError, SpecError
from tradewind.ports.models import EmbeddingModel
from tradewind.ports.search import SearchIndex

HINT = "Use edge:FOLDER for the embedded index or http://HOST:6333 for a Qdrant server."
TIMEOUT = 10


def open_index(
    url: str, tenant_id: str, embedding: EmbeddingModel, *, api_key: str | None = None
) -> SearchIndex:
    """`edge:path` (relative to the working folder) or `http(s)://` of a Qdrant server.

    Raises SpecError for another scheme, BackendError when it cannot be opened.
    """
    scheme, _, rest = url.partition(":")
    if scheme == "edge" and rest:
        from retrieval.edge import EdgeIndex

        try:
            return EdgeIndex(Path(rest), tenant_id, embedding)
        except OSError as error:
            raise BackendError(
                f"search index {rest} cannot be opened: {error.strerror}.",
                "Check the disk, or name another folder.",
            ) from error
    if scheme in ("http", "https") and urlsplit(url).hostname:
        from qdrant_client import QdrantClient

        from retrieval.server import ServerIndex

        client = QdrantClient(url, api_key=api_key, timeout=TIMEOUT, check_compatibility=False)
        return ServerIndex(client, tenant_id, embedding)
    raise SpecError(f"search index URL {url!r} is not known.", HINT)
