"""MiniLM for the benchmarks that need it."""

from models.catalog import WeightCatalog
from models.minilm import MiniLM
from models.pull import present
from wiring.bench.figure import Place


def minilm_of(place: Place) -> MiniLM | str:
    """The embedder, or why it cannot be had."""
    catalog = WeightCatalog.shipped()
    files = [catalog["minilm-l6-v2-int8"], catalog["minilm-l6-v2-tokenizer"]]
    missing = [entry.name for entry in files if not present(entry, place.models)]
    if missing:
        return f"{', '.join(missing)} not in {place.models}; run: tradewind models pull"
    model, tokenizer = (place.models / entry.file for entry in files)
    return MiniLM(model, tokenizer, 1)
