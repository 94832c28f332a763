"""`transformers:` back ends: tokenizers always, models when torch is installed."""

import asyncio
import importlib
import importlib.util
from collections.abc import AsyncIterator, Sequence
from io import BytesIO
from typing import Any, Literal

from models.local import body_of
from tradewind.base import Record
from tradewind.errors import SpecError
from tradewind.ports.models import ChatRequest, Completion, Usage

Pooling = Literal["mean", "cls"]
BATCH = 16


class Source(Record):
    """A local folder or a hub id. `offline`: never look beyond this machine."""

    place: str
    offline: bool = False


def load_tokenizer(source: Source) -> Any:
    """A transformers tokenizer; needs no torch. Raises SpecError when it cannot be found."""
    return _load("AutoTokenizer", source)


class TransformersEmbedding:
    """A multilingual embedder (multilingual-e5, BGE-M3) on torch; unit vectors.

    E5 wants mean pooling with the prefixes "query: " and "passage: ", BGE-M3 wants "cls" and
    none. Raises SpecError at construction when torch is missing; loads at first use.
    """

    def __init__(
        self,
        source: Source,
        pooling: Pooling = "mean",
        *,
        query_prefix: str = "",
        passage_prefix: str = "",
        languages: frozenset[str] = frozenset(),
        max_tokens: int = 512,
    ) -> None:
        _require_torch(source)
        self._source, self._pooling = source, pooling
        self._prefixes = {"query": query_prefix, "passage": passage_prefix}
        self._languages, self._max_tokens = languages, max_tokens
        self._loaded: tuple[Any, Any] | None = None

    @property
    def name(self) -> str:
        return f"transformers:{self._source.place}"

    @property
    def dimension(self) -> int:
        return int(self._load()[1].config.hidden_size)

    @property
    def languages(self) -> frozenset[str]:
        return self._languages

    def embed(
        self, texts: Sequence[str], kind: Literal["query", "passage"] = "passage"
    ) -> list[list[float]]:
        clean = [self._prefixes[kind] + t.encode("utf-8", "replace").decode() for t in texts]
        vectors: list[list[float]] = []
        for start in range(0, len(clean), BATCH):
            vectors += self._batch(clean[start : start + BATCH])
        return vectors

    def _load(self) -> tuple[Any, Any]:
        if self._loaded is None:
            tokenizer, model = load_tokenizer(self._source), _load("AutoModel", self._source)
            self._loaded = (tokenizer, model.eval())
        return self._loaded

    def _batch(self, texts: list[str]) -> list[list[float]]:
        torch: Any = importlib.import_module("torch")
        tokenizer, model = self._load()
        batch = tokenizer(
            texts, padding=True, truncation=True, max_length=self._max_tokens, return_tensors="pt"
        )
        with torch.inference_mode():
            states = model(**batch).last_hidden_state
            vectors = states[:, 0] if self._pooling == "cls" else _mean(states, batch)
            return torch.nn.functional.normalize(vectors.float(), dim=-1).tolist()


class TransformersVision:
    """A vision-language model (Ovis, Qwen-VL) on torch: a ChatModel that can also be shown
    pictures. `trust_code` runs Python that comes with the model: only for a folder you trust.
    """

    def __init__(
        self,
        source: Source,
        trusted_languages: frozenset[str] = frozenset(),
        trust_code: bool = False,
    ) -> None:
        _require_torch(source)
        self._source, self._trusted, self._trust_code = source, trusted_languages, trust_code
        self._loaded: tuple[Any, Any] | None = None
        self._one = asyncio.Lock()

    @property
    def name(self) -> str:
        return f"transformers:{self._source.place}"

    @property
    def trusted_languages(self) -> frozenset[str]:
        return self._trusted

    async def complete(self, request: ChatRequest) -> Completion:
        return await self.look(request, ())

    async def look(self, request: ChatRequest, pictures: Sequence[bytes]) -> Completion:
        """Answer about the pictures (PNG or JPEG bytes), shown before the last message.

        Raises SpecError for a request bound by grammar, schema or tools, which this back end
        cannot hold to.
        """
        if request.grammar or request.json_schema is not None or request.tools:
            raise SpecError(f"{self.name} cannot bind its output", "Use local: or an endpoint.")
        async with self._one:
            return await asyncio.to_thread(self._generate, request, pictures)

    async def stream(self, request: ChatRequest) -> AsyncIterator[str | Completion]:
        """The whole text at once, then the Completion."""
        completion = await self.complete(request)
        yield completion.text
        yield completion

    async def aclose(self) -> None:
        self._loaded = None

    def _load(self) -> tuple[Any, Any]:
        if self._loaded is None:
            options = {"trust_remote_code": self._trust_code}
            model = _load("AutoModelForImageTextToText", self._source, **options)
            self._loaded = (_load("AutoProcessor", self._source, **options), model.eval())
        return self._loaded

    def _generate(self, request: ChatRequest, pictures: Sequence[bytes]) -> Completion:
        torch: Any = importlib.import_module("torch")
        processor, model = self._load()
        images = [_picture(data) for data in pictures]
        prompt = processor.apply_chat_template(
            _turns(request, len(images)), add_generation_prompt=True, tokenize=False
        )
        inputs = processor(text=[prompt], images=images or None, return_tensors="pt")
        read = int(inputs["input_ids"].shape[1])
        torch.manual_seed(request.seed)
        with torch.inference_mode():
            written = model.generate(**inputs, **_sampling(request))[0][read:]
        text: str = processor.decode(written, skip_special_tokens=True)
        cut = len(written) >= request.max_tokens
        return Completion(
            text=text,
            model=self.name,
            finish="length" if cut else "stop",
            usage=Usage(input_tokens=read, output_tokens=len(written)),
        )


def _sampling(request: ChatRequest) -> dict[str, Any]:
    if request.temperature == 0:
        return {"max_new_tokens": request.max_tokens, "do_sample": False}
    warm = {"do_sample": True, "temperature": request.temperature}
    return {"max_new_tokens": request.max_tokens, **warm}


def _turns(request: ChatRequest, pictures: int) -> list[dict[str, Any]]:
    turns: list[dict[str, Any]] = [
        {"role": m["role"], "content": [{"type": "text", "text": m["content"]}]}
        for m in body_of(request)["messages"]
    ]
    turns[-1]["content"] = [{"type": "image"}] * pictures + turns[-1]["content"]
    return turns


def _picture(data: bytes) -> Any:
    from PIL import Image

    return Image.open(BytesIO(data)).convert("RGB")


def _mean(states: Any, batch: Any) -> Any:
    mask = batch["attention_mask"].unsqueeze(-1).to(states.dtype)
    return (states * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1e-9)


def _load(what: str, source: Source, **options: Any) -> Any:
    transformers: Any = importlib.import_module("transformers")
    try:
        return getattr(transformers, what).from_pretrained(
            source.place, local_files_only=source.offline, **options
        )
    except (OSError, ValueError) as error:
        first = str(error).strip().splitlines()[0]
        raise SpecError(
            f"transformers:{source.place} cannot be loaded: {first}",
            "Name a folder made with save_pretrained, or a model id of the hub.",
        ) from error


def _require_torch(source: Source) -> None:
    if importlib.util.find_spec("torch") is None:
        raise SpecError(
            f"transformers:{source.place} needs torch, which is not installed",
            "Install the extra: pip install -e '.[torch]'.",
        )
