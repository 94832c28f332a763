"""Open a model by its address: the scheme chooses the back end."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from models.address import Endpoint
from models.catalog import WeightCatalog, WeightFile
from models.engine import LocalEngine
from models.hidden import HiddenStates
from models.local import LocalChat
from models.minilm import MiniLM
from models.openai import EndpointChat
from models.openai_embedding import EndpointEmbedding
from models.retry import RetryPolicy
from models.scripted import ScriptedChat, ScriptedEmbedding
from models.transformer import Pooling, Source, TransformersEmbedding, TransformersVision
from tradewind.errors import NotFound, SpecError
from tradewind.ports.models import ChatModel, EmbeddingModel

CHAT = "local:NAME, local:/path/to/file.gguf, openai+http(s)://HOST/v1#MODEL, " \
    "transformers:FOLDER_OR_ID, scripted:FILE.json"  # fmt: skip
EMBEDDING = "minilm:, hidden:NAME, last:NAME, openai+http(s)://HOST/v1#MODEL, " \
    "transformers:FOLDER_OR_ID?pooling=mean|cls&query=PREFIX&passage=PREFIX, scripted:"  # fmt: skip


def open_chat(
    url: str,
    catalog: WeightCatalog,
    folder: Path,
    engine: LocalEngine,
    *,
    api_key: str = "",
    trusted_languages: frozenset[str] | None = None,
    policy: RetryPolicy | None = None,
    offline: bool = False,
) -> ChatModel:
    """A chat model. `folder` holds the catalogue's files, `engine` the one local model.

    `trusted_languages` overrides what the catalogue says of a local model; others are trusted
    in none unless told. Raises SpecError naming the schemes, or the missing file or package.
    """
    scheme, _, rest = url.partition(":")
    trusted = trusted_languages or frozenset[str]()
    match scheme:
        case "local":
            path, entry = _weights(rest, catalog, folder)
            if trusted_languages is None and entry:
                trusted = frozenset(entry.trusted_languages)
            return LocalChat(engine, path, entry.name if entry else path.stem, trusted)
        case "openai+http" | "openai+https":
            return EndpointChat(Endpoint.parse(url), api_key, trusted, policy=policy)
        case "transformers":
            return TransformersVision(Source(place=rest, offline=offline), trusted)
        case "scripted":
            return ScriptedChat.read(Path(rest))
        case _:
            raise SpecError(f"chat model address {url!r} has no known scheme", f"Write {CHAT}.")


def open_embedding(
    url: str,
    catalog: WeightCatalog,
    folder: Path,
    engine: LocalEngine,
    *,
    api_key: str = "",
    threads: int = 1,
    policy: RetryPolicy | None = None,
    offline: bool = False,
) -> EmbeddingModel:
    """An embedding model; `threads` is MiniLM's. Raises SpecError as `open_chat` does."""
    scheme, _, rest = url.partition(":")
    match scheme:
        case "minilm":
            model, tokenizer = catalog["minilm-l6-v2-int8"], catalog["minilm-l6-v2-tokenizer"]
            return MiniLM(folder / model.file, folder / tokenizer.file, threads)
        case "hidden" | "last":
            path, entry = _weights(rest, catalog, folder)
            name, dimension = (entry.name, entry.dimension) if entry else (path.stem, None)
            pooling = "mean" if scheme == "hidden" else "last"
            return HiddenStates(engine, path, name, dimension, pooling=pooling)
        case "openai+http" | "openai+https":
            first, second = _prefixes(url)
            return EndpointEmbedding(
                Endpoint.parse(url),
                api_key,
                query_prefix=first,
                passage_prefix=second,
                policy=policy,
            )
        case "transformers":
            first, second = _prefixes(url)
            source = Source(place=rest.partition("?")[0], offline=offline)
            return TransformersEmbedding(
                source, _pooling(url), query_prefix=first, passage_prefix=second
            )
        case "scripted":
            return ScriptedEmbedding()
        case _:
            raise SpecError(f"embedding address {url!r} has no known scheme", f"Write {EMBEDDING}.")


def _weights(rest: str, catalog: WeightCatalog, folder: Path) -> tuple[Path, WeightFile | None]:
    """A catalogue name, or a path to a GGUF file (known by its name, if the catalogue has it)."""
    if rest.endswith(".gguf"):
        path = Path(rest).expanduser()
        return path, catalog.for_file(path)
    try:
        entry = catalog[rest]
    except NotFound as error:
        raise SpecError(error.message, f"{error.hint} A file's path ends in .gguf.") from error
    if not entry.file.endswith(".gguf"):
        raise SpecError(f"{entry.name} is no chat model", "Name one whose file ends in .gguf.")
    return folder / entry.file, entry


def _prefixes(url: str) -> tuple[str, str]:
    query = parse_qs(urlsplit(url).query)
    return query.get("query", [""])[0], query.get("passage", [""])[0]


def _pooling(url: str) -> Pooling:
    match parse_qs(urlsplit(url).query).get("pooling", ["mean"])[0]:
        case "mean":
            return "mean"
        case "cls":
            return "cls"
        case other:
            raise SpecError(f"pooling {other!r} is unknown", "Use mean or cls.")
