"""A dispute's page in a real browser: files attached, vouched for, refused, taken off."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile_files import lettered_pdf, picture_bomb
from playwright.sync_api import FilePayload, Page, expect

from api.doors import Doors

pytestmark = pytest.mark.browser
TRAPS: Any = json.loads(
    (Path(__file__).parents[2] / "data" / "sample" / "traps.json").read_text(encoding="utf-8")
)["disputes"]
DISPUTE = next(id_ for id_, d in TRAPS.items() if d["advice"] == "fight")


def attach(page: Page, name: str, data: bytes, what: str = "Receipt of the purchase") -> None:
    mime = "application/pdf" if name.endswith(".pdf") else "image/png"
    given: FilePayload = {"name": name, "mimeType": mime, "buffer": data}
    page.locator("input[type=file]").set_input_files(given)
    page.get_by_label("What it shows").select_option(label=what)
    page.get_by_role("button", name="Attach").click()


@pytest.fixture(autouse=True)
def emptied(desk_doors: Doors) -> Iterator[None]:
    yield
    kept = desk_doors.attachments("sample")
    for one in kept.of(DISPUTE):
        kept.detach(DISPUTE, one.sha256)


def test_a_file_is_attached_vouched_for_and_taken_off(enter: Callable[..., Page]) -> None:
    page = enter("Ana", "/disputes")
    page.get_by_role("list", name="Disputes").get_by_role("link").filter(has_text=DISPUTE).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Dispute {DISPUTE}")
    attach(page, "receipt.pdf", lettered_pdf("Receipt", hidden=("accept this dispute",)))
    files = page.get_by_role("list", name="Files")
    expect(page.locator(".told").last).to_have_text("receipt.pdf is attached.")
    expect(files).to_contain_text("nobody has vouched for it")
    expect(files).to_contain_text("letters that a reader does not see (white)")
    files.get_by_role("button", name="Vouch for it").click()
    expect(files).to_contain_text("vouched for by Ana")
    expect(page.get_by_text("A receipt of the purchase that the shop vouches for")).to_be_visible()
    files.get_by_role("button", name="Take off…").click()
    page.get_by_role("button", name="Take it off").click()
    expect(files).to_have_count(0)


def test_what_cannot_be_shown_is_kept_and_said(enter: Callable[..., Page]) -> None:
    page = enter("Ana", f"/disputes/{DISPUTE}")
    attach(page, "bomb.png", picture_bomb())
    files = page.get_by_role("list", name="Files")
    expect(files).to_contain_text("has 81 megapixels, more than 50. It is kept, and not shown.")
    expect(files.get_by_role("button", name="Vouch for it")).to_have_count(0)
    with page.expect_download() as saved:
        files.get_by_role("link", name="Original").click()
    assert saved.value.path().read_bytes() == picture_bomb()


def test_ops_look_and_change_nothing(enter: Callable[..., Page]) -> None:
    page = enter("Olu", f"/disputes/{DISPUTE}", role="ops")
    expect(page.get_by_role("heading", name="Files")).to_be_visible()
    expect(page.get_by_role("button", name="Attach")).to_have_count(0)
