import asyncio
import json
from pathlib import Path

import pytest

from models.address import Endpoint
from models.catalog import WeightCatalog
from models.engine import LocalEngine
from models.open import open_chat, open_embedding
from tradewind.errors import BackendError, SpecError
from tradewind.ports.models import ChatMessage, ChatRequest, Completion


@pytest.fixture
def engine() -> LocalEngine:
    return LocalEngine(threads=1)


def ask(text: str) -> ChatRequest:
    return ChatRequest(messages=(ChatMessage(role="user", content=text),))


@pytest.mark.parametrize(
    ("text", "url", "model", "grammar"),
    [
        ("openai+http://127.0.0.1:8000/v1#q/w", "http://127.0.0.1:8000/v1", "q/w", "vllm"),
        ("openai+https://h/v1/?model=a&grammar=llama.cpp", "https://h/v1", "a", "llama.cpp"),
    ],
)
def test_an_endpoint_address(text: str, url: str, model: str, grammar: str) -> None:
    assert Endpoint.parse(text) == Endpoint.model_validate(
        {"url": url, "model": model, "grammar": grammar}
    )


@pytest.mark.parametrize(
    "text",
    [
        "openai+http://host/v1",
        "openai+http:///v1#m",
        "openai+ftp://host#m",
        "http://host/v1#m",
        "openai+https://user:hunter2@host/v1#m",
        "openai+http://host/v1?model=m&grammar=yacc",
    ],
)
def test_a_wrong_endpoint_address_names_the_remedy(text: str) -> None:
    with pytest.raises(SpecError) as caught:
        Endpoint.parse(text)
    assert caught.value.hint
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("url", ["", "gpt-4", "ollama:x", "local", "minilm:"])
def test_an_unknown_chat_scheme_lists_the_schemes(
    url: str, tmp_path: Path, engine: LocalEngine
) -> None:
    with pytest.raises(SpecError) as caught:
        open_chat(url, WeightCatalog.shipped(), tmp_path, engine)
    if not url.startswith("local"):
        assert "openai+http(s)://" in str(caught.value)


def test_an_unknown_embedding_scheme_lists_the_schemes(tmp_path: Path, engine: LocalEngine) -> None:
    with pytest.raises(SpecError, match="minilm:, hidden:NAME"):
        open_embedding("word2vec:", WeightCatalog.shipped(), tmp_path, engine)


@pytest.mark.parametrize("url", ["local:qwen2.5-coder-1.5b-instruct", "local:/no/such.gguf"])
def test_missing_weights_name_the_remedy(url: str, tmp_path: Path, engine: LocalEngine) -> None:
    with pytest.raises(SpecError, match="models pull"):
        open_chat(url, WeightCatalog.shipped(), tmp_path, engine)


def test_missing_embedding_weights_name_the_remedy(tmp_path: Path, engine: LocalEngine) -> None:
    for url in ("minilm:", "hidden:qwen2.5-coder-0.5b-instruct"):
        with pytest.raises(SpecError, match="models pull"):
            open_embedding(url, WeightCatalog.shipped(), tmp_path, engine)


def test_a_local_model_has_the_catalogues_trust_unless_told(
    tmp_path: Path, engine: LocalEngine
) -> None:
    catalog = WeightCatalog.shipped()
    path = tmp_path / "qwen2.5-coder-1.5b-q4_k_m.gguf"
    path.write_bytes(b"GGUF")
    for url in ("local:qwen2.5-coder-1.5b-instruct", f"local:{path}"):
        assert open_chat(url, catalog, tmp_path, engine).trusted_languages == frozenset()
    told = open_chat(url, catalog, tmp_path, engine, trusted_languages=frozenset({"de"}))
    assert told.trusted_languages == {"de"}
    hidden = open_embedding("hidden:qwen2.5-coder-1.5b-instruct", catalog, tmp_path, engine)
    assert hidden.dimension == 1536


def test_a_file_that_is_no_chat_model_is_refused(tmp_path: Path, engine: LocalEngine) -> None:
    with pytest.raises(SpecError, match="no chat model"):
        open_chat("local:minilm-l6-v2-int8", WeightCatalog.shipped(), tmp_path, engine)


def test_an_endpoint_is_trusted_only_when_told(tmp_path: Path, engine: LocalEngine) -> None:
    url = "openai+http://127.0.0.1:9/v1#big"
    catalog = WeightCatalog.shipped()
    assert open_chat(url, catalog, tmp_path, engine).trusted_languages == frozenset()
    assert open_embedding(url, catalog, tmp_path, engine).name == "big"


def test_a_script_file_answers_by_rule_then_in_turn(tmp_path: Path, engine: LocalEngine) -> None:
    script = {
        "name": "s",
        "trusted_languages": ["en"],
        "rules": [{"contains": "refund", "text": "by rule"}],
        "answers": ["one  two", "next"],
    }
    path = tmp_path / "script.json"
    path.write_text(json.dumps(script))
    chat = open_chat(f"scripted:{path}", WeightCatalog.shipped(), tmp_path, engine)

    async def talk() -> list[str]:
        said = [(await chat.complete(ask(t))).text for t in ("a refund", "x", "refund", "y")]
        with pytest.raises(BackendError, match="no answer left"):
            await chat.complete(ask("z"))
        return said

    assert asyncio.run(talk()) == ["by rule", "one  two", "by rule", "next"]


def test_a_scripted_stream_gives_the_text_in_pieces(tmp_path: Path, engine: LocalEngine) -> None:
    path = tmp_path / "script.json"
    path.write_text('{"answers": ["one  two\\nthree"]}')
    chat = open_chat(f"scripted:{path}", WeightCatalog.shipped(), tmp_path, engine)

    async def items() -> list[str | Completion]:
        return [item async for item in chat.stream(ask("x"))]

    *pieces, whole = asyncio.run(items())
    assert len(pieces) == 3
    assert isinstance(whole, Completion)
    assert "".join(map(str, pieces)) == whole.text


@pytest.mark.parametrize("text", ["{", '{"answer": []}', "[]"])
def test_a_wrong_script_is_refused_by_name(text: str, tmp_path: Path, engine: LocalEngine) -> None:
    path = tmp_path / "script.json"
    path.write_text(text)
    with pytest.raises(SpecError, match=r"script\.json"):
        open_chat(f"scripted:{path}", WeightCatalog.shipped(), tmp_path, engine)


def test_scripted_vectors_are_unit_and_nearer_for_shared_words(
    tmp_path: Path, engine: LocalEngine
) -> None:
    model = open_embedding("scripted:", WeightCatalog.shipped(), tmp_path, engine)
    shoe, shoes, tax = model.embed(["red shoe", "red shoe sale", "customs tax"])
    assert sum(x * x for x in shoe) == pytest.approx(1)

    def near(a: list[float], b: list[float]) -> float:
        return sum(x * y for x, y in zip(a, b, strict=True))

    assert near(shoe, shoes) > near(shoe, tax)
    assert model.embed(["red shoe"])[0] == shoe
    assert len(model.embed([""])[0]) == model.dimension
