"""Made disputes: the product agrees with what was planted, and a fault of each kind is seen."""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from home_settings import offline
from pydantic import JsonValue

from agents.assistant import Assistant
from agents.chargeback import case, decision, delivery
from agents.kit import Kit
from agents.run import Road
from commands.evaluate import AS_OF, plant_beside
from evals.disputes.histories import History, edges, made_histories, verdict
from evals.disputes.label import label
from evals.disputes.making import made_plots
from evals.disputes.planting import CATEGORIES, CODES
from evals.disputes.plot import Plot
from evals.disputes.schema import wrong_fields
from evals.records import HistoryCase, MadeCase, Verdict
from evals.suites import ce3, disputes
from evals.worlds import World
from prompts.replies import Replies
from tools import collect_tools
from tools.disputes import find
from tradewind.people import Tenant
from wiring.platform import Platform, open_platform
from wiring.settings import ROOT, Settings

PLOTS, HISTORIES = made_plots(), made_histories()
NR = "product_not_received"
DELIVERED = Plot(id="signed", category=NR, network="visa", delivery="signed")
FAMILY = Plot(id="family", category=NR, network="visa", delivery="family")
STRANGER = Plot(id="stranger", category=NR, network="visa", delivery="stranger")
IN_PART = Plot(id="part", category=NR, network="visa", delivery="signed", disputed="part")
APART = Plot(id="apart", category="duplicate", network="visa", second="other_order")


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory, kit: Kit) -> Iterator[Platform]:
    """One house for all: each made dispute has a shop of its own."""
    opened = open_platform(Settings.read(offline(tmp_path_factory.mktemp("made") / "home")))
    opened.__dict__["kit"] = kit
    yield opened
    opened.close()


@pytest.fixture
def world(platform: Platform) -> World:
    """The house at its moment, able to open other shops."""
    return world_of(platform, platform.kit)


def world_of(platform: Platform, kit: Kit) -> World:
    road = Road(collect_tools(), {}, None, clock=lambda: AS_OF)
    return World(
        assistant=Assistant(kit, road), tenant=Tenant(id="made", name="Made"),
        open_shop=lambda: platform.stores("made"),
        plant=lambda id_, rows: plant_beside(platform, id_, rows),
    )  # fmt: skip


def judged(world: World, *plots: Plot) -> list[Verdict]:
    cases = [MadeCase(id=plot.id, plot=plot) for plot in plots]
    return [disputes.judge(world, c, asyncio.run(disputes.carry_out(world, c))) for c in cases]


def matched(world: World, histories: Sequence[History]) -> list[Verdict]:
    cases = [HistoryCase(id=h.id, history=h) for h in histories]
    return [ce3.judge(world, c, asyncio.run(ce3.carry_out(world, c))) for c in cases]


def on_all_sides(each: int) -> list[History]:
    """So many histories of each verdict."""
    told = {one: [h for h in HISTORIES if verdict(h) == one] for one in ("yes", "edge", "no")}
    return [history for found in told.values() for history in found[:each]]


def problems(verdicts: list[Verdict]) -> list[str]:
    return [problem for verdict in verdicts for problem in verdict.problems]


def test_the_made_disputes_lie_on_all_sides() -> None:
    told = [label(plot) for plot in PLOTS]
    assert len(PLOTS) >= 200
    assert {(p.category, p.network) for p in PLOTS} == {(c, n) for c in CATEGORIES for n in CODES}
    assert {p.stage for p in PLOTS} == {"chargeback", "inquiry", "pre_arbitration", "arbitration"}
    acts = [one.act for one in told]
    assert (
        min(
            acts.count(a)
            for a in ("fight", "accept", "ask", "answer", "refund", "closed", "too_late")
        )
        >= 4
    )
    assert {name for one in told for name in one.asks} == {
        "code", "category", "order", "two_orders", "currency", "amount", "overcharged"
    }  # fmt: skip
    assert {name for one in told for name in one.against} >= {
        "city", "before_shipping", "signed_by", "redirected", "taken_back", "admitted",
        "charged_twice", "overcharged", "amount", "currency", "two_orders",
    }  # fmt: skip


def test_the_made_histories_lie_on_all_sides() -> None:
    told = [verdict(history) for history in HISTORIES]
    assert len(told) >= 200
    assert min(told.count(one) for one in ("yes", "edge", "no")) >= 25


