"""Every route of the application against the ids of another shop: what is not ours is not there.

The routes come from the application itself: a new one without a case here fails.
"""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from visitors import Door, asked

from api.doors import Doors
from api.keys import make_key, make_link
from tradewind.base import Money
from tradewind.commerce import Dispute, Order, SourceRow, Statement
from tradewind.effects import Approval, Effect, Rule
from tradewind.handover import FaqDraft, Opening
from tradewind.people import Person, Tenant
from tradewind.ports.storage import Database, Heard, Turn
from tradewind.trace import Run, Span
from tradewind.uploads import Attachment
from wiring.platform import Platform

OTHER = "neighbour"
ORDER, EMAIL, RUN = "#N1000001", "nia@neighbour.example", "run_neighbour"
SAID = f"Where is {ORDER}? {EMAIL}"
EFFECT, QUESTION, RULE = "ef_neighbour", "ap_neighbour", "ru_neighbour"
THREAD, HANDOVER, DRAFT = "buyer_nia:t1", "ho_needed", "fd_neighbour"
FAQ = {"question": "q", "answer": "a"}
MARK = "only the neighbour knows this"
DISPUTE = "dp_neighbour"
EVIDENCE = f"/api/disputes/{DISPUTE}/evidence"
FILE = Attachment(
    dispute_id=DISPUTE, sha256=hashlib.sha256(MARK.encode()).hexdigest(), role="receipt",
    name=MARK, size=len(MARK), given_by="nia", given_at=datetime(2026, 1, 1, tzinfo=UTC),
)  # fmt: skip
CHOICES = ("approve", "reject")
Visit = Callable[[Door], httpx.Response]


@pytest.fixture(scope="module")
def neighbour(opened: Platform, doors: Doors) -> Person:
    """Another shop on the same server, with a run, an order and a person of its own."""
    database, now = opened.database, datetime(2026, 1, 1, tzinfo=UTC)
    database.tenants().put_tenant(Tenant(id=OTHER, name=MARK))
    order = Order(id=ORDER, email=EMAIL, total=Money(minor=1, currency="USD"), device=MARK)
    dispute = Dispute(id=DISPUTE, order_id=ORDER, amount=order.total, reason=MARK)
    told = Statement(id="st_1", dispute_id=DISPUTE, about="category", value=MARK, by="nia", at=now)
    records = (order, dispute, told)
    database.shop(OTHER).put(SourceRow(record=r, raw={}, source="t") for r in records)
    database.uploads(OTHER).keep(FILE, MARK.encode())
    run = Run(
        id=RUN, tenant=OTHER, thread="merchant:t1", actor="nia", audience="merchant",
        request={"text": MARK}, started_at=now,
    )  # fmt: skip
    span = Span(run=RUN, path="", ordinal=0, kind="tool", name=MARK, started_us=0, duration_us=0)
    database.runs(OTHER).start(run)
    database.runs(OTHER).finish(run.model_copy(update={"status": "done"}), [span])
    database.hooks(OTHER).put_secret("stripe", MARK, now)
    _leave_effects(database, now)
    _leave_handover(database, now)
    nia = Person(id="nia", tenant=OTHER, name=MARK, email=EMAIL)
    doors.people(OTHER).add(nia)
    return nia


def _leave_effects(database: Database, now: datetime) -> None:
    """A question of the neighbour's, an effect whose outcome is unknown, and a rule."""
    rule = Rule(id=RULE, tenant=OTHER, tool=MARK, mode="ask", granted_by="nia", created_at=now)
    database.rules(OTHER).put(rule)
    ledger = database.ledger(OTHER)
    for number, id_ in enumerate((f"{EFFECT}_asked", EFFECT)):
        effect = Effect(
            id=id_, tenant=OTHER, run=RUN, path="0", ordinal=number, tool="refunds.pay",
            level="spend", arguments={"mark": MARK}, arguments_hash="h", day=now.date(),
            proposed_by="nia", created_at=now, updated_at=now,
        )  # fmt: skip
        asked = None
        if number == 0:
            asked = Approval(
                id=QUESTION, tenant=OTHER, run=RUN, effect=id_, tool=effect.tool, summary=MARK,
                arguments=effect.arguments, arguments_hash="h", proposed_by="nia", created_at=now,
                expires_at=datetime(2100, 1, 1, tzinfo=UTC),
            )  # fmt: skip
        ledger.propose(effect, asked)
    ledger.move(EFFECT, "proposed", "approved", now, allowed_by=RULE)
    ledger.send(EFFECT, now, now)
    ledger.move(EFFECT, "sending", "unknown", now)


def _leave_handover(database: Database, now: datetime) -> None:
    """A conversation of the neighbour's that waits for a person, and a draft of an answer."""
    run = Run(
        id="run_needed", tenant=OTHER, thread=THREAD, actor="b", audience="buyer", started_at=now,
        request={"text": MARK},
    )  # fmt: skip
    said = Turn(role="user", text=MARK, run=run.id, at=now)
    heard = Heard(turns=(said,), handover=Opening(run=run.id, why=MARK))
    database.runs(OTHER).start(run)
    database.runs(OTHER).finish(run.model_copy(update={"status": "done"}), [], heard)
    database.inbox(OTHER).put_draft(FaqDraft(
        id=DRAFT, tenant=OTHER, handover=HANDOVER, question=MARK, answer=MARK, language="en",
        drafted_by="nia", drafted_at=now, answered_on=now.date(),
    ))  # fmt: skip


def get(url: str) -> Visit:
    return lambda door: door.get(url)


def say(as_: str) -> Visit:
    """The neighbour's order, with all that proves it there."""
    props = {"order": ORDER, "email": EMAIL}
    return lambda door: door.post(asked(SAID, threadId="t1", forwardedProps=props), as_)


def prove(door: Door) -> httpx.Response:
    proof = {"order": ORDER, "email": EMAIL}
    return door.request("POST", "/api/widget/session", json=proof)


def leave_word(door: Door) -> httpx.Response:
    """The contact form, naming the neighbour's order and conversation."""
    form = {"name": "N", "email": EMAIL, "message": "x", "order": ORDER, "thread": "t1"}
    plain = Door(door.app, httpx.Cookies())
    return plain.request("POST", "/api/contact", json=form)


def press(url: str, **body: object) -> Visit:
    """A button of the console."""
    return lambda door: door.press(url, body)


NOT_THERE: dict[str, list[Visit]] = {
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
}
"""Routes that take ids: 404, as for an id that nobody has."""
NOTHING_TOLD: dict[str, list[Visit]] = {
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
    "POST /api/prevention/messages",
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
    assert ours == {RUN, "run_needed"}


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


def test_files_of_any_shop_are_found(
    merchant: Door, neighbour: Person, monkeypatch: pytest.MonkeyPatch, opened: Platform
) -> None:
    """The bug: files are looked up under another tenant."""
    theirs, dispute = opened.database.uploads(OTHER), opened.database.shop(OTHER).dispute(DISPUTE)
    files, original = theirs.attachments(DISPUTE), theirs.original(DISPUTE, FILE.sha256)
    visit = NOT_THERE["GET /api/disputes/{dispute_id}/evidence/{file}/original"][0]
    assert visit(merchant).status_code == 404

    def always(value: object) -> Callable[..., object]:
        return lambda *_: value  # pyright: ignore[reportUnknownLambdaType]

    monkeypatch.setattr("stores.uploads.SqlUploads.attachments", always(files))
    monkeypatch.setattr("stores.uploads.SqlUploads.original", always(original))
    monkeypatch.setattr("stores.shop.SqlShop.dispute", always(dispute))
    assert MARK in visit(merchant).text
