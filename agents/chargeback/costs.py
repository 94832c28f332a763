"""What a fight costs and brings: fees, labour, the arbitration that may follow."""

from agents.chargeback.case import Case
from agents.chargeback.facts import text_of
from agents.chargeback.rules import Rules
from tradewind.base import Money, Record


class Costs(Record):
    """In the dispute's currency, minor units; None: no figure for this currency or processor.

    `fee` is due for fighting, `fee_back` whether a won dispute gives it back; `received` was due
    when the dispute came, whatever is decided. `arbitration` is what a lost next stage costs.
    """

    received: int | None
    fee: int | None
    fee_back: bool
    labour: int | None
    arbitration: int

    @property
    def known(self) -> bool:
        return self.fee is not None and self.labour is not None


LAST_STAGES = frozenset(("pre_arbitration", "arbitration"))


def costs_of(case: Case, network: str, rules: Rules) -> Costs:
    """The table's figures for the processor and currency."""
    currency = case.amount.currency if case.amount else ""
    table = rules.economics
    processor = text_of(case.dispute, "processor")
    fees = {f.processor: f for f in table.fee if f.currency == currency}
    fee = fees.get(processor) or fees.get("*")
    labour = next((row for row in table.labour if row.currency == currency), None)
    late = text_of(case.dispute, "stage") in LAST_STAGES
    arbitration = next(
        (r.fee for r in table.arbitration if (r.network, r.currency) == (network, currency)), 0
    )
    return Costs(
        received=fee.received if fee else None,
        fee=fee.countered if fee else None,
        fee_back=fee.countered_back if fee else False,
        labour=round(labour.minutes * labour.hour / table.minutes_of_hour) if labour else None,
        arbitration=arbitration if late else 0,
    )


def expected_value(amount: Money, odds: float, costs: Costs) -> Money:
    """What a fight is worth against accepting: odds of the amount, less fee, labour and risk.

    Costs that are not known are left out.
    """
    lost = 1 - odds
    fee = (costs.fee or 0) * (lost if costs.fee_back else 1)
    worth = odds * amount.minor - fee - (costs.labour or 0) - lost * costs.arbitration
    return Money(minor=round(worth), currency=amount.currency)
