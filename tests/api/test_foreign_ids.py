"""Every route of the application against the ids of another shop: what is not ours is not there.

The routes come from the application itself: a new one without a case here fails.
"""

import hashlib
from collections.abc import Callable
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from foreign_calls import (
    Call,
    buyer_of,
    buyer_presses,
    fill_in,
    get,
    leave_word,
    press,
    prove,
    reply_to,
    say,
    send_photo,
)
from foreign_shop import (
    CHOICES,
    DISPUTE,
    DRAFT,
    EFFECT,
    EMAIL,
    EVIDENCE,
    FAQ,
    FILE,
    HANDOVER,
    LETTER,
    MARK,
    NEEDED,
    ORDER,
    OTHER,
    OWN,
    PHOTO,
    QUESTION,
    RULE,
    RUN,
    SAID,
    THREAD,
    VISITOR,
    open_neighbour,
)
from visitors import Door, events_of

from agents.measures.visitors import mark_of_visitor
from api.doors import Doors
from api.keys import make_key, make_link
from tradewind.measures import Visit
from tradewind.people import Person
from tradewind.trace import Run
from wiring.platform import Platform


@pytest.fixture(scope="module")
def neighbour(opened: Platform, doors: Doors) -> Person:
    return open_neighbour(opened, doors)


