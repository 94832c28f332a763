"""A dispute's evidence from a message to the bank and back, through the console's door."""

from collections.abc import Callable
from datetime import datetime, tzinfo
from hashlib import sha256

import httpx
import pytest
from filing_world import CE3_CASE, FOUGHT, GIVEN_UP, SHOP, World, open_world
from stripe._dispute_service import DisputeService
from stripe_ce3 import CE3
from stripe_stand_in import KEY, Fault, StandIn
from visitors import Door

from agents import resuming
from agents.engines import filing as filing_engine
from agents.engines.dossier import Dossier
from agents.run import Run
from api.keys import make_key, make_link, owner_of
from packets.limits import PackingTable, Target
from tools.disputes import outcomes
from tradewind.commerce import SourceRow
from tradewind.people import Tenant
from tradewind.tool import ToolResult
from wiring import filing as filing_room
from wiring.calibration import calibration_of_shop
from wiring.drafts import Draft
from wiring.following import follow
from wiring.platform import STRIPE_KEY, Platform

House = Callable[..., Platform]


class Killed(BaseException):
    """The end of a process."""


def killed(*_: object, **__: object) -> None:
    raise Killed


class InAnHour(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "InAnHour":
        return cls.fromtimestamp(datetime.now(tz).timestamp() + 3600, tz)


@pytest.fixture
def world(open_house: House, stripe: StandIn) -> World:
    return open_world(open_house, stripe)


# ---- the whole road


def test_from_a_message_to_the_outcome(world: World) -> None:
    told = world.stage()
    assert "waits for your approval" in told["answer"]
    assert (world.account.writes, world.account.uploads) == ([], 0)
    staged = world.approve(told)
    assert staged["answer"]["actions"][0]["status"] == "done"
    assert (world.account.writes, world.account.submissions) == ([FOUGHT], [])
    assert world.record().has_evidence is True

    sent = world.submit()
    assert "nothing in it has changed" in sent["answer"]
    assert world.packet(sent) == world.packet(told)
    uploads = world.account.uploads
    assert world.approve(sent)["answer"]["actions"][0]["status"] == "done"
    assert world.account.submissions == [FOUGHT]
    assert world.account.uploads == uploads
    record = world.record()
    assert (record.status, record.state, record.submissions) == ("under_review", "under_review", 1)
    assert all(world.replay(one).identical for one in (told, sent))

    world.stripe.settle(KEY, FOUGHT, "won")
    (followed,) = [one for one in follow(world.platform, SHOP) if one.id == FOUGHT]
    assert (followed.was, followed.state) == ("under_review", "won")
    assert world.record().state == "won"
    assert world.record().closed_at is not None
    fit = calibration_of_shop(world.platform, world.session())
    assert (fit["model"], fit["outcomes"], fit["won"]) == ("shipped", 1, 1)
    (kept,) = world.platform.database.predictions(SHOP).predictions()
    assert (kept.dispute, kept.packet) == (FOUGHT, world.packet(sent))


def test_the_card_shows_the_whole_packet(world: World) -> None:
    told = world.stage()
    card = world.brief(told)
    filing, id_ = card["filing"], card["approval"]["id"]
    assert (card["against"], card["barred"]) == ("", "")
    assert FOUGHT in filing["letter"]
    assert filing["fields"]["customer_name"]
    assert "uncategorized_text" not in filing["fields"]
    shown = {one["evidence"][0] for one in filing["exhibits"]}
    names = [file["name"] for file in filing["files"]]
    assert shown
    assert {one["file"] for one in filing["exhibits"]} <= set(names)
    fixed = {argument["name"]: argument["fixed"] for argument in card["arguments"]}
    assert fixed == {"dispute_id": True, "packet": True}
    for file in filing["files"]:
        answer = world.door.get(f"/api/approvals/{id_}/files/{file['name']}")
        assert answer.status_code == 200
        assert sha256(answer.content).hexdigest() == file["sha256"]
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "script-src" not in answer.headers["content-security-policy"]
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["cache-control"] == "no-store"
    assert world.door.get(f"/api/approvals/{id_}/files/other.pdf").status_code == 404
    # What was shown is what is sent.
    world.approve(told)
    assert {one["size"] for one in world.account.files.values()} == {
        file["size"] for file in filing["files"]
    }


def test_where_a_fight_is_not_advised_nothing_is_filed(world: World) -> None:
    for ask in (world.stage, world.submit):
        told = ask(GIVEN_UP)
        assert "I advise accepting" in told["answer"]
        assert told["answer"].endswith("Nothing has been filed.")
        assert (told["approvals"], told["actions"]) == ([], [])
    assert world.account.uploads == 0


def test_what_cannot_be_packed_is_told_with_its_remedy(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = PackingTable.find

    def narrow(self: PackingTable, target: str) -> Target:
        return find(self, target).model_copy(update={"pages": 2})

    monkeypatch.setattr(PackingTable, "find", narrow)
    told = world.stage()
    assert "too large" in told["answer"]
    assert "Leave out first" in told["answer"]
    assert told["approvals"] == []
    assert world.account.uploads == 0


def test_a_fork_makes_no_packet(world: World) -> None:
    told = world.stage()
    kept = world.platform.database.predictions(SHOP).predictions()
    forked = world.fork(told)
    assert forked.status == "done"
    assert "makes no packet" in str((forked.answer or {})["text"])
    assert world.platform.database.predictions(SHOP).predictions() == kept
    assert not world.platform.database.ledger(SHOP).of_run(forked.id)


def test_a_packet_whose_records_changed_is_made_anew(world: World) -> None:
    told = world.stage()
    world.approve(told)
    shop = world.platform.database.shop(SHOP)
    payment = shop.payment(world.record().payment_id)
    assert payment is not None
    order = shop.order(payment.order_id)
    assert order is not None
    lines = (order.lines[0].model_copy(update={"title": "Blue lamp"}), *order.lines[1:])
    changed = order.model_copy(update={"lines": lines})
    shop.put([SourceRow(record=changed, raw={}, source="t")])
    sent = world.submit()
    assert "this is a new one" in sent["answer"]
    assert world.packet(sent) != world.packet(told)
    world.approve(sent)
    assert "Blue lamp" in world.account.disputes[FOUGHT]["evidence"]["product_description"]


def test_compelling_evidence_is_in_the_packet_and_at_the_bank(world: World) -> None:
    told = world.submit(CE3_CASE)
    shown = world.brief(told)["filing"]["objects"]["enhanced_evidence"][CE3]
    assert len(shown["prior_undisputed_transactions"]) == 2
    world.approve(told)
    there = world.account.disputes[CE3_CASE]["evidence"]["enhanced_evidence"][CE3]
    assert [one["charge"] for one in there["prior_undisputed_transactions"]] == [
        one["charge"] for one in shown["prior_undisputed_transactions"]
    ]
    assert (world.effect(told).receipt or {})["state"][CE3] == "qualified"  # type: ignore[index]


def test_only_people_of_the_shop_open_a_packet(world: World) -> None:
    told = world.stage()
    name = world.brief(told)["filing"]["files"][0]["name"]
    url = f"/api/approvals/{told['approvals'][0]['id']}/files/{name}"
    stranger = Door(world.door.app, httpx.Cookies())
    assert stranger.get(url).status_code == 403
    own = world.platform.database.people(SHOP)
    _, key = make_key(own, SHOP, "a program", "merchant", world.stripe.now)
    assert stranger.get(url, authorization=f"Bearer {key}").status_code == 403
    world.platform.database.tenants().put_tenant(Tenant(id="other", name="Other"))
    people = world.platform.database.people("other")
    stranger.get(f"/signin/{make_link(people, owner_of(people, 'other'), world.stripe.now)}")
    assert stranger.get(url).status_code == 404


# ---- faults


def test_killed_between_upload_and_update_it_is_carried_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker is gone with the files uploaded; after its lease another ends the run."""
    told = world.submit()
    with monkeypatch.context() as dying:
        dying.setattr(DisputeService, "update", killed)
        with pytest.raises(Killed):
            world.decide_alone(told)
    assert world.account.uploads > 0
    assert world.account.submissions == []
    assert world.effect(told).status == "sending"
    uploads = world.account.uploads
    monkeypatch.setattr(resuming, "datetime", InAnHour)
    recovered = world.recover()
    assert (recovered.resumed, recovered.given_up) == (1, 0)
    assert world.effect(told).status == "done"
    assert world.account.submissions == [FOUGHT]
    assert world.account.uploads == uploads


@pytest.mark.parametrize("kind", ["disputes", "files"])
@pytest.mark.parametrize("fault", ["error_after", "error_before", "lock_timeout", "too_many"])
def test_after_a_fault_it_is_submitted_once(kind: str, fault: Fault, world: World) -> None:
    told = world.submit()
    world.stripe.spoil(kind, fault)  # type: ignore[arg-type]
    world.approve(told)
    assert world.effect(told).status == "done"
    assert world.account.submissions == [FOUGHT]
    assert world.record().submissions == 1


def test_no_second_submission_is_even_asked_about(world: World) -> None:
    world.approve(world.submit())
    again = world.submit()
    assert again["approvals"] == []
    assert world.account.submissions == [FOUGHT]


def test_while_a_submission_waits_nothing_else_is_proposed(world: World) -> None:
    told = world.submit()
    for ask in (world.stage, world.submit):
        again = ask()
        assert "waits for a decision" in again["answer"]
        assert again["approvals"] == []
    world.approve(told)
    assert world.account.submissions == [FOUGHT]


def test_without_a_key_it_fails_and_says_so(world: World) -> None:
    told = world.stage()
    world.platform.database.hooks(SHOP).put_secret(STRIPE_KEY, "", world.stripe.now)
    ended = world.approve(told)["answer"]
    assert ended["actions"][0]["status"] == "failed"
    assert "no key of Stripe's" in str(world.effect(told).error)
    assert world.account.writes == []


def test_an_erased_packet_stops_the_question(world: World) -> None:
    told = world.stage()
    world.platform.filings(SHOP).forget()
    assert "not kept any more" in world.brief(told)["against"]
    world.approve(told)
    assert world.effect(told).status == "failed"
    assert world.account.writes == []


# ---- planted


def test_a_packet_that_is_not_recorded_is_made_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    make = filing_room.Packets.make

    def counted(self: filing_room.Packets, d: Dossier, merchant: str, staged: str) -> ToolResult:
        made.append(d.dispute)
        return make(self, d, merchant, staged)

    monkeypatch.setattr(filing_room.Packets, "make", counted)
    told = world.stage()
    world.approve(told)
    assert len(made) == 1

    async def unrecorded(run: Run, d: Dossier) -> ToolResult:
        assert run.change is not None
        assert run.change.packets is not None
        result = run.change.packets.make(d, "x", "")
        run.sources.add(result.evidence)
        return result

    monkeypatch.setattr(filing_engine, "_pack", unrecorded)
    world.approve(world.stage())
    assert len(made) == 3


def test_a_basis_with_the_day_in_it_is_seen(
    open_house: House, stripe: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = open_world(open_house, stripe)
    today.approve(today.stage())
    tomorrow = open_world(open_house, stripe, days=1)
    assert "nothing in it has changed" in tomorrow.submit()["answer"]
    basis = Draft.basis.fget
    assert basis is not None
    dated = property(lambda d: f"{basis(d)} {d.packet.letter.written_on}")
    monkeypatch.setattr(Draft, "basis", dated)
    assert "this is a new one" in tomorrow.submit()["answer"]


def test_an_outcome_is_of_what_was_submitted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bug: whatever was packed last counts as submitted."""
    world.stage()
    world.stripe.settle(KEY, FOUGHT, "lost")
    follow(world.platform, SHOP, FOUGHT)
    assert calibration_of_shop(world.platform, world.session())["outcomes"] == 0
    (kept,) = world.platform.database.predictions(SHOP).predictions()
    monkeypatch.setattr(outcomes, "_submitted", lambda past, dispute: kept.packet)
    assert calibration_of_shop(world.platform, world.session())["outcomes"] == 1


def test_a_record_that_hears_nothing_is_seen(
    open_house: House, stripe: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Platform, "hear", lambda self, tenant, told: None)
    world = open_world(open_house, stripe)
    world.approve(world.submit())
    assert world.record().submissions != 1
