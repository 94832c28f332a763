"""Tools that gather a dispute's evidence, over a real store: what they say, and what they leave
out where nobody knows."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from stores.open import SqlDatabase, open_database
from tools import collect_tools
from tools.disputes import priors
from tradewind.base import Money
from tradewind.commerce import (
    Address,
    Customer,
    Dispute,
    Eligibility,
    Order,
    OrderLine,
    Payment,
    Policy,
    Product,
    Refund,
    Return,
    ShopRecord,
    SourceRow,
)  # fmt: skip
from tradewind.evidence import Evidence
from tradewind.people import Actor, Session, Tenant
from tradewind.tool import ToolContext

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
USD = Money(minor=4000, currency="USD")
HOME = Address(name="Ana Sol", line1="Calle 1", city="Madrid", postcode="28001", country="ES")
LINE = OrderLine(product_id="p1", title="Boot", options={"size": "42"}, price=USD)
Ask = Callable[..., tuple[Evidence, ...]]


class World:
    """A shop in a store of its own, whose clock the test sets."""

    def __init__(self, path: Path) -> None:
        self.now = AT
        self.store: SqlDatabase = open_database(f"sqlite:///{path}/s.db", clock=lambda: self.now)

    def put(self, *records: ShopRecord, days: float = 0) -> None:
        self.now = AT + days * DAY
        self.store.shop("s").put(SourceRow(record=r, raw={}, source="f") for r in records)

    def ask(self, name: str, **arguments: str) -> tuple[Evidence, ...]:
        session = Session(
            tenant=Tenant(id="s", name="s"), actor=Actor(id="a", audience="merchant"), thread="t"
        )
        context = ToolContext(session=session, shop=self.store.shop("s"))
        return collect_tools()[name](context, dict(arguments)).evidence


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.store.close()


def facts(evidence: Evidence) -> dict[str, Any]:
    return {fact.name: fact.value for fact in evidence.facts}


def order(number: str = "#1", days: float = 0, **told: Any) -> Order:
    given = {"id": number, "customer_id": "ana", "email": "ana@example.com", "total": USD,
             "placed_at": AT + days * DAY, "lines": (LINE,), "ship_to": HOME,
             "ip": "203.0.113.9", "device": "dev_1", "language": "es"}  # fmt: skip
    return Order.model_validate(given | told)


def paid(number: str, days: float, **told: Any) -> Payment:
    given = {"id": f"ch_{number}", "order_id": f"#{number}", "amount": USD,
             "created_at": AT + days * DAY, "fingerprint": "card1"}  # fmt: skip
    return Payment.model_validate(given | told)


def dispute(**told: Any) -> Dispute:
    given = {"id": "dp_1", "payment_id": "ch_1", "amount": USD, "state": "needs_response",
             "status": "needs_response", "opened_at": AT + 40 * DAY}  # fmt: skip
    return Dispute.model_validate(given | told)


# ---- disputes.find


def test_a_dispute_tells_what_may_still_be_done(world: World):
    eligible = Eligibility(programme="visa_compelling_evidence_3", status="requires_action",
                           required=("missing_customer_identifiers",))  # fmt: skip
    world.put(
        dispute(submissions=0, past_due=False, answerable=True, eligibility=(eligible,)),
        paid("1", 0, refunded=USD, descriptor="SHOP", email="a@example.com", disputed=True,
             fraud_reported=True, captured_at=AT + DAY), order(),
    )  # fmt: skip
    told, payment = world.ask("disputes.find", dispute_id="dp_1")
    assert "The processor told no deadline." in told.excerpt
    assert facts(told)["order"] == "#1"
    assert facts(told)["submissions"] == 0
    assert facts(told)["past_due"] is False
    assert facts(told)["eligible_visa_compelling_evidence_3"] == "requires_action"
    known = facts(payment)
    assert (known["fingerprint"], known["email"], known["descriptor"], known["order"]) == (
        "card1", "a@example.com", "SHOP", "#1",
    )  # fmt: skip
    assert (known["fraud_reported"], known["refunded"], known["captured_at"]) == (
        True, USD, AT + DAY,
    )  # fmt: skip
    assert (known["ip"], known["device"], known["account"]) == ("203.0.113.9", "dev_1", "ana")
    assert (known["address_line1"], known["postcode"]) == ("Calle 1", "28001")


def test_what_nobody_told_is_no_fact(world: World):
    world.put(dispute(), paid("1", 0))
    _, payment = world.ask("disputes.find", dispute_id="dp_1")
    assert not {"fraud_reported", "disputed", "captured_at", "refunded"} & facts(payment).keys()


def test_a_dispute_that_names_the_inner_id_of_its_order(world: World):
    world.put(dispute(payment_id="", order_id="4507"), paid("1", 0), order(source_id="4507"))
    told, payment = world.ask("disputes.find", dispute_id="dp_1")
    assert (facts(told)["order"], facts(told)["payment"]) == ("#1", "ch_1")
    assert payment.source == "payment/ch_1"


# ---- disputes.priors


def test_priors_are_of_the_same_card_or_customer(world: World):
    world.put(
        dispute(), order("#1"), order("#2", -100), order("#3", -200), order("#9", -90,
        customer_id="ben"), paid("1", 0), paid("2", -100, disputed=False),
        paid("3", -200, fingerprint="other", ip="198.51.100.1"),
        paid("9", -90, fingerprint="bens"), paid("8", -50, order_id=""), paid("7", 50),
    )  # fmt: skip
    found = world.ask("disputes.priors", dispute_id="dp_1")
    assert [facts(e)["payment"] for e in found] == ["ch_8", "ch_2", "ch_3"]
    assert {e.kind for e in found} == {"prior"}
    second = facts(found[1])
    assert second["processed_at"] == AT - 100 * DAY
    assert (second["ip"], second["device"], second["account"]) == ("203.0.113.9", "dev_1", "ana")
    assert (second["address_line1"], second["city"], second["postcode"]) == (
        "Calle 1", "Madrid", "28001",
    )  # fmt: skip
    assert (second["description"], second["disputed"]) == ("Boot", False)
    assert "disputed" not in facts(found[0])
    assert facts(found[2])["ip"] == "198.51.100.1"


def test_a_prior_that_was_disputed_says_so(world: World):
    earlier = dispute(id="dp_0", payment_id="pi_2")
    world.put(dispute(), earlier, paid("1", 0), paid("2", -100, disputed=False, intent="pi_2"))
    (prior,) = world.ask("disputes.priors", dispute_id="dp_1")
    assert facts(prior)["disputed"] is True


def test_priors_are_bounded_to_the_newest(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(priors, "MOST", 3)
    world.put(dispute(), paid("1", 0), *(paid(str(n), -n) for n in range(2, 9)))
    found = world.ask("disputes.priors", dispute_id="dp_1")
    assert [facts(e)["payment"] for e in found] == ["ch_2", "ch_3", "ch_4"]


# ---- refunds.list


def test_refunds_of_an_order_by_all_its_names(world: World):
    back = Refund(id="re_1", payment_id="ch_1", amount=USD, at=AT + DAY, status="succeeded",
                  arn="7489", reason="requested_by_customer")  # fmt: skip
    world.put(
        order(source_id="4507", returns=(Return(state="received", received_at=AT + 3 * DAY),)),
        paid("1", 0, intent="pi_1"), back, Refund(id="re_2", order_id="4507", amount=USD),
        Refund(id="re_3", payment_id="pi_1", amount=USD), Refund(id="re_9", amount=USD),
    )  # fmt: skip
    *refunds, came_back = world.ask("refunds.list", order_id="#1")
    assert {facts(e)["refund"] for e in refunds} == {"re_1", "re_2", "re_3"}
    full = next(facts(e) for e in refunds if facts(e)["refund"] == "re_1")
    assert full == {
        "refund": "re_1", "payment": "ch_1", "order": "#1", "amount": USD, "at": AT + DAY,
        "status": "succeeded", "arn": "7489", "reason": "requested_by_customer",
    }  # fmt: skip
    assert came_back.kind == "return"
    assert facts(came_back)["received_at"] == AT + 3 * DAY


# ---- catalog.sold


def listing(text: str) -> Product:
    return Product(id="p1", title="Boot", description=text)


def test_a_listing_seen_before_and_after_the_purchase_is_certain(world: World):
    world.put(listing("wool"), days=-5)
    world.put(order())
    world.put(listing("wool"), days=5)
    world.put(listing("cotton"), days=9)
    (sold,) = world.ask("catalog.sold", order_id="#1")
    assert sold.excerpt == "Boot. wool"
    assert (facts(sold)["certain"], facts(sold)["as_of"]) == (True, AT - 5 * DAY)
    assert (facts(sold)["product"], facts(sold)["option"]) == ("p1", "size: 42")


def test_a_listing_imported_later_is_not(world: World):
    world.put(order())
    world.put(listing("cotton"), days=9)
    (sold,) = world.ask("catalog.sold", order_id="#1")
    assert (facts(sold)["certain"], facts(sold)["as_of"]) == (False, AT + 9 * DAY)


def test_a_listing_that_changed_around_the_purchase_is_the_one_before_and_uncertain(world: World):
    world.put(listing("wool"), days=-5)
    world.put(order())
    world.put(listing("cotton"), days=9)
    (sold,) = world.ask("catalog.sold", order_id="#1")
    assert (sold.excerpt, facts(sold)["certain"]) == ("Boot. wool", False)


# ---- policy.shown


def rule(id_: str, text: str, **told: Any) -> Policy:
    given = {"id": id_, "topic": "returns", "title": "Returns", "text": text,
             "facts": {"return_days": "30"}}  # fmt: skip
    return Policy.model_validate(given | told)


def test_the_rule_in_force_then_is_told_not_todays(world: World):
    world.put(rule("r", "30 days", effective_from=date(2026, 1, 1), version="1"), days=-40)
    world.put(rule("r", "14 days", effective_from=date(2026, 4, 1), version="2"), days=40)
    world.put(order())
    (told,) = world.ask("policy.shown", order_id="#1", topic="returns")
    assert told.excerpt == "30 days"
    assert facts(told)["effective_from"] == date(2026, 1, 1)
    assert facts(told)["topic"] == "returns"
    assert not {"shown_at_checkout", "accepted_at"} & facts(told).keys()


def test_no_rule_of_later_is_taken_for_one_of_then(world: World):
    world.put(rule("r", "14 days", effective_from=date(2026, 4, 1)), order())
    assert world.ask("policy.shown", order_id="#1", topic="returns") == ()


def test_market_and_language_decide_and_acceptance_is_told(world: World):
    start = {"effective_from": date(2026, 1, 1)}
    world.put(
        rule("us", "us", market="US", **start), rule("eu", "eu", market="EU", **start),
        rule("eu-es", "eu en español", market="EU", language="es", **start),
        rule("all", "all", language="es", **start),
        rule("ship", "ships", topic="shipping", **start),
        order(terms_accepted_at=AT),
    )  # fmt: skip
    shipping, returns = sorted(
        world.ask("policy.shown", order_id="#1"), key=lambda e: facts(e)["topic"], reverse=True
    )
    assert (shipping.excerpt, returns.excerpt) == ("ships", "eu en español")
    assert (facts(returns)["shown_at_checkout"], facts(returns)["accepted_at"]) == (True, AT)


def test_an_undated_rule_is_the_wording_that_was_seen_then(world: World):
    world.put(rule("r", "30 days"), days=-40)
    world.put(rule("r", "30 days"), days=20)
    world.put(rule("r", "14 days"), days=40)
    world.put(order())
    (told,) = world.ask("policy.shown", order_id="#1", topic="returns")
    assert told.excerpt == "30 days"


# ---- policy.rules and policy.facts for an order


def test_the_figures_that_held_for_an_order_are_told(world: World):
    then, now = {"return_window_days": "30"}, {"return_window_days": "14"}
    world.put(rule("r", "30 days.", effective_from=date(2026, 1, 1), facts=then), days=-40)
    world.put(rule("r", "14 days.", effective_from=date(2026, 4, 1), facts=now), days=40)
    world.put(order())
    (held,) = world.ask("policy.rules", topic="returns", order_id="#1")
    (holds,) = world.ask("policy.rules", topic="returns")
    assert (facts(held)["return_window_days"], facts(holds)["return_window_days"]) == (30, 14)
    (said,) = world.ask("policy.facts", words="days", order_id="#1")
    assert said.excerpt == "30 days."


def test_a_matter_is_told_by_the_closest_market_and_one_sentence(world: World):
    world.put(
        rule("all", "We send parcels. No PO boxes.", topic="shipping"),
        rule("eu", "Boxes: PO boxes are fine.", topic="shipping", market="EU"),
    )
    (anywhere,) = world.ask("policy.facts", words="PO box")
    (spain,) = world.ask("policy.facts", words="PO box", market="ES")
    assert (anywhere.excerpt, spain.excerpt) == ("No PO boxes.", "Boxes: PO boxes are fine.")
    assert world.ask("policy.facts", words="gift wrap") == ()
    assert world.ask("policy.facts", words="PO box", topic="returns") == ()


# ---- orders.history


def test_what_was_known_of_the_customer_then(world: World):
    world.put(
        Customer(id="ana", created_at=AT - 400 * DAY), order("#1"), order("#2", -100, device="d0"),
        order("#3", -200, ip="198.51.100.1", device="d0"), order("#4", 5), paid("2", -100),
        dispute(id="dp_0", payment_id="ch_2"),
    )  # fmt: skip
    (told,) = world.ask("orders.history", order_id="#1")
    known = facts(told)
    assert (known["orders_before"], known["disputes_before"]) == (2, 1)
    assert (known["ip_seen_before"], known["device_seen_before"], known["address_seen_before"]) == (
        True, False, True,
    )  # fmt: skip
    assert (known["customer_since"], known["last_order_at"]) == (AT - 400 * DAY, AT - 100 * DAY)


def test_a_customer_nobody_knows_has_no_history(world: World):
    world.put(order(customer_id=""))
    assert world.ask("orders.history", order_id="#1") == ()
