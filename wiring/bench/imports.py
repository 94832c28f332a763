"""Importing 100,000 product rows, and indexing them: in a process of its own, for its memory."""

import csv
import resource
import sqlite3
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cached_property
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

import numpy as np

from stores.bench import measure as measure_database
from tradewind.base import Record
from tradewind.errors import BackendError
from tradewind.people import Tenant
from tradewind.ports.models import EmbeddingModel
from wiring.bench.figure import Figure, Place
from wiring.bench.weights import minilm_of
from wiring.imports import FileReport, import_files
from wiring.platform import Platform
from wiring.settings import NONE, Settings

ROWS = 100_000
SECONDS_AIM, MEGABYTES_AIM = 60.0, 500.0
EMBEDDED = 500
"""Products that MiniLM embeds here; 100,000 take it 20 minutes of a core."""

_HEAD = (
    "Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published", "Option1 Name",
    "Option1 Value", "Variant SKU", "Variant Grams", "Variant Inventory Qty", "Variant Price",
    "Variant Barcode", "Image Src", "Status",
)  # fmt: skip
_WORDS = (
    "harbour pine steel linen oak wool travel desk lamp bottle kettle notebook shirt pan".split()
)


class _Imported(Record):
    accepted: int
    store_seconds: float
    store_cpu: float
    store_megabytes: float
    index_seconds: float
    index_megabytes: float


class _CheapVectors:
    """Vectors from a seed, so that what is measured is the index and not an embedder."""

    name = "cheap"
    dimension = 384
    languages: frozenset[str] = frozenset()

    def __init__(self) -> None:
        drawn = np.random.default_rng(0).normal(size=(997, self.dimension))
        self._rows = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).tolist()

    def embed(
        self, texts: Sequence[str], kind: Literal["query", "passage"] = "passage"
    ) -> list[list[float]]:
        return [self._rows[len(text) * 31 % len(self._rows)] for text in texts]


class _Cheap(Platform):
    @cached_property
    def embedding(self) -> EmbeddingModel:
        return _CheapVectors()


def measure_import(place: Place) -> Iterator[Figure]:
    """Seconds and peak memory of the store's part and of the index's, one after the other."""
    table = place.work / "products.csv"
    write_products(table, ROWS)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        found = apart.submit(_import, table, place.work / "home").result()
        bare = apart.submit(_bare_copy, table, place.work / "bare.db").result()
    if found.accepted != ROWS:
        raise BackendError(f"{found.accepted} of {ROWS} rows were taken.", "Look at the importer.")
    yield Figure.of("import_100k", found.store_seconds, "s", baseline=bare, aim=SECONDS_AIM,
                    note="Shopify CSV into the store; baseline: csv and sqlite3 alone")  # fmt: skip
    yield Figure.of("import_100k_cpu", found.store_cpu, "CPU s")
    yield Figure.of("import_100k_peak", found.store_megabytes, "MB", aim=MEGABYTES_AIM)
    yield Figure.of("index_100k", found.index_seconds, "s", note="vectors given, not computed")
    yield Figure.of("index_100k_peak", found.index_megabytes, "MB")
    yield _embedding(place)


def _embedding(place: Place) -> Figure:
    embedding = minilm_of(place)
    if isinstance(embedding, str):
        return Figure.skipped("embed_product", "CPU ms a product", embedding)
    texts = [f"{_title(n)}. {_body(n)}" for n in range(EMBEDDED)]
    began = time.process_time()
    embedding.embed(texts)
    spent = (time.process_time() - began) * 1000 / EMBEDDED
    return Figure.of("embed_product", spent, "CPU ms a product", note="MiniLM, which indexing adds")


def write_products(path: Path, rows: int) -> None:
    """A Shopify product export of one variant a product, about 400 bytes a row."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(_HEAD)
        table.writerows(_row(n) for n in range(rows))


def _row(n: int) -> tuple[str, ...]:
    return (
        f"product-{n}", _title(n), f"<p>{_body(n)}</p>", "Harbor & Pine", "Home", "new, gift",
        "TRUE", "Color", _WORDS[n % 7], f"SKU-{n:06d}", str(100 + n % 900), str(n % 50),
        f"{5 + n % 200}.{n % 100:02d}", f"{4_000_000_000_000 + n}",
        f"https://shop.example/images/{n}.jpg", "active",
    )  # fmt: skip


def _title(n: int) -> str:
    return f"{_WORDS[n % 14].title()} {_WORDS[n // 14 % 14]} {n}"


def _body(n: int) -> str:
    return " ".join(_WORDS[(n + k * k) % 14] for k in range(20 + n % 20))


def _import(table: Path, home: Path) -> _Imported:
    settings = Settings.read({"TRADEWIND_HOME": str(home), "TRADEWIND_MODEL_FEATURES": NONE})
    platform = _Cheap(settings)
    stored: list[tuple[float, float, float]] = []

    def note(_: FileReport) -> None:
        stored.append((time.perf_counter(), time.process_time(), peak_megabytes()))

    began, cpu = time.perf_counter(), time.process_time()
    report = import_files(platform, Tenant(id="bench", name="bench"), [table], seen=note)
    ended = time.perf_counter()
    platform.close()
    at, used, megabytes = stored[0]
    return _Imported(
        accepted=report.files[0].accepted, store_seconds=at - began,
        store_cpu=used - cpu, store_megabytes=megabytes,
        index_seconds=ended - at, index_megabytes=peak_megabytes(),
    )  # fmt: skip


def _bare_copy(table: Path, database: Path) -> float:
    """Seconds to read the table with csv and insert its rows with sqlite3, nothing checked."""
    began = time.perf_counter()
    connection = sqlite3.connect(database)
    places = ",".join("?" * len(_HEAD))
    connection.execute(f"CREATE TABLE rows ({','.join(f'c{n}' for n in range(len(_HEAD)))})")
    with table.open(encoding="utf-8", newline="") as file, connection:
        connection.executemany(f"INSERT INTO rows VALUES ({places})", csv.reader(file))
    connection.close()
    return time.perf_counter() - began


def peak_megabytes() -> float:
    """The most memory that this process has held. Linux tells it apart from its parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure_store(place: Place) -> Iterator[Figure]:
    """The store's own figures: bulk writes, lookups, the journal of a turn. Its peak memory is
    this process's, which other benchmarks have raised: it is left out."""
    for found in measure_database(f"sqlite:///{place.work / 'store.db'}"):
        if found.unit == "MB":
            continue
        yield Figure.of(f"store: {found.name}", found.value, found.unit)