def test_every_seventh_made_dispute_is_advised_and_written_as_planted(world: World) -> None:
    verdicts = judged(world, *PLOTS[::7])
    assert problems(verdicts) == []
    assert sum(v.metrics["letters"] for v in verdicts) >= 15


def test_histories_have_their_verdict(world: World) -> None:
    assert problems(matched(world, on_all_sides(10))) == []


# ---- a planted fault of each kind is seen


def with_sentence(kit: Kit, old: str, new: str) -> Kit:
    """The kit with another sentence for letters."""
    path = ROOT / "prompts" / "letters" / "en.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    with tempfile.TemporaryDirectory() as folder:
        changed = Path(folder) / "en.toml"
        changed.write_text(text.replace(old, new), encoding="utf-8")
        return replace(kit, letters=Replies.read_one(changed, "en", "en_GB"))


@pytest.mark.parametrize(
    ("old", "new", "plot"),
    [
        ("The scan names {{ tracking.city }}.", "The scan names Tacoma.", DELIVERED),
        ("scan of {{ tracking.at | moment }} shows parcel",
         "scan of {{ shipment.shipped_at | moment }} shows parcel", DELIVERED),
        ("comes to {{ order.total | money }}.", "comes to {{ dispute.amount | money }}.", IN_PART),
        ("was signed for by {{ tracking.signed_by }}.", "was signed for by {{ order.to_name }}.",
         FAMILY),
        ("is for another order, {{ prior.order }}", "is for another order, {{ order.id }}", APART),
        ("claims that the goods of order {{ order.id }} were not received",
         "claims that the goods of order {{ order.id }} were not as described", DELIVERED),
    ],
)  # fmt: skip
def test_a_false_sentence_is_seen(platform: Platform, old: str, new: str, plot: Plot) -> None:
    """Each of them is made of the records' own values, or cites them."""
    assert problems(judged(world_of(platform, platform.kit), plot)) == []
    wrong = with_sentence(platform.kit, old, new)
    told = problems(judged(world_of(platform, wrong), plot.model_copy(update={"id": "again"})))
    assert any(problem.startswith("false: ") for problem in told)


def _nothing(*_: object) -> tuple[()]:
    return ()


def test_a_dropped_contradiction_is_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "_contradictions", _nothing)
    told = problems(judged(world, STRANGER))
    assert "advice is 'fight', expected 'accept'" in told
    assert any(problem.startswith("contradictions is []") for problem in told)


def test_a_dropped_question_is_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decision, "_ASKED", ())
    told = problems(judged(world, DELIVERED.model_copy(update={"disputed": "above"})))
    assert "questions is [], expected ['amount']" in told


def test_a_letter_over_a_statement_is_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record that people stated is none for the bank."""
    marked = find.payment_evidence

    def stated(*told: Any) -> Any:
        return marked(*told).model_copy(update={"trust": "stated"})

    monkeypatch.setattr(find, "payment_evidence", stated)
    monkeypatch.setattr(case, "PROVES", ("record", "stated"))
    told = problems(judged(world, DELIVERED))
    assert any(problem.startswith("leans on a person's statement") for problem in told)


@pytest.mark.parametrize(
    "planted", [{"first_day": 119}, {"last_day": 363}, {"shared_least": 1}, {"device_id_least": 0}]
)
def test_a_rule_of_compelling_evidence_that_is_off_is_seen(
    platform: Platform, planted: dict[str, Any]
) -> None:
    kit = platform.kit
    rules = kit.rules.model_copy(update={"ce3": kit.rules.ce3.model_copy(update=planted)})
    assert problems(matched(world_of(platform, replace(kit, rules=rules)), edges())) != []


def test_an_object_that_stripe_refuses_is_seen() -> None:
    taken: JsonValue = {"uncategorized_text": "We sent it.", "receipt": "receipt.pdf"}
    assert wrong_fields(taken, "stripe") == []
    refused: list[JsonValue] = [
        {"uncategorised_text": "x"}, {"receipt": ""}, {"uncategorized_text": "x" * 20_001},
        {"enhanced_evidence": {}}, [],
    ]  # fmt: skip
    assert all(wrong_fields(bad, "stripe") for bad in refused)
