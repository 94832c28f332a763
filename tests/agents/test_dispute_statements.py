"""What people state of a dispute: it answers what is asked, and proves nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from agent_world import NOON

from agents.assistant import Assistant
from agents.chargeback import case, stated
from agents.chargeback.advice import Advice, advise
from agents.chargeback.telling import Telling
from agents.engines.dossier import Dossier
from agents.replay import replay
from agents.run import Road
from commands.evaluate import plant_beside
from evals.disputes.making import made_plots
from evals.disputes.planting import plant, rows_of
from evals.disputes.plot import Plot
from evals.disputes.world import Planted
from tools import collect_tools
from tradewind.base import Money
from tradewind.commerce import Dispute, SourceRow
from tradewind.errors import InvalidInput, NotFound
from tradewind.evidence import Evidence
from tradewind.people import Actor, Session
from wiring.platform import Platform

NR = "product_not_received"
NAMELESS = Plot(id="nameless", category=NR, network="visa", link="missing", delivery="signed")


class There:
    """A made dispute in a shop of its own, and somebody who speaks of it."""

    def __init__(self, platform: Platform, plot: Plot, *, orders: bool = False) -> None:
        self.planted: Planted = plant(plot, NOON)
        self.platform = platform
        rows = rows_of(self.planted, platform.kit.rules.codes)
        if orders:  # the order is there, only nothing names it
            sound = plant(plot.model_copy(update={"link": "sound"}), NOON)
            named = rows_of(sound, platform.kit.rules.codes)
            rows += [row for row in named if row.record.kind not in ("dispute", "payment")]
        self.tenant, self.shop = plant_beside(platform, f"told-{plot.id}", rows)
        road = Road(collect_tools(), {}, None, clock=lambda: NOON)
        self.house = Assistant(platform.kit, road)

    @property
    def id(self) -> str:
        return self.planted.dispute

    def session(self, thread: str = "t") -> Session:
        return Session(
            tenant=self.tenant, actor=Actor(id="mia", audience="merchant"), thread=thread
        )

    def tell(self, **told: Any) -> Sequence[Any]:
        telling = Telling.model_validate(told)
        return asyncio.run(self.house.tell(self.session(), self.shop, self.id, telling))

    def advice(self) -> Advice:
        found = asyncio.run(self.house.assess(self.session(), self.shop, self.id))
        assert found is not None
        return found

    def dossier(self) -> Dossier:
        return asyncio.run(self.house.defend(self.session(), self.shop, self.id))

    def say(self, text: str, thread: str = "talk") -> Any:
        ended = asyncio.run(self.house.turn(self.session(thread), self.shop, text))
        return ended.answer

    def record(self) -> Dispute:
        found = self.shop.reader.dispute(self.id)
        assert found is not None
        return found


def asked(advice: Advice) -> tuple[str, tuple[str, ...]]:
    return advice.decision.act, advice.decision.questions


def test_an_order_that_is_named_is_used_and_the_processors_record_stays(platform: Platform) -> None:
    there = There(platform, NAMELESS, orders=True)
    before = there.record()
    assert asked(there.advice()) == ("ask", ("order",))
    (kept,) = there.tell(order=there.planted.order.removeprefix("#"))
    assert (kept.about, kept.value, kept.by) == ("order", there.planted.order, "mia")
    assert asked(there.advice()) == ("fight", ())
    assert there.record() == before
    made = there.dossier()
    assert made.claims
    told = {item.id for item in made.evidence if item.trust == "stated"}
    assert told
    assert not told & {id_ for claim in made.claims for id_ in claim.evidence}
    payment = next(e for e in made.evidence if e.kind == "payment")
    assert there.planted.order not in {getattr(f, "value", None) for f in payment.facts}


def test_it_can_be_taken_back_and_stays_in_the_record(platform: Platform) -> None:
    there = There(platform, NAMELESS.model_copy(update={"id": "back"}), orders=True)
    (kept,) = there.tell(order=there.planted.order)
    ended = asyncio.run(there.house.revoke(there.session(), there.shop, there.id, kept.id))
    assert ended.revoked_by == "mia"
    assert asked(there.advice()) == ("ask", ("order",))
    again = asyncio.run(there.house.revoke(there.session(), there.shop, there.id, kept.id))
    assert again == ended
    assert list(there.shop.reader.statements_of(there.id)) == [ended]
    with pytest.raises(NotFound):
        asyncio.run(there.house.revoke(there.session(), there.shop, there.id, "st_none"))


def test_of_two_statements_the_newest_holds(platform: Platform) -> None:
    plot = Plot(id="twice", category=NR, network="mastercard", code="vague", delivery="signed")
    there = There(platform, plot)
    assert asked(there.advice()) == ("ask", ("category",))
    there.tell(category="product_unacceptable")
    assert there.advice().assessment.category == "product_unacceptable"
    there.tell(category=NR)
    assert there.advice().assessment.category == NR
    assert asked(there.advice()) == ("fight", ())
    assert len(there.shop.reader.statements_of(there.id)) == 2


def test_a_code_says_the_category_too(platform: Platform) -> None:
    plot = Plot(id="code", category=NR, network="visa", code="unknown", delivery="signed")
    there = There(platform, plot)
    assert asked(there.advice()) == ("ask", ("code",))
    kept = there.tell(code="13.1", network="visa")
    assert [(s.about, s.value) for s in kept] == [("code", "13.1"), ("category", NR)]
    assert asked(there.advice()) == ("fight", ())


@pytest.mark.parametrize(
    ("plot", "told", "why"),
    [
        ({"code": "unknown"}, {"code": "99.8"}, "has no code 99.8"),
        ({"code": "unknown"}, {"code": "13.1", "network": "wirecard"}, "not known"),
        ({"code": "unknown"}, {"network": "visa"}, "without its code"),
        ({"code": "unknown"}, {"code": "13.1", "category": "duplicate"}, "is product_not_rec"),
        ({}, {"code": "10.4"}, "names code 13.1"),
        ({}, {"category": "fraudulent"}, "the processor calls it product_not_received"),
        ({}, {"order": "#0000"}, "no order #0000"),
        ({}, {"payment": "ch_none"}, "no payment ch_none"),
        ({}, {"records": {"payment": False}}, "nothing is asked about"),
        ({"disputed": "above"}, {"records": {"shipment/x": False}}, "nothing is asked about"),
        ({"delivery": "stranger"}, {"records": {"signed_by": False}}, "nothing is asked about"),
        ({}, {}, "nothing is told"),
    ],
)  # fmt: skip
def test_what_the_records_answer_themselves_cannot_be_stated(
    platform: Platform, plot: dict[str, Any], told: dict[str, Any], why: str
) -> None:
    plot = {"category": NR, "network": "visa", "delivery": "signed", **plot}
    there = There(platform, Plot.model_validate({"id": "no", **plot}))
    with pytest.raises(InvalidInput, match=why) as error:
        there.tell(**told)
    assert error.value.hint
    assert not there.shop.reader.statements_of(there.id)


def test_what_the_processor_says_later_overtakes_a_statement(platform: Platform) -> None:
    plot = Plot(id="later", category=NR, network="mastercard", code="vague", delivery="signed")
    there = There(platform, plot)
    there.tell(category="product_unacceptable")
    told = there.record().model_copy(update={"category": "fraudulent"})
    platform.database.shop(there.tenant.id).put([SourceRow(record=told, raw={}, source="later")])
    assert there.advice().assessment.category == "fraudulent"
    assert there.shop.reader.statements_of(there.id)[0].revoked_at is None


def test_an_amount_that_changes_asks_again(platform: Platform) -> None:
    plot = Plot(id="more", category=NR, network="visa", disputed="above", delivery="signed")
    there = There(platform, plot)
    assert asked(there.advice()) == ("ask", ("amount",))
    there.tell(records={"amount": False})
    assert "amount" not in there.advice().decision.questions
    more = there.record().model_copy(update={"amount": Money(minor=990000, currency="USD")})
    platform.database.shop(there.tenant.id).put([SourceRow(record=more, raw={}, source="later")])
    assert asked(there.advice()) == ("ask", ("amount",))


def test_a_contradiction_that_is_admitted_bars(platform: Platform) -> None:
    plot = Plot(id="so", category=NR, network="visa", link="cheaper", delivery="signed")
    there = There(platform, plot)
    there.tell(records={"overcharged": True})
    advice = there.advice()
    assert (advice.decision.act, advice.decision.reason) == ("accept", "contradicted")


# ---- it proves nothing

ODD = [
    plot for plot in made_plots(each=16, seed=7)
    if plot.state == "open" and plot.due != "passed"
    and (plot.link in ("two", "cheaper", "other_currency") or plot.disputed != "whole")
]  # fmt: skip


def _judgements(advice: Advice) -> list[dict[str, bool]]:
    names = [c.id for c in advice.assessment.contradictions if c.asks]
    return [{"payment": False}, {"order": False}, *({name: False} for name in names)]


@pytest.mark.parametrize("plot", ODD[:14], ids=lambda plot: plot.id)
def test_no_judgement_raises_the_odds_or_takes_a_contradiction_away(
    platform: Platform, plot: Plot
) -> None:
    before = There(platform, plot).advice()
    for n, records in enumerate(_judgements(before)):
        there = There(platform, plot.model_copy(update={"id": f"{plot.id}-j{n}"}))
        first = there.advice()
        try:
            there.tell(records=records)
        except InvalidInput:
            continue
        _proves_nothing(first, there.advice())


def _proves_nothing(before: Advice, after: Advice) -> None:
    helps = {e.id for e in before.assessment.elements if e.grade != "against"}
    harms = {e.id for e in before.assessment.elements if e.grade == "against"}
    told = {c.id for c in before.assessment.contradictions}
    assert {e.id for e in after.assessment.elements if e.grade != "against"} <= helps
    assert {e.id for e in after.assessment.elements if e.grade == "against"} >= harms
    assert {c.id for c in after.assessment.contradictions} == told
    assert set(after.assessment.ways) <= set(before.assessment.ways)
    bars = {c.id for c in before.assessment.contradictions if c.bars}
    assert {c.id for c in after.assessment.contradictions if c.bars} >= bars


def _forged(platform: Platform, id_: str) -> tuple[Evidence, ...]:
    """A dispute's evidence, in which what was stated came from an outsider's tool."""
    plot = Plot(id=id_, category=NR, network="mastercard", code="vague", delivery="signed")
    there = There(platform, plot)
    there.tell(category=NR)
    evidence = there.dossier().evidence
    fair = advise(evidence, platform.kit.rules, NOON)
    assert fair is not None
    assert fair.decision.act == "fight"
    return tuple(
        e.model_copy(update={"trust": "untrusted"}) if e.kind == "statement" else e
        for e in evidence
    )


def test_an_outsiders_statement_is_none(platform: Platform) -> None:
    """Evidence of the same shape from an untrusted tool decides nothing."""
    advice = advise(_forged(platform, "outside"), platform.kit.rules, NOON)
    assert advice is not None
    assert asked(advice) == ("ask", ("category",))


def test_planted_bug_a_record_called_wrong_takes_its_contradiction_away(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    plot = Plot(id="bug", category=NR, network="visa", disputed="above", delivery="signed")
    there = There(platform, plot)
    before = there.advice()
    there.tell(records={"payment": False})
    _proves_nothing(before, there.advice())
    whole = case.read_case

    def reduced(evidence: Sequence[Evidence]) -> case.Case | None:
        found = whole(evidence)
        return found.model_copy(update={"whole": None}) if found else None

    monkeypatch.setattr("agents.chargeback.advice.read_case", reduced)
    with pytest.raises(AssertionError):
        _proves_nothing(before, there.advice())


def test_planted_bug_anybodys_statement_is_heard(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    forged = _forged(platform, "anybody")
    guarded = stated._about  # pyright: ignore[reportPrivateUsage]

    def trusting(item: Evidence, dispute: Evidence) -> Any:
        return guarded(item.model_copy(update={"trust": "stated"}), dispute)

    monkeypatch.setattr(stated, "_about", trusting)
    advice = advise(forged, platform.kit.rules, NOON)
    assert advice is not None
    assert advice.decision.act == "fight"  # what the test above would see


# ---- erased and exported with the rest


def test_an_erase_takes_what_names_the_persons_order(platform: Platform) -> None:
    there = There(platform, NAMELESS.model_copy(update={"id": "gone"}), orders=True)
    there.tell(order=there.planted.order)
    platform.database.erasure(there.tenant.id).erase(there.planted.email, NOON + timedelta(days=1))
    (left,) = there.shop.reader.statements_of(there.id)
    assert left.value == ""
    assert asked(there.advice()) == ("ask", ("order",))


def test_an_export_tells_it(platform: Platform) -> None:
    there = There(platform, NAMELESS.model_copy(update={"id": "out"}), orders=True)
    (kept,) = there.tell(order=there.planted.order)
    rows = list(platform.database.archive(there.tenant.id).rows("statement"))
    assert [row["id"] for row in rows] == [kept.id]


# ---- in chat


def ask_about(there: There) -> Any:
    return there.say(f"is it worth contesting {there.id} or should we just refund")


def test_an_answer_in_chat_is_taken_where_the_thread_asked(platform: Platform) -> None:
    there = There(platform, NAMELESS.model_copy(update={"id": "chat"}), orders=True)
    assert ask_about(there).details["questions"] == ["order"]
    answer = there.say(f"it's order {there.planted.order}")
    assert answer.details["advice"]["decision"]["act"] == "fight"
    (kept,) = there.shop.reader.statements_of(there.id)
    assert (kept.about, kept.value, kept.by) == ("order", there.planted.order, "mia")


def test_nothing_is_taken_that_was_not_asked(platform: Platform) -> None:
    there = There(platform, NAMELESS.model_copy(update={"id": "unasked"}), orders=True)
    there.say(f"it's order {there.planted.order}")
    assert not there.shop.reader.statements_of(there.id)
    ask_about(there)
    there.say("which disputes are open?")
    assert not there.shop.reader.statements_of(there.id)


@pytest.mark.parametrize(
    "text",
    ["the category is not received", "goods never arrived", "Die Ware wurde nicht erhalten",
     "未收到货", "no ha recibido el producto", "товар не получен", "商品が届いていない",
     "le client n'a jamais reçu le colis", "لم يستلم البضاعة", "o cliente não recebeu",
     "물건을 받지 못했습니다", "il cliente non ha ricevuto la merce", "ürün teslim edilmedi"],
)  # fmt: skip
def test_a_category_in_twelve_languages(platform: Platform, text: str) -> None:
    plot = Plot(id="words", category=NR, network="mastercard", code="vague", delivery="signed")
    there = There(platform, plot)
    assert ask_about(there).details["questions"] == ["category"]
    answer = there.say(text)
    assert answer.details["category"] == NR, answer.text
    assert answer.details["advice"]["decision"]["act"] == "fight"


def test_an_answer_that_does_not_fit_is_refused_and_asked_still(platform: Platform) -> None:
    there = There(platform, NAMELESS.model_copy(update={"id": "unfit"}), orders=True)
    ask_about(there)
    answer = there.say("it's order #99999")
    assert "no order #99999" in answer.details["refused"]
    assert not there.shop.reader.statements_of(there.id)
    there.say(f"sorry, order {there.planted.order}")
    assert len(there.shop.reader.statements_of(there.id)) == 1


def test_a_replay_states_nothing_again(platform: Platform) -> None:
    there = There(platform, NAMELESS.model_copy(update={"id": "replay"}), orders=True)
    ask_about(there)
    there.say(f"it's order {there.planted.order}")
    run = there.shop.runs.runs(1)[0]
    before = list(there.shop.reader.statements_of(there.id))
    spans = there.shop.runs.spans(run.id)
    told = asyncio.run(replay(there.house, there.tenant, run, spans))
    assert told.identical
    assert list(there.shop.reader.statements_of(there.id)) == before


def test_a_shop_without_hands_keeps_nothing(platform: Platform) -> None:
    there = There(platform, NAMELESS.model_copy(update={"id": "reading"}), orders=True)
    there.shop = replace(there.shop, hands=None)
    ask_about(there)
    answer = there.say(f"it's order {there.planted.order}")
    assert answer.details["refused"]