NOT_THERE: dict[str, list[Call]] = {
    "POST /api/approvals/{approval_id}": [
        press(f"/api/approvals/{QUESTION}", decision=word, seen="h") for word in CHOICES
    ],
    "GET /api/approvals/{approval_id}": [get(f"/api/approvals/{QUESTION}")],
    "GET /api/approvals/{approval_id}/files/{name}": [
        get(f"/api/approvals/{QUESTION}/files/letter.pdf")
    ],
    "GET /api/disputes/{dispute_id}/statements": [get(f"/api/disputes/{DISPUTE}/statements")],
    "POST /api/disputes/{dispute_id}/statements": [
        press(f"/api/disputes/{DISPUTE}/statements", category="duplicate")
    ],
    "POST /api/disputes/{dispute_id}/statements/{statement_id}/revoke": [
        press(f"/api/disputes/{DISPUTE}/statements/st_1/revoke")
    ],
    "POST /api/effects/{effect_id}/look": [press(f"/api/effects/{EFFECT}/look")],
    "GET /api/runs/{run_id}/effects": [get(f"/api/runs/{RUN}/effects")],
    "POST /api/runs/{run_id}/cancel": [press(f"/api/runs/{RUN}/cancel")],
    "POST /api/effects/{effect_id}/undo": [press(f"/api/effects/{EFFECT}/undo")],
    "POST /api/effects/{effect_id}/settle": [
        press(f"/api/effects/{EFFECT}/settle", done=done, note="x") for done in (True, False)
    ],
    "POST /api/rules/{rule_id}/revoke": [press(f"/api/rules/{RULE}/revoke")],
    "GET /api/disputes/{dispute_id}/evidence": [get(EVIDENCE)],
    "POST /api/disputes/{dispute_id}/evidence": [press(EVIDENCE)],
    "POST /api/disputes/{dispute_id}/evidence/{file}/vouch": [press(f"{EVIDENCE}/{FILE.id}/vouch")],
    "POST /api/disputes/{dispute_id}/evidence/{file}/detach": [
        press(f"{EVIDENCE}/{FILE.id}/detach"),
        press(f"{EVIDENCE}/{FILE.sha256}/detach"),
    ],
    "GET /api/disputes/{dispute_id}/evidence/{file}/original": [
        get(f"{EVIDENCE}/{FILE.id}/original")
    ],
    "GET /api/runs/{run_id}": [get(f"/api/runs/{RUN}")],
    "POST /api/widget/session": [prove],
    "GET /api/inbox/{handover_id}": [get(f"/api/inbox/{HANDOVER}")],
    "POST /api/inbox/{handover_id}/take": [press(f"/api/inbox/{HANDOVER}/take")],
    "POST /api/inbox/{handover_id}/reply": [press(f"/api/inbox/{HANDOVER}/reply", text="x")],
    "POST /api/inbox/{handover_id}/give-back": [press(f"/api/inbox/{HANDOVER}/give-back")],
    "POST /api/inbox/{handover_id}/close": [press(f"/api/inbox/{HANDOVER}/close")],
    "GET /api/inbox/{handover_id}/faq": [get(f"/api/inbox/{HANDOVER}/faq")],
    "POST /api/inbox/{handover_id}/faq": [press(f"/api/inbox/{HANDOVER}/faq", **FAQ)],
    "POST /api/inbox/faq/{draft_id}/publish": [press(f"/api/inbox/faq/{DRAFT}/publish")],
    "POST /api/inbox/faq/{draft_id}/remove": [press(f"/api/inbox/faq/{DRAFT}/remove")],
    "POST /api/hooks/stripe/{shop}": [press(f"/api/hooks/stripe/{OTHER}", id="evt_1")],
    "POST /api/prevention/messages": [press("/api/prevention/messages", order=ORDER)],
    "GET /api/approvals/{approval_id}/photo": [get(f"/api/approvals/{QUESTION}/photo")],
    "POST /api/chat/helped": [
        buyer_presses("/api/chat/helped", run=run, helped=True) for run in (NEEDED, RUN)
    ],
    "GET /api/replies/{message_id}": [get(f"/api/replies/{LETTER}")],
    "POST /api/replies/{message_id}/draft": [press(f"/api/replies/{LETTER}/draft")],
    "GET /api/replies/{message_id}/mail": [get(f"/api/replies/{LETTER}/mail?run={RUN}")],
}
"""Routes that take ids: 404, as for an id that nobody has."""
NOTHING_TOLD: dict[str, list[Call]] = {
    "GET /api/approvals": [get("/api/approvals")],
    "GET /api/disputes": [get("/api/disputes")],
    "GET /api/desk": [get("/api/desk")],
    "GET /api/prevention": [get("/api/prevention")],
    "GET /api/effects": [get("/api/effects?limit=200")],
    "GET /api/rules/terms": [get("/api/rules/terms")],
    "GET /api/rules": [get("/api/rules")],
    "POST /api/rules": [press("/api/rules", tool="refunds.pay", mode="ask")],
    "POST /api/halt/{switch}": [press("/api/halt/on"), press("/api/halt/off")],
    "GET /api/inbox": [get("/api/inbox"), get("/api/inbox?closed=true")],
    "GET /api/inbox/measures": [get("/api/inbox/measures?days=3650")],
    "GET /api/inbox/faq": [get("/api/inbox/faq")],
    "POST /api/contact": [leave_word],
    "POST /api/chat": [say("buyer"), say("merchant")],
    "GET /api/runs": [get("/api/runs?limit=200")],
    "POST /api/chat/do": [fill_in(ORDER)],
    "POST /api/chat/reply": [reply_to(NEEDED)],
    "POST /api/chat/photo": [lambda door: send_photo(buyer_of(door, **OWN))],
    "POST /api/widget/visitor": [
        press(f"/api/widget/visitor?shop={shop}", visitor=VISITOR, consent=consent)
        for shop in ("", OTHER)
        for consent in (True, False)
    ],
    "GET /api/replies": [get("/api/replies?limit=500")],
    "GET /api/insights": [get("/api/insights?days=366")],
    "GET /api/measures": [get("/api/measures?days=3650")],
    "GET /api/scenarios": [get("/api/scenarios")],
    "GET /api/storefront": [get("/api/storefront"), get(f"/api/storefront?shop={OTHER}")],
}
"""Routes that answer, and tell nothing of the neighbour's."""
FOR_PERSONS = {
    "POST /api/approvals/{approval_id}", "POST /api/runs/{run_id}/cancel", "POST /api/rules",
    "POST /api/effects/{effect_id}/undo", "POST /api/effects/{effect_id}/settle",
    "POST /api/rules/{rule_id}/revoke", "POST /api/halt/{switch}",
    "POST /api/effects/{effect_id}/look", "GET /api/approvals/{approval_id}/files/{name}",
    "POST /api/disputes/{dispute_id}/evidence/{file}/vouch",
    "POST /api/disputes/{dispute_id}/statements",
    "POST /api/disputes/{dispute_id}/statements/{statement_id}/revoke",
    "POST /api/prevention/messages", "GET /api/approvals/{approval_id}/photo",
    "POST /api/inbox/{handover_id}/take",
    "POST /api/inbox/{handover_id}/reply", "POST /api/inbox/{handover_id}/give-back",
    "POST /api/inbox/{handover_id}/close", "POST /api/inbox/{handover_id}/faq",
    "POST /api/inbox/faq/{draft_id}/publish", "POST /api/inbox/faq/{draft_id}/remove",
}  # fmt: skip
"""Routes where people decide, or read what a packet holds: a program's key is refused, whatever
the id."""
OF_NO_TENANT = {
    "GET /", "GET /console", "GET /shop", "GET /assets/{name}", "GET /media/{name}", "GET /docs",
    "GET /healthz", "GET /readyz", "GET /openapi.json",
    # Of this installation, and of the session alone: test_overview.
    "GET /api/signin", "POST /api/signout",
    # Of a buyer's session alone: test_inbox.
    "GET /api/chat/news",
    # Secrets name their tenant: test_access, test_oidc and test_doors hold them to it.
    "GET /signin/{token}", "GET /signin/oidc", "GET /signin/oidc/callback",
}  # fmt: skip


