"""The outside by its URL: where a tenant's effects land.

`sandbox:<file>` keeps them on this machine, `sandbox+http://host:port` in a sandbox that is served
elsewhere. `?keyed=no` and `?asked=no` make it one that honours no keys or cannot be asked.
`stripe:` is Stripe, for evidence of disputes alone; `stripe:http://127.0.0.1:port` a stand-in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from pydantic import JsonValue

from connectors.sandbox import Sandbox
from connectors.sandbox_server import RemoteSandbox
from connectors.stripe_account import ADDRESS
from connectors.stripe_filing import StripeFiling, Tell
from tradewind.errors import SpecError
from tradewind.ports.filing import Filings
from tradewind.ports.outside import Outside, Receipt


@dataclass(frozen=True)
class Filer:
    """What a tenant files with: the processor's key, the packets, the fields of its form; `tell`
    hears of the disputes."""

    api_key: Callable[[], str | None]
    filings: Filings
    fields: tuple[str, ...]
    tell: Tell


class ByArea:
    """Outside of two: the tools of one area land in `there`, all others in `else_`."""

    def __init__(self, area: str, there: Outside, else_: Outside) -> None:
        self._area = area
        self._there = there
        self._else = else_

    @property
    def keyed(self) -> bool:
        return self._there.keyed and self._else.keyed

    @property
    def asked(self) -> bool:
        return self._there.asked and self._else.asked

    def send(self, key: str, tool: str, arguments: Mapping[str, JsonValue]) -> Receipt:
        return self._of(tool).send(key, tool, arguments)

    def find(self, key: str, tool: str, arguments: Mapping[str, JsonValue]) -> Receipt | None:
        return self._of(tool).find(key, tool, arguments)

    def _of(self, tool: str) -> Outside:
        return self._there if tool.partition(".")[0] == self._area else self._else


def open_outside(url: str, tenant: str, filer: Filer | None = None) -> Outside:
    """The outside of a tenant; `filer` is what Stripe needs. Raises SpecError for a URL that is
    none."""
    where, _, query = url.partition("?")
    keyed, asked = (parse_qs(query).get(name, ["yes"])[0] != "no" for name in ("keyed", "asked"))
    scheme, _, rest = where.partition(":")
    if scheme == "sandbox" and rest:
        return Sandbox(Path(rest), tenant, keyed=keyed, asked=asked)
    if scheme == "sandbox+http" and urlsplit(where).hostname:
        return RemoteSandbox(where.removeprefix("sandbox+"), tenant, keyed=keyed, asked=asked)
    if scheme == "stripe" and filer and _is_address(rest):
        return StripeFiling(
            rest or ADDRESS, filer.api_key, filer.filings, filer.fields, tell=filer.tell
        )
    raise SpecError(f"{url!r} names no outside.", "Write sandbox:<file>.")


def followed_address(url: str) -> str:
    """Where disputes are looked up that are filed at this URL; empty where nowhere."""
    scheme, _, rest = url.partition(":")
    return (rest or ADDRESS) if scheme == "stripe" and _is_address(rest) else ""


def _is_address(rest: str) -> bool:
    """Stripe's own, or one on this machine: a key goes nowhere else."""
    where = urlsplit(rest)
    return rest in ("", ADDRESS) or (where.scheme == "http" and where.hostname == "127.0.0.1")
