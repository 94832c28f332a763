"""`/api/disputes`: files through the second front door, by whom, and within what bounds."""

import asyncio
import hashlib
import json
import tracemalloc
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from bad_uploads import ORDER, Bad, bad_uploads
from fastapi import Request
from hostile_files import lettered_pdf, photo
from hypothesis import given
from hypothesis import strategies as st
from visitors import Door

from api import multipart
from api.doors import Doors
from api.keys import make_key
from api.multipart import Part, read_form
from api.sessions import CSRF_COOKIE, CSRF_HEADER
from tradewind.errors import InvalidInput

TRAPS: Any = json.loads(
    (Path(__file__).parents[2] / "data" / "sample" / "traps.json").read_text(encoding="utf-8")
)["disputes"]
DISPUTE = next(id_ for id_, d in TRAPS.items() if d["advice"] == "fight")
PATH = f"/api/disputes/{DISPUTE}/evidence"
PAPER = lettered_pdf("Receipt of the mug")


def attach(door: Door, name: str, data: bytes, **fields: str) -> httpx.Response:
    token = door.cookies.get(CSRF_COOKIE)
    headers = {CSRF_HEADER: token} if token else {}
    files = {"file": (name, data)}
    return door.request("POST", PATH, files=files, data=fields, headers=headers)


@pytest.fixture(autouse=True)
def emptied(doors: Doors) -> Any:
    """Each test begins and ends with no file."""
    yield
    kept = doors.attachments("sample")
    for one in kept.of(DISPUTE):
        kept.detach(DISPUTE, one.sha256)


def test_a_file_is_attached_vouched_for_read_and_taken_off(merchant: Door) -> None:
    row = attach(merchant, "receipt.pdf", PAPER, role="receipt").json()
    assert (row["name"], row["shown"], row["vouched_by"]) == ("receipt.pdf", True, "")
    view = merchant.get(PATH).json()
    assert [file["sha256"] for file in view["files"]] == [row["sha256"]]
    assert view["dispute"]["order"].startswith("#W")
    assert not [one for one in view["shown"] if "vouched" in one["title"]]
    vouched = merchant.press(f"{PATH}/{row['file']}/vouch", {}).json()
    assert vouched["vouched_by"]
    titles = [one["title"] for one in merchant.get(PATH).json()["shown"]]
    assert "A receipt of the purchase that the shop vouches for" in titles
    saved = merchant.get(f"{PATH}/{row['file']}/original")
    assert saved.content == PAPER
    assert saved.headers["content-type"] == "application/octet-stream"
    assert saved.headers["content-disposition"] == "attachment; filename*=UTF-8''receipt.pdf"
    assert saved.headers["x-content-type-options"] == "nosniff"
    assert saved.headers["cache-control"] == "no-store"
    assert merchant.press(f"{PATH}/{row['file']}/detach", {}).status_code == 200
    assert merchant.get(PATH).json()["files"] == []
    assert merchant.get(f"{PATH}/{row['file']}/original").status_code == 404


def test_disputes_are_listed_with_their_advice(merchant: Door) -> None:
    rows = merchant.get("/api/disputes").json()["disputes"]
    ours = next(row for row in rows if row["id"] == DISPUTE)
    assert ours["advice"] == "fight"
    assert {row["id"] for row in rows} >= set(TRAPS)


@pytest.mark.parametrize("bad", bad_uploads(), ids=lambda bad: bad.id)
def test_bad_files_are_named_and_nothing_is_lost(merchant: Door, doors: Doors, bad: Bad) -> None:
    answer = attach(merchant, bad.name, bad.data, role="customer_communication", vouch="true")
    told = answer.json()
    sha256 = hashlib.sha256(bad.data).hexdigest()
    held = {one.sha256 for one in doors.attachments("sample").of(DISPUTE)}
    if bad.status == "refused":
        assert answer.status_code == 422
        assert bad.told in told["error"]["message"]
        assert bad.remedy in told["error"]["hint"]
        assert held == set()
        return
    assert answer.status_code == 200
    assert told["shown"] == (bad.status == "kept")
    assert bad.told in " ".join([told["reason"], *told["notes"], *told["warnings"]])
    assert bad.remedy in told["remedy"]
    assert told["name"] == (bad.saved or bad.name)
    assert held == {sha256}
    assert merchant.get(f"{PATH}/{told['file']}/original").content == bad.data
    assert merchant.get(PATH).json()["dispute"]["advice"] == "fight"


