"""The embedded index among several processes, kills and large shops."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from qdrant_client import QdrantClient
from retrieval_world import SHOP, HashEmbedder, product

from retrieval.edge import EdgeIndex
from retrieval.server import ServerIndex
from tradewind.errors import BackendError, SpecError
from tradewind.ports.search import SearchQuery

HERE = Path(__file__).parent
WRITER = """
import os, signal, sys
from pathlib import Path
from retrieval.edge import EdgeIndex
from retrieval_world import HashEmbedder, product
from tradewind.ports.search import SearchQuery

class Killed(HashEmbedder):
    def embed(self, texts, kind="passage"):
        if self.embedded >= 256:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().embed(texts, kind)

mode, root = sys.argv[1], Path(sys.argv[2])
index = EdgeIndex(root, "a", Killed() if mode == "kill" else HashEmbedder())
many = [product(str(n), f"Lamp number {n}") for n in range(300)]
index.upsert(many if mode == "kill" else [product("77", "Wicker Basket")])
index.delete(["product/1"])
print(index.search(SearchQuery(text="basket"))[0].id)
index.close()
"""


def write_elsewhere(mode: str, root: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(HERE), str(HERE.parents[1])])
    return subprocess.run(
        [sys.executable, "-c", WRITER, mode, str(root)],
        env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def first(index: EdgeIndex, text: str) -> str:
    return index.search(SearchQuery(text=text))[0].id


def test_another_process_reads_and_writes_the_same_folder(tmp_path: Path) -> None:
    index = EdgeIndex(tmp_path, "a", HashEmbedder())
    index.sync(SHOP)
    done = write_elsewhere("write", tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "product/77\n", "")
    assert first(index, "wicker basket") == "product/77"
    assert "product/1" not in [hit.id for hit in index.search(SearchQuery(text="wallet", k=50))]
    index.upsert([product("78", "Clay Pot")])
    assert first(index, "clay pot") == "product/78"
    index.close()


def test_a_killed_write_keeps_what_was_committed_and_resumes(tmp_path: Path) -> None:
    assert write_elsewhere("kill", tmp_path).returncode == -signal.SIGKILL
    index = EdgeIndex(tmp_path, "a", HashEmbedder())
    assert index.count() == 256
    assert first(index, "lamp number 200") == "product/200"
    count = index.sync(product(str(n), f"Lamp number {n}") for n in range(300))
    assert (count.added, count.unchanged) == (44, 256)
    index.close()


def test_the_shard_of_a_killed_process_is_removed(tmp_path: Path) -> None:
    write_elsewhere("kill", tmp_path)
    (replicas,) = tmp_path.glob("a/*/replicas")
    (orphan,) = [path for path in replicas.iterdir() if path.is_dir()]
    index = EdgeIndex(tmp_path, "a", HashEmbedder())
    assert not orphan.exists()
    other = EdgeIndex(tmp_path, "a", HashEmbedder())
    assert len([path for path in replicas.iterdir() if path.is_dir()]) == 2
    other.close()
    index.close()
    assert list(replicas.iterdir()) == []


def test_a_large_write_publishes_a_shard_that_others_start_from(tmp_path: Path) -> None:
    index = EdgeIndex(tmp_path, "a", HashEmbedder(), publish_from=100)
    index.upsert([product(str(n), f"Lamp number {n}") for n in range(120)])
    (published,) = tmp_path.glob("a/*/published/*")
    index.delete(["product/5"])
    index.upsert([product("6", "Velvet Curtain")])
    other = EdgeIndex(tmp_path, "a", HashEmbedder(), publish_from=100)
    for handle in (index, other):
        assert first(handle, "velvet curtain") == "product/6"
        assert first(handle, "lamp number 50") == "product/50"
        assert "product/5" not in [h.id for h in handle.search(SearchQuery(text="lamp 5", k=200))]
    query = SearchQuery(text="lamp number 7", k=20)
    assert index.search(query) == other.search(query)
    assert published.name.isdigit()
    other.close()
    index.close()


def test_searches_go_on_while_a_thread_writes(tmp_path: Path) -> None:
    index = EdgeIndex(tmp_path, "a", HashEmbedder())
    index.sync(SHOP)
    many = [product(f"n{n}", f"Lamp number {n}") for n in range(600)]
    writer = threading.Thread(target=index.upsert, args=(many,))
    writer.start()
    while writer.is_alive():
        assert first(index, "leather wallet") == "product/1"
    assert first(index, "lamp number 599") == "product/n599"
    index.close()


@pytest.mark.parametrize("tenant", ["../b", "a/b", ".", "..", "Größe 1"])
def test_odd_tenant_ids_stay_in_their_folder(tmp_path: Path, tenant: str) -> None:
    root = tmp_path / "root"
    index = EdgeIndex(root, tenant, HashEmbedder())
    index.sync(SHOP[:1])
    index.close()
    assert [path.name for path in tmp_path.iterdir()] == ["root"]
    (folder,) = root.iterdir()
    assert list(folder.glob("*/documents.sqlite"))


def test_a_tenant_without_a_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError):
        EdgeIndex(tmp_path, "", HashEmbedder())


def test_a_broken_store_is_a_clear_error(tmp_path: Path) -> None:
    index = EdgeIndex(tmp_path, "a", HashEmbedder())
    index.close()
    (store,) = tmp_path.glob("a/*/documents.sqlite")
    store.write_bytes(b"not a database" * 100)
    with pytest.raises(BackendError, match=r"documents\.sqlite"):
        EdgeIndex(tmp_path, "a", HashEmbedder())


@pytest.mark.filterwarnings("ignore:Payload indexes have no effect")
@pytest.mark.parametrize(
    "text", ["wallet slots", "bright tablet", "refund days", "WH-1000XM4", "退货", "how long"]
)
def test_embedded_and_served_agree_on_hits_and_scores(tmp_path: Path, text: str) -> None:
    edge = EdgeIndex(tmp_path, "a", HashEmbedder())
    served = ServerIndex(QdrantClient(":memory:"), "a", HashEmbedder())
    for index in (edge, served):
        index.sync(SHOP)
    ours, theirs = (index.search(SearchQuery(text=text, k=5)) for index in (edge, served))
    assert [(h.id, h.score) for h in ours] == [(h.id, h.score) for h in theirs]
    edge.close()
    served.close()
