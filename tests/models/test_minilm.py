from pathlib import Path

import numpy as np
import pytest

from models.catalog import WeightCatalog
from models.engine import LocalEngine
from models.minilm import MiniLM, pooled
from models.open import open_embedding
from models.pull import present


@pytest.fixture
def minilm(model_folder: Path) -> MiniLM:
    catalog = WeightCatalog.shipped()
    for name in ("minilm-l6-v2-int8", "minilm-l6-v2-tokenizer"):
        if not present(catalog[name], model_folder):
            pytest.skip(f"{name} is not in the model folder")
    model = open_embedding("minilm:", catalog, model_folder, LocalEngine(threads=1))
    assert isinstance(model, MiniLM)
    return model


@pytest.mark.model
def test_near_texts_have_near_vectors(minilm: MiniLM) -> None:
    texts = ["running shoes for women", "ladies' sneakers for jogging", "customs duty rules"]
    shoes, sneakers, customs = np.array(minilm.embed(texts))
    assert shoes @ sneakers > shoes @ customs + 0.2


@pytest.mark.model
def test_vectors_are_unit_and_do_not_depend_on_their_batch(minilm: MiniLM) -> None:
    texts = [f"text {'long ' * (n % 7)}{n}" for n in range(70)] + ["", "\ud800", "word " * 900]
    together = np.array(minilm.embed(texts))
    assert together.shape == (73, minilm.dimension)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    alone = np.array([minilm.embed([text])[0] for text in texts[::9]])
    assert np.allclose(together[::9], alone, atol=1e-5)


def test_padding_has_no_say_in_the_mean() -> None:
    states = np.array([[[3.0, 4.0], [9.0, 9.0]]], dtype=np.float32)
    assert np.allclose(pooled(states, np.array([[1, 0]])), [[0.6, 0.8]])
