"""Who buys: the users that are taken over, where they live and what they speak."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .course import Dice, DisputeCase, Script
from .retail import Address, Order, Retail, User

_USERS = 300
# Users whose order is shown in the documentation or disputed stay where they are and as they are.
_ENGLISH = "en"


@dataclass(frozen=True)
class Places:
    """The tables of `places.toml`. A place is (city, state, postcode, ISO 3166-1 alpha-3)."""

    hubs: dict[str, list[list[str]]]
    gateways: dict[str, list[str]]
    towns: dict[str, list[list[str]]]
    abroad: dict[str, list[str]]
    languages: dict[str, str]


def read_places(folder: Path) -> Places:
    return Places(**tomllib.loads((folder / "places.toml").read_text(encoding="utf-8")))


def choose(retail: Retail, script: Script, dice: Dice) -> Retail:
    """About 300 users with all their orders; the users of set orders are among them."""
    needed = {retail.orders[key].user_id for key in script.courses()}
    others = sorted(set(retail.users) - needed)
    dice.of("users").shuffle(others)
    names = sorted(needed | set(others[: _USERS - len(needed)]))
    users = {name: retail.users[name] for name in names}
    orders = {key: order for key, order in retail.orders.items() if order.user_id in users}
    return Retail(products=retail.products, users=users, orders=orders)


def settle(shop: Retail, script: Script, places: Places) -> Retail:
    """The shop with some users moved abroad, languages told, and cards of the disputed brand."""
    fixed = {shop.orders[key].user_id for key in script.courses()}
    moved = _movers(shop.users.values(), fixed, places)
    users = {
        key: _moved(user, moved[key], places) if key in moved else user
        for key, user in shop.users.items()
    }
    users = _with_brands(users, shop.orders, script.dispute)
    orders = {
        key: order.model_copy(update={
            "address": _there(order.address, shop.users[order.user_id], moved, places),
            "language": _language(order.user_id, shop.users, fixed, moved, places),
            "currency": "USD",
        })
        for key, order in shop.orders.items()
    }  # fmt: skip
    return Retail(products=shop.products, users=users, orders=orders)


def _movers(users: Iterable[User], fixed: set[str], places: Places) -> dict[str, tuple[str, int]]:
    """User id -> (country, which of its towns)."""
    moved: dict[str, tuple[str, int]] = {}
    for surname, (country, _, most) in places.abroad.items():
        named = [u for u in users if u.name.last_name == surname and u.user_id not in fixed]
        with_orders = [u.user_id for u in named if u.orders][: int(most)]
        moved |= {user: (country, turn) for turn, user in enumerate(with_orders)}
    return moved


def _moved(user: User, to: tuple[str, int], places: Places) -> User:
    return user.model_copy(update={"address": _town(to[0], to[1], places)})


def _there(
    address: Address, user: User, moved: dict[str, tuple[str, int]], places: Places
) -> Address:
    """A moved user's other addresses move to the country's next town."""
    if user.user_id not in moved:
        return address
    country, turn = moved[user.user_id]
    return _town(country, turn if address == user.address else turn + 1, places)


def _town(country: str, turn: int, places: Places) -> Address:
    towns = places.towns[country]
    street, city, state, postcode = towns[turn % len(towns)]
    return Address(
        address1=street, address2="", city=city, country=country, state=state, zip=postcode
    )


def _language(
    name: str,
    users: dict[str, User],
    fixed: set[str],
    moved: dict[str, tuple[str, int]],
    places: Places,
) -> str:
    user = users[name]
    if name in moved:
        return places.abroad[user.name.last_name][1]
    if name in fixed and name != "evelyn_lopez_5487":
        return _ENGLISH
    by_name = places.languages
    return by_name.get(user.name.first_name) or by_name.get(user.name.last_name) or _ENGLISH


def _with_brands(
    users: dict[str, User], orders: dict[str, Order], cases: Iterable[DisputeCase]
) -> dict[str, User]:
    """The retail data knows Visa and Mastercard only; a disputed card gets its case's brand."""
    changed = dict(users)
    for case in cases:
        order = orders[case.order]
        user = changed[order.user_id]
        card = user.payment_methods[order.method].model_copy(update={"brand": case.brand})
        methods = {**user.payment_methods, order.method: card}
        changed[order.user_id] = user.model_copy(update={"payment_methods": methods})
    return changed
