"""The transformers back ends on tiny random models made here."""

import asyncio
import importlib.util
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from models.transformer import Source, TransformersEmbedding, TransformersVision, load_tokenizer
from tradewind.errors import SpecError
from tradewind.ports.models import ChatMessage, ChatRequest

WORDS = ["[PAD]", "[UNK]", "<image>", "query", "passage", ":", "red", "shoe", "tax", "what", "is"]
needs_torch = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None, reason="torch is an extra"
)
TEMPLATE = (
    "{% for m in messages %}{% for c in m.content %}"
    "{{ '<image> ' if c.type == 'image' else c.text + ' ' }}{% endfor %}{% endfor %}"
)


def tiny_tokenizer() -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    words = {word: n for n, word in enumerate(WORDS)}
    inner = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    inner.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return PreTrainedTokenizerFast(
        tokenizer_object=inner, pad_token="[PAD]", unk_token="[UNK]", eos_token="[PAD]",
        extra_special_tokens={"image_token": "<image>"},
    )  # fmt: skip


@pytest.fixture
def embedder(tmp_path: Path) -> Source:
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16,
    )  # fmt: skip
    BertModel(config).save_pretrained(tmp_path)
    tiny_tokenizer().save_pretrained(tmp_path)
    return Source(place=str(tmp_path), offline=True)


@pytest.fixture
def seer(tmp_path: Path) -> Source:
    import torch
    from transformers import (
        CLIPImageProcessor,
        CLIPVisionConfig,
        LlamaConfig,
        LlavaConfig,
        LlavaForConditionalGeneration,
        LlavaProcessor,
    )  # fmt: skip

    torch.manual_seed(1)
    sizes = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1}
    vision = CLIPVisionConfig(**sizes, num_attention_heads=2, image_size=8, patch_size=4)
    words = LlamaConfig(**sizes, num_attention_heads=2, vocab_size=len(WORDS), pad_token_id=0)
    config = LlavaConfig(
        vision_config=vision, text_config=words, image_token_index=2, vision_feature_layer=-1
    )
    LlavaForConditionalGeneration(config).save_pretrained(tmp_path)
    LlavaProcessor(
        CLIPImageProcessor(size={"shortest_edge": 8}, crop_size={"height": 8, "width": 8}),
        tiny_tokenizer(), patch_size=4, vision_feature_select_strategy="default",
        chat_template=TEMPLATE, num_additional_image_tokens=1,
    ).save_pretrained(tmp_path)  # fmt: skip
    return Source(place=str(tmp_path), offline=True)


def picture() -> bytes:
    from PIL import Image

    data = BytesIO()
    Image.new("RGB", (12, 9), "red").save(data, "PNG")
    return data.getvalue()


def ask(**options: Any) -> ChatRequest:
    messages = (ChatMessage(role="user", content="what is red"),)
    return ChatRequest.model_validate({"messages": messages, "max_tokens": 4} | options)


def test_a_tokenizer_needs_no_torch(tmp_path: Path) -> None:
    tiny_tokenizer().save_pretrained(tmp_path)
    tokenizer = load_tokenizer(Source(place=str(tmp_path), offline=True))
    assert tokenizer("red shoe")["input_ids"] == [6, 7]


def test_a_place_without_a_tokenizer_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="cannot be loaded"):
        load_tokenizer(Source(place=str(tmp_path), offline=True))


@pytest.mark.skipif(importlib.util.find_spec("torch") is not None, reason="torch is there")
def test_without_torch_the_remedy_is_named() -> None:
    for make in (TransformersEmbedding, TransformersVision):
        with pytest.raises(SpecError, match=r"\[torch\]"):
            make(Source(place="intfloat/multilingual-e5-small", offline=True))


@needs_torch
@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_vectors_are_unit_and_do_not_depend_on_padding(embedder: Source, pooling: Any) -> None:
    model = TransformersEmbedding(embedder, pooling)
    together = model.embed(["red", "red shoe tax is what"])
    assert together[0] == pytest.approx(model.embed(["red"])[0], abs=1e-5)
    assert sum(x * x for x in together[1]) == pytest.approx(1, abs=1e-5)
    assert model.dimension == len(together[0]) == 16


@needs_torch
def test_a_query_and_a_passage_differ_by_their_prefix(embedder: Source) -> None:
    model = TransformersEmbedding(embedder, query_prefix="query : ", passage_prefix="passage : ")
    assert model.embed(["red"], "query") != model.embed(["red"], "passage")
    bare = TransformersEmbedding(embedder)
    assert model.embed(["red"], "query") == bare.embed(["query : red"])


@needs_torch
def test_a_picture_is_looked_at(seer: Source) -> None:
    model = TransformersVision(seer)
    seen = asyncio.run(model.look(ask(), [picture()]))
    again = asyncio.run(model.look(ask(), [picture()]))
    assert seen == again
    assert seen.usage.input_tokens == 4 + 3
    assert 0 < seen.usage.output_tokens <= 4
    assert asyncio.run(model.complete(ask())).usage.input_tokens == 3


@needs_torch
def test_it_does_not_pretend_to_bind_its_output(seer: Source) -> None:
    with pytest.raises(SpecError, match="cannot bind"):
        asyncio.run(TransformersVision(seer).complete(ask(grammar="x")))
