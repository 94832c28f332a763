"""The planted world: the purchase as it truly was, in plain values."""

from datetime import datetime, timedelta

from evals.disputes.plot import Plot
from tradewind.base import Money, Record


class Place(Record):
    street: str
    city: str
    region: str
    postcode: str


class Buyer(Record):
    name: str
    home: Place


OTHER_PLACE = Place(street="9 Harbor Road", city="Tacoma", region="WA", postcode="98402")
"""Where nobody of the buyers lives."""
BUYERS = (
    Buyer(name="Ann Lee", home=Place(street="1 Elm Street", city="Austin", region="TX",
                                     postcode="78784")),
    Buyer(name="José Núñez", home=Place(street="22 Palm Avenue", city="Miami", region="FL",
                                        postcode="33130")),
    Buyer(name="Mei Tanaka", home=Place(street="7 Cedar Court", city="Boise", region="ID",
                                        postcode="83702")),
    Buyer(name="Olu Adeyemi", home=Place(street="415 Lake Drive", city="Chicago", region="IL",
                                         postcode="60611")),
)  # fmt: skip
GOODS = (
    "Desk Lamp", "Travel Kettle", "Wool Blanket", "Bluetooth Speaker", "Chess Set", "Yoga Mat",
    "Rain Jacket", "Coffee Grinder",
)  # fmt: skip


class Planted(Record):
    """What is true. Ids and marks follow from `mark`."""

    plot: Plot
    mark: str
    now: datetime
    buyer: Buyer
    goods: tuple[str, ...]
    paid_at: datetime
    shipped_at: datetime
    came_at: datetime
    opened_at: datetime
    currency: str
    code: str
    reason: str

    @property
    def order(self) -> str:
        return f"#G{self.mark}"

    @property
    def other_order(self) -> str:
        """A second order of which the payment tells."""
        return f"#H{self.mark}"

    @property
    def second_order(self) -> str:
        return f"#K{self.mark}"

    @property
    def payment(self) -> str:
        return f"ch_{self.mark}A"

    @property
    def second_payment(self) -> str:
        return f"ch_{self.mark}B"

    def prior(self, n: int) -> str:
        return f"ch_{self.mark}P{n}"

    @property
    def dispute(self) -> str:
        return f"dp_{self.mark}"

    @property
    def refund(self) -> str:
        return f"re_{self.mark}"

    @property
    def tracking(self) -> str:
        return f"1Z999AA1{self.mark}"

    @property
    def customer(self) -> str:
        return f"c-{self.mark}"

    @property
    def email(self) -> str:
        return f"buyer{self.mark}@example.com"

    @property
    def card(self) -> str:
        return f"card{self.mark}"

    @property
    def last4(self) -> str:
        return self.mark[-4:]

    @property
    def ip(self) -> str:
        return f"192.0.2.{int(self.mark) % 250 + 1}"

    @property
    def device(self) -> str:
        return f"device-{self.mark}-of-the-buyer"

    @property
    def second_at(self) -> datetime:
        return self.paid_at + timedelta(hours=20)

    @property
    def second_goods(self) -> str:
        return "Garden Hose"

    @property
    def message_at(self) -> datetime:
        """A cancellation comes before all, what is said of the goods after they came."""
        if self.plot.words == "cancelled_before":
            return self.paid_at - timedelta(hours=4)
        return self.came_at + timedelta(days=2)

    @property
    def accepted_at(self) -> datetime:
        """When the buyer ticked the terms, where they did."""
        return self.paid_at - timedelta(minutes=3)

    @property
    def policy_since(self) -> datetime:
        return self.paid_at + timedelta(days=5 if self.plot.terms == "later" else -200)

    def refunded_at(self, after: bool) -> datetime:
        return self.opened_at + timedelta(days=1 if after else -9)

    def money(self, minor: int) -> Money:
        return Money(minor=minor, currency=self.currency)

    @property
    def disputed(self) -> Money:
        plot = self.plot
        minor = {"part": plot.amount // 2, "above": plot.amount * 2}.get(plot.disputed, plot.amount)
        return Money(minor=minor, currency="EUR" if plot.disputed == "other_currency" else "USD")