def routes_of(app: FastAPI) -> set[str]:
    """Method and path of every route."""
    return {
        f"{method} {route.path}"
        for route in flat(app)
        for method in set(route.methods or ()) - {"HEAD", "OPTIONS"}
    }


def flat(app: FastAPI) -> list[APIRoute]:
    """The routes themselves; of a router that was included, those that are in it."""
    found: list[APIRoute] = []
    for route in app.routes:
        inner: Any = getattr(route, "effective_candidates", None)
        found += cast(list[APIRoute], inner() if inner else [route])
    return found


def uncovered(app: FastAPI) -> set[str]:
    return routes_of(app) - NOT_THERE.keys() - NOTHING_TOLD.keys() - OF_NO_TENANT


def test_every_route_has_a_case(app: FastAPI) -> None:
    assert len(routes_of(app)) > 12
    assert uncovered(app) == set()
    assert (NOT_THERE.keys() | NOTHING_TOLD.keys() | OF_NO_TENANT) <= routes_of(app)


def test_a_new_route_without_a_case_is_found(app: FastAPI) -> None:
    @app.get("/api/secrets/{id_}")
    def secrets(id_: str) -> str:  # pyright: ignore[reportUnusedFunction]
        return id_

    assert uncovered(app) == {"GET /api/secrets/{id_}"}


@pytest.fixture
def with_key(new_door: Callable[[], Door], doors: Doors) -> Door:
    """A program of the sample shop: its key goes with every request."""
    shown = make_key(doors.people("sample"), "sample", "t", "merchant", doors.now())[1]

    class Keyed(Door):
        def request(self, method: str, url: str, **options: object) -> httpx.Response:
            headers = options.pop("headers", None) or {}
            assert isinstance(headers, dict)
            headers = {**headers, "authorization": f"Bearer {shown}"}
            return super().request(method, url, headers=headers, **options)

    plain = new_door()
    return Keyed(plain.app, plain.cookies)


@pytest.mark.parametrize("route", sorted(NOT_THERE))
def test_ids_of_another_shop_are_not_there(
    merchant: Door, with_key: Door, neighbour: Person, route: str
) -> None:
    for visit in NOT_THERE[route]:
        for door in (merchant, with_key):
            answer = visit(door)
            alone = door is with_key and route in FOR_PERSONS
            assert answer.status_code == (403 if alone else 404), (route, answer.text)
            assert MARK not in answer.text


@pytest.mark.parametrize("route", sorted(NOTHING_TOLD))
def test_answers_tell_nothing_of_another_shop(
    merchant: Door, with_key: Door, neighbour: Person, route: str
) -> None:
    for visit in NOTHING_TOLD[route]:
        for door in (merchant, with_key):
            answer = visit(door)
            alone = door is with_key and route in FOR_PERSONS
            assert answer.status_code == (403 if alone else 200), answer.text
            for word in (MARK, RUN, neighbour.email):
                assert word not in answer.text.replace(SAID, ""), word


def test_the_neighbours_own_people_see_what_is_theirs(
    new_door: Callable[[], Door], doors: Doors, neighbour: Person
) -> None:
    """The ids above are real: a link of that shop opens them, and nothing of ours."""
    door = new_door()
    link = make_link(doors.people(OTHER), neighbour, doors.now())
    assert door.get(f"/signin/{link}").status_code == 303
    assert MARK in door.get(f"/api/runs/{RUN}").text
    ours = {run["id"] for run in door.get("/api/runs").json()["runs"]}
    assert ours == {RUN, NEEDED}
    assert MARK in door.get(f"/api/replies/{LETTER}").text
    assert MARK in door.get(f"/api/replies/{LETTER}/mail?run={RUN}").text
    assert door.get(f"/api/approvals/{QUESTION}/photo").content.startswith(b"\xff\xd8")


def test_a_form_or_a_yes_to_anothers_is_answered_like_nobodys(
    merchant: Door, neighbour: Person, doors: Doors
) -> None:
    """And what the neighbour's buyer may say yes to still stands."""

    def told(call: Call, id_: str) -> list[object]:
        answer = events_of(call(merchant))[-1]["result"]
        return [str(answer["answer"]).replace(id_, "ID"), answer["offer"], answer["actions"]]

    before = doors.shop(OTHER).threads.state(THREAD)
    assert told(fill_in(ORDER), ORDER) == told(fill_in("#N9999999"), "#N9999999")
    assert told(reply_to(NEEDED), NEEDED) == told(reply_to("run_nobody"), "run_nobody")
    assert doors.shop(OTHER).threads.state(THREAD) == before
    assert before["offer"]


