"""Networks and carriers as people write them (`data/disputes/names.toml`)."""

from collections.abc import Mapping
from functools import cached_property

from agents.chargeback.tables import Dated
from tradewind.base import Record


class Carrier(Record):
    """A carrier: its name, what files and APIs call it, and PayPal's word for it."""

    name: str
    aliases: tuple[str, ...]
    paypal: str = ""


class Names(Dated):
    """The table. A name that it does not have is written as it came."""

    networks: Mapping[str, str]
    carrier: tuple[Carrier, ...]

    def network_name(self, name: object) -> str:
        """`visa` -> `Visa`."""
        return self.networks.get(str(name).strip().casefold(), str(name))

    def carrier_name(self, name: object) -> str:
        """`dhl-germany` -> `Deutsche Post DHL`."""
        found = self._known.get(_key(str(name)))
        return found.name if found else str(name)

    def paypal_carrier(self, name: str) -> str:
        """PayPal's word for a carrier; empty where it has none."""
        found = self._known.get(_key(name))
        return found.paypal if found else ""

    @cached_property
    def _known(self) -> Mapping[str, Carrier]:
        return {_key(name): one for one in self.carrier for name in (*one.aliases, one.name)}


def _key(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign not in " -_.")