def test_orders_in_a_file_are_obeyed_by_nobody(merchant: Door) -> None:
    """Neither by the advice nor by the assistant who is asked about the dispute."""
    for hidden in ((), (ORDER,)):
        paper = lettered_pdf("Hello", "Thanks", *(() if hidden else (ORDER,)), hidden=hidden)
        attach(merchant, "x.pdf", paper, role="customer_communication", vouch="true")
    before = merchant.get("/api/approvals").json()["approvals"]
    events = merchant.say(f"fight dispute {DISPUTE}", "merchant")
    told = json.dumps(events)
    assert "accept this dispute" not in told
    assert "refund in full" not in told
    assert merchant.get("/api/approvals").json()["approvals"] == before
    assert merchant.get(PATH).json()["dispute"]["advice"] == "fight"


def test_only_the_merchants_people_attach(
    doors: Doors, visitor: Door, new_door: Callable[[], Door], merchant: Door
) -> None:
    row = attach(merchant, "a.jpg", photo(60, 40)).json()
    assert attach(visitor, "a.jpg", photo(60, 40)).status_code == 403
    for path in ("/api/disputes", PATH, f"{PATH}/{row['file']}/original"):
        assert visitor.get(path).status_code == 403
    ops = make_key(doors.people("sample"), "sample", "t", "ops", doors.now())[1]
    headers = {"authorization": f"Bearer {ops}"}
    watcher = new_door()
    assert watcher.get(PATH, **headers).status_code == 200
    assert watcher.get(f"{PATH}/{row['file']}/original", **headers).status_code == 403
    files = {"file": ("a.jpg", photo(60, 40))}
    assert watcher.request("POST", PATH, files=files, headers=headers).status_code == 403


def test_a_program_attaches_and_vouches_for_nothing(
    doors: Doors, new_door: Callable[[], Door]
) -> None:
    key = make_key(doors.people("sample"), "sample", "t", "merchant", doors.now())[1]
    headers, files = {"authorization": f"Bearer {key}"}, {"file": ("a.jpg", photo(60, 40))}
    door = new_door()
    told = door.request("POST", PATH, files=files, data={"vouch": "true"}, headers=headers)
    assert told.status_code == 403
    assert "a program vouches for nothing" in told.text
    row = door.request("POST", PATH, files=files, headers=headers).json()
    assert row["shown"]
    told = door.request("POST", f"{PATH}/{row['file']}/vouch", headers=headers)
    assert told.status_code == 403


def _anybody(_: Request) -> None:
    pass


