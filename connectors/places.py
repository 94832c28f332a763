"""Countries as ISO 3166-1 alpha-2, and addresses."""

from functools import cache

from babel import Locale
from babel.core import get_global

from connectors.fields import Fields
from tradewind.commerce import Address

# Names that merchants' exports use and CLDR does not.
_COMMON = {"uk": "GB", "england": "GB", "scotland": "GB", "united states of america": "US",
           "u.s.a.": "US", "uae": "AE", "korea": "KR", "republic of korea": "KR",
           "russian federation": "RU", "czech republic": "CZ", "holland": "NL"}  # fmt: skip


def country_code(text: str) -> str:
    """The alpha-2 code for a code (alpha-2 or -3) or an English name; else the text as it is."""
    name = text.strip()
    if len(name) == 2 and name.isascii() and name.isalpha():
        return _COMMON.get(name.lower(), name.upper())
    return _codes().get(name.lower(), name)


def address_of(fields: Fields, name: str = "") -> Address | None:
    """An address of the shapes that shops, processors and trackers send; None when empty."""
    country = fields.text("country_code", "country", "country_name")
    address = Address(
        name=fields.text("name") or _full_name(fields) or name,
        line1=fields.text("address1", "line1", "street"),
        line2=fields.text("address2", "line2"),
        city=fields.text("city"),
        region=fields.text("province_code", "province", "state"),
        postcode=fields.text("zip", "postal_code").lstrip("'"),
        country=country_code(country),
        phone=fields.text("phone"),
    )
    located = (address.line1, address.city, address.region, address.postcode, address.country)
    return address if any(located) else None


def _full_name(fields: Fields) -> str:
    return f"{fields.text('first_name')} {fields.text('last_name')}".strip()


@cache
def _codes() -> dict[str, str]:
    names = Locale("en").territories
    codes = {name.lower(): code for code, name in names.items() if len(code) == 2}
    aliases = get_global("territory_aliases")
    three = {alias.lower(): now[0] for alias, now in aliases.items() if len(alias) == 3 and now}
    letters = {alias: code for alias, code in three.items() if alias.isalpha()}
    return {**codes, **letters, **_COMMON}
