"""The lines of an address that a form asks for."""

from functools import lru_cache

from babel import Locale

from agents.fields import Blank, Option
from agents.kit import Kit
from agents.places import NO_COUNTRY
from agents.saying import say
from tradewind.base import Language
from tradewind.commerce import Order

_LINES = (
    ("name", 200, "name", False), ("line1", 200, "address-line1", True),
    ("line2", 200, "address-line2", False), ("city", 100, "address-level2", True),
    ("region", 100, "address-level1", False), ("postcode", 40, "postal-code", False),
)  # fmt: skip
"""Name, most characters, HTML's autocomplete, whether it has to be there (`tools.orders`)."""


def blanks_of(kit: Kit, language: Language, order: Order, *, fixed: bool) -> tuple[Blank, ...]:
    """The lines, and last the country: that of the order where it is `fixed`, else any. Nothing
    else of the order's address is told: a postcode may be all that proved it."""
    lines = (
        Blank(name=name, most=most, fill=fill, required=needed, label=_label(kit, language, name,
              needed=needed))
        for name, most, fill, needed in _LINES
    )  # fmt: skip
    code = order.ship_to.country if order.ship_to else ""
    country = Blank(
        name="country", label=say(kit, language, "form.country"), most=2, fill="country",
        value=code,
    )  # fmt: skip
    if fixed and code:
        named = say(kit, language, "form.country_name", code=code)
        return (*lines, country.model_copy(update={"fixed": named}))
    return (*lines, country.model_copy(update={"options": _countries(language)}))


def _label(kit: Kit, language: Language, name: str, *, needed: bool) -> str:
    label = say(kit, language, f"form.{name}")
    return label if needed else say(kit, language, "form.optional", label=label)


_NONE = NO_COUNTRY | {"EU"}


@lru_cache(maxsize=16)
def _countries(language: Language) -> tuple[Option, ...]:
    """All countries by their names (CLDR)."""
    names = Locale.parse(language).territories.items()
    known = (
        (code, name) for code, name in names if len(code) == 2 and code not in {*NO_COUNTRY, "EU"}
    )
    found = (Option(id=code, label=name) for code, name in known if code.isalpha())
    return tuple(sorted(found, key=lambda one: one.label.casefold()))