def test_a_buyers_thread_and_photos_are_the_shops_own(
    merchant: Door, neighbour: Person, doors: Doors
) -> None:
    """The neighbour's thread of this name has proven an order; ours has not."""
    assert send_photo(buyer_of(merchant)).status_code == 403
    assert send_photo(buyer_of(merchant, order=ORDER, email=EMAIL)).status_code == 403
    kept = hashlib.sha256(PHOTO).hexdigest()
    assert send_photo(buyer_of(merchant, **OWN)).json() == {"sha256": kept, "size": len(PHOTO)}
    assert kept in doors.photos("sample").of_order(OWN["order"])
    assert not doors.photos("sample").of_order(ORDER)
    assert list(doors.photos(OTHER).of_order(ORDER)) == [kept]
    assert not doors.photos(OTHER).of_order(OWN["order"])


def test_who_takes_a_visit_back_is_forgotten_here_alone(
    merchant: Door, neighbour: Person, opened: Platform, doors: Doors
) -> None:
    """Even under the very same mark."""
    theirs, mark = opened.database.measures(OTHER), mark_of_visitor(doors.secret, "sample", VISITOR)
    theirs.visit(Visit(mark=mark, arm="holdout", share=50, at=doors.now()))
    shown = merchant.press("/api/widget/visitor", {"visitor": VISITOR, "consent": False})
    assert shown.json() == {"show": True}
    assert theirs.arm(mark) == "holdout"


def test_without_its_tenant_a_store_tells_all(
    merchant: Door, neighbour: Person, monkeypatch: pytest.MonkeyPatch, opened: Platform
) -> None:
    """The bug: a handle that looks under another tenant is caught by the same visit."""
    runs = opened.database.runs(OTHER).run

    def anybodys(_: object, run_id: str) -> Run | None:
        return runs(run_id)

    visit = NOT_THERE["GET /api/runs/{run_id}"][0]
    assert visit(merchant).status_code == 404
    monkeypatch.setattr("stores.runs.SqlRuns.run", anybodys)
    assert visit(merchant).status_code == 200


def always(value: object) -> Callable[..., object]:
    return lambda *_: value  # pyright: ignore[reportUnknownLambdaType]


def test_files_of_any_shop_are_found(
    merchant: Door, neighbour: Person, monkeypatch: pytest.MonkeyPatch, opened: Platform
) -> None:
    """The bug: files are looked up under another tenant."""
    theirs, dispute = opened.database.uploads(OTHER), opened.database.shop(OTHER).dispute(DISPUTE)
    files, original = theirs.attachments(DISPUTE), theirs.original(DISPUTE, FILE.sha256)
    visit = NOT_THERE["GET /api/disputes/{dispute_id}/evidence/{file}/original"][0]
    assert visit(merchant).status_code == 404

    monkeypatch.setattr("stores.uploads.SqlUploads.attachments", always(files))
    monkeypatch.setattr("stores.uploads.SqlUploads.original", always(original))
    monkeypatch.setattr("stores.shop.SqlShop.dispute", always(dispute))
    assert MARK in visit(merchant).text


def test_letters_of_any_shop_are_found(
    merchant: Door, neighbour: Person, monkeypatch: pytest.MonkeyPatch, opened: Platform
) -> None:
    """The bug: letters, and the runs that drafted to them, are looked up under another tenant."""
    theirs, drafted = opened.database.shop(OTHER).message(LETTER), opened.database.runs(OTHER)
    run, routes = drafted.run(RUN), ("", "/mail")
    visits = [NOT_THERE[f"GET /api/replies/{{message_id}}{route}"][0] for route in routes]
    assert [visit(merchant).status_code for visit in visits] == [404, 404]
    monkeypatch.setattr("stores.shop.SqlShop.message", always(theirs))
    monkeypatch.setattr("stores.runs.SqlRuns.run", always(run))
    assert all(MARK in visit(merchant).text for visit in visits)


def test_a_photo_of_any_shop_is_found(
    merchant: Door, neighbour: Person, monkeypatch: pytest.MonkeyPatch, opened: Platform
) -> None:
    """The bug: questions and their photos are looked up under another tenant."""
    question = opened.database.ledger(OTHER).approval(QUESTION)
    visit = NOT_THERE["GET /api/approvals/{approval_id}/photo"][0]
    monkeypatch.setattr("stores.ledger.SqlLedger.approval", always(question))
    assert visit(merchant).status_code == 404  # the picture itself is still the neighbour's
    monkeypatch.setattr("stores.uploads.SqlUploads.original", always(PHOTO))
    assert visit(merchant).status_code == 200
