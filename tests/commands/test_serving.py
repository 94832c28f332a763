"""`tradewind serve` as a program, and a sample shop whose import was stopped."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
from home_settings import offline

from wiring.platform import Platform, open_platform
from wiring.sample import FOLDER, TENANT, import_sample
from wiring.settings import Settings

ROOT = Path(__file__).parents[2]


def test_it_prints_where_to_click_and_ends_at_ctrl_c(home: Path) -> None:
    server = subprocess.Popen(
        [sys.executable, "-u", "-m", "cli", "serve", "--port", "0"], cwd=ROOT, text=True,
        env={**os.environ, **offline(home)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        told = [server.stdout.readline() for _ in range(6)]
        link = next(m[0] for line in told if (m := re.search(r"http://\S+/signin/\S+", line)))
        with httpx.Client() as console:
            assert console.get(link).status_code == 303
            assert console.get(link.partition("/signin")[0] + "/api/runs").status_code == 200
            assert console.get(link).status_code == 403
    finally:
        server.send_signal(signal.SIGINT)
        _, errors = server.communicate(timeout=20)
    assert "Traceback" not in errors
    assert server.returncode in (0, 130)


def test_a_stopped_import_of_the_sample_shop_goes_on(tmp_path: Path) -> None:
    platform = open_platform(Settings.read(offline(tmp_path)))
    platform.database.tenants().put_tenant(TENANT)
    report = import_sample(platform)
    assert report is not None
    counts = platform.database.shop("sample").counts()
    assert counts["order"] > 500
    assert counts["policy"] == len(list((FOLDER / "policies").glob("*.md")))
    assert import_sample(platform) is None
    platform.close()


def test_a_lost_index_is_built_again(open_house: Callable[..., Platform], tmp_path: Path) -> None:
    platform = open_house(TRADEWIND_INDEX=f"edge:{tmp_path / 'other'}")
    assert platform.index("sample").count() == 0
    assert import_sample(platform) is None
    assert platform.index("sample").count() > 100


def test_the_key_is_made_once_and_kept_from_others(open_house: Callable[..., Platform]) -> None:
    platform = open_house()
    key = platform.secret()
    path = platform.settings.home / "secret"
    assert len(key) == 32
    assert path.stat().st_mode & 0o077 == 0
    assert open_house().secret() == key
    path.write_bytes(b"")  # a start that was stopped midway
    assert len(platform.secret()) == 32