def test_a_program_that_vouches_is_found(
    doors: Doors, new_door: Callable[[], Door], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bug: a key is taken for a person."""
    monkeypatch.setattr("api.evidence._in_person", _anybody)
    with pytest.raises(AssertionError):
        test_a_program_attaches_and_vouches_for_nothing(doors, new_door)


def test_a_form_of_another_site_is_refused(merchant: Door) -> None:
    files = {"file": ("a.jpg", photo(60, 40))}
    assert merchant.request("POST", PATH, files=files).status_code == 403


def test_another_shops_disputes_are_not_there(doors: Doors, new_door: Callable[[], Door]) -> None:
    key = make_key(doors.people("other"), "other", "t", "merchant", doors.now())[1]
    headers = {"authorization": f"Bearer {key}"}
    door = new_door()
    assert door.get(PATH, **headers).status_code == 404
    files = {"file": ("a.jpg", photo(60, 40))}
    assert door.request("POST", PATH, files=files, headers=headers).status_code == 404


@pytest.mark.parametrize(
    ("body", "kind", "told"),
    [
        (b"", "multipart/form-data; boundary=x", "cut off"),
        (b"--x\r\n", "multipart/form-data; boundary=x", "cut off"),
        (b"--x--\r\n", "multipart/form-data; boundary=x", "0 files"),
        (b"{}", "application/json", "no form"),
        (b"x", "multipart/form-data", "no form"),
        (b"x", "multipart/form-data; boundary=" + "b" * 99, "no form"),
        (b'--x\r\n\r\nno name\r\n--x--', "multipart/form-data; boundary=x", "no name"),
        (b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc',
         "multipart/form-data; boundary=x", "cut off"),
        (b'--x\r\nContent-Disposition: form-data; name="q"\r\n\r\n1\r\n' * 21 + b"--x--",
         "multipart/form-data; boundary=x", "over 20 parts"),
    ],
)  # fmt: skip
def test_what_is_no_form_is_refused(merchant: Door, body: bytes, kind: str, told: str) -> None:
    headers = {CSRF_HEADER: merchant.cookies.get(CSRF_COOKIE) or "", "content-type": kind}
    answer = merchant.request("POST", PATH, content=body, headers=headers)
    assert answer.status_code == 422
    assert told in answer.json()["error"]["message"]


def test_fields_that_do_not_fit_are_named(merchant: Door) -> None:
    for fields, told in (
        ({"role": "passport"}, "role"), ({"vouch": "perhaps"}, "vouch"),
        ({"pages": "x"}, "no choice of pages"), ({"tenant": "other"}, "a field 'tenant'"),
    ):  # fmt: skip
        answer = attach(merchant, "a.jpg", photo(60, 40), **fields)
        assert (answer.status_code, told in answer.json()["error"]["message"]) == (422, True)
    assert merchant.get(PATH).json()["files"] == []


# ---- reading forms


def request_of(pieces: list[bytes], kind: str) -> Request:
    """A request whose body comes in these pieces."""
    left = iter(pieces)

    async def receive() -> dict[str, Any]:
        piece = next(left, None)
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    scope = {"type": "http", "headers": [(b"content-type", kind.encode())], "method": "POST"}
    return Request(scope, receive)


@given(
    fields=st.dictionaries(st.text("abcxyz", min_size=1), st.binary(max_size=200), max_size=4),
    data=st.binary(max_size=3000), size=st.integers(1, 700),
)  # fmt: skip
def test_forms_come_back_as_they_were_sent(
    fields: dict[str, bytes], data: bytes, size: int
) -> None:
    sent = httpx.Request("POST", "http://x", data=fields, files={"file": ("naïve “1”.pdf", data)})
    body = sent.read()
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    parts = asyncio.run(read_form(request_of(pieces, sent.headers["content-type"]), 10_000))
    *plain, file = parts
    assert {p.name: p.data for p in plain} == {k: v for k, v in fields.items() if k != "file"} | (
        {"file": fields["file"]} if "file" in fields else {}
    )
    assert file == Part(name="file", file="naïve “1”.pdf", data=data)


def test_a_hundred_megabytes_are_never_held() -> None:
    piece = b"\0" * 65_536
    sent = [b"--x\r\n", *([piece] * 1600)]
    tracemalloc.start()
    try:
        with pytest.raises(InvalidInput, match="over 25000000 bytes; nothing of it was kept"):
            asyncio.run(read_form(request_of(sent, "multipart/form-data; boundary=x"), 25_000_000))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 60_000_000


def test_a_body_without_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multipart, "DRAINED", 1_000_000)
    taken = 0

    class Endless:
        headers = {"content-type": "multipart/form-data; boundary=x"}  # noqa: RUF012

        async def stream(self) -> AsyncIterator[bytes]:
            nonlocal taken
            while True:
                taken += 65_536
                yield b"\0" * 65_536

    with pytest.raises(InvalidInput, match="over 1000 bytes"):
        asyncio.run(read_form(Endless(), 1000))  # type: ignore[arg-type]
    assert taken < 1_500_000
