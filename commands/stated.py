"""disputes tell, disputes revoke: what a person states of a dispute where its advice asks."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any, get_args

import typer

from agents.chargeback.telling import Telling
from commands.console import SHOP, AsJson, Shop, opened, page, session, show_json
from tradewind.commerce import DisputeCategory, Statement
from tradewind.errors import InvalidInput
from wiring.disputes import dispute_rows

RIGHT: Mapping[str, bool] = {"right": True, "wrong": False}


def tell(
    id: str,
    category: Annotated[str, typer.Option("--category", help="What the claim is.")] = "",
    code: Annotated[str, typer.Option("--code", help="The network's reason code.")] = "",
    network: Annotated[str, typer.Option("--network", help="The code's network.")] = "",
    order: Annotated[str, typer.Option("--order", help="The order that it is about.")] = "",
    payment: Annotated[str, typer.Option("--payment", help="The payment that it is about.")] = "",
    record: Annotated[
        list[str] | None,
        typer.Option("--record", help="RECORD=right, RECORD=wrong; or a contradiction's name."),
    ] = None,
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Answer what the advice on a dispute asks. It is kept as your word, beside the processor's
    record, and proves nothing to the bank.

    Example: tradewind disputes tell dp_1Q --code 13.1 --network visa --order 1001
    """
    with opened() as platform:
        who = session(platform, shop, "merchant", "disputes")
        telling = Telling(
            category=_category(category), code=code, network=network, order=order, payment=payment,
            records=dict(map(_judged, record or [])),
        )  # fmt: skip
        handles = platform.shop(shop)
        kept = asyncio.run(platform.assistant.tell(who, handles, id, telling))
        found = platform.database.shop(shop).dispute(id)
        rows = asyncio.run(dispute_rows(platform, who, [found] if found else []))
        told = {"statements": [statement_row(item) for item in kept], "disputes": rows}
        show_json(told) if as_json else _show(told)


def revoke(id: str, statement: str, shop: Shop = SHOP, as_json: AsJson = False) -> None:
    """Take back a statement on a dispute; it stays in the record as revoked.

    Example: tradewind disputes revoke dp_1Q st_0a1b2c3d4e5f6071_1
    """
    with opened() as platform:
        who = session(platform, shop, "merchant", "disputes")
        handles = platform.shop(shop)
        ended = asyncio.run(platform.assistant.revoke(who, handles, id, statement))
        told = {"statements": [statement_row(ended)]}
        show_json(told) if as_json else _show(told)


def statement_row(item: Statement) -> dict[str, Any]:
    return item.model_dump(mode="json", exclude={"kind"})


def _show(told: Mapping[str, Any]) -> None:
    for item in told["statements"]:
        ended = "revoked" if item["revoked_at"] else "kept"
        right = {None: "", True: " is right", False: " is not right"}[item["right"]]
        page.print(f"{ended} {item['id']}: {item['about']} {item['value']}{right}", markup=False)
    for row in told.get("disputes", ()):
        asked = f", asks {', '.join(row['questions'])}" if row["questions"] else ""
        page.print(f"{row['id']}: {row['advice']} ({row['reason']}{asked})", markup=False)


def _category(told: str) -> DisputeCategory | None:
    """Raises InvalidInput."""
    if not told:
        return None
    known = [name for name in get_args(DisputeCategory) if name != "unknown"]
    if told not in known:
        raise InvalidInput(f"there is no category {told!r}.", f"There are {', '.join(known)}.")
    return next(name for name in get_args(DisputeCategory) if name == told)


def _judged(told: str) -> tuple[str, bool]:
    """A record and whether it is right. Raises InvalidInput."""
    name, _, word = told.rpartition("=")
    if not name or word not in RIGHT:
        raise InvalidInput(
            f"--record {told!r} is no RECORD=right or RECORD=wrong.",
            "Name a record or a contradiction that is asked about.",
        )
    return name, RIGHT[word]
