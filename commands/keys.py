"""keys create, list, revoke, widget, signout, origins: what opens the shop's doors to programs."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from api.cors import PREFIX, read_bearer
from api.ended import end_all, end_bearer, end_buyer
from api.keys import make_key, make_widget_secret
from commands.console import (
    SHOP,
    AsJson,
    Shop,
    note,
    opened,
    opened_people,
    page,
    show_json,
    show_rows,
)
from tradewind.errors import InvalidInput
from tradewind.people import ApiKey, Role, Tenant
from wiring.platform import Platform

keys = typer.Typer(help="API keys and the widget's secret.", no_args_is_help=True)


@keys.command("create")
def create(
    label: Annotated[str, typer.Argument(help="What the key is for.")],
    role: Annotated[Role, typer.Option("--role", help="What it may do.")] = "merchant",
    person: Annotated[
        str, typer.Option("--person", help="Whose it is: it closes when they are removed.")
    ] = "",
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Make a key; it is shown this once and kept as a hash.

    Example: tradewind keys create "nightly export" --role ops
    """
    with opened_people(shop) as people:
        key, shown = make_key(people, shop, label, role, datetime.now(UTC), person)
        if as_json:
            show_json({**_row(key), "key": shown})
            return
        page.print(shown, markup=False)
        note.print(f"{key.id}: send it as `Authorization: Bearer …`. It is not shown again.")


@keys.command("list")
def list_keys(shop: Shop = SHOP, as_json: AsJson = False) -> None:
    """The shop's keys, oldest first, revoked ones too.

    Example: tradewind keys list --json
    """
    with opened_people(shop) as people:
        rows = [_row(key) for key in people.api_keys()]
        show_rows("keys", rows, _line, as_json=as_json)


@keys.command("revoke")
def revoke(
    id: Annotated[str, typer.Argument(help="The key's id.")],
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Close a key for good; it opens nothing from the next request on.

    Example: tradewind keys revoke 0f3a5c7e9b1d
    """
    with opened_people(shop) as people:
        key = people.revoke_key(id, datetime.now(UTC))
        show_json(_row(key)) if as_json else page.print(f"{key.id}: revoked", markup=False)


@keys.command("widget")
def widget(
    rotate: Annotated[bool, typer.Option("--rotate", help="Replace the one in use.")] = False,
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Make the secret with which the shop's server signs its buyers' tokens (JWT, HS256).

    Example: tradewind keys widget --rotate
    """
    with opened() as platform:
        platform.tenant(shop)
        people = platform.database.people(shop)
        if people.widget_salt() is not None and not rotate:
            raise InvalidInput(f"shop {shop!r} has a widget secret.", "Replace it with --rotate.")
        secret = make_widget_secret(people, shop, platform.secret(), datetime.now(UTC))
        if as_json:
            show_json({"shop": shop, "audience": shop, "algorithm": "HS256", "secret": secret})
            return
        page.print(secret, markup=False)
        note.print(f"Sign tokens for audience {shop!r} with it. It is not shown again.")


@keys.command("signout")
def signout(
    who: Annotated[
        str, typer.Argument(help="A buyer (as `runs show --json` names the actor), or a bearer.")
    ] = "",
    everybody: Annotated[bool, typer.Option("--all", help="All buyers of the shop.")] = False,
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """End a buyer's sessions before their time, one bearer of the widget's, or all.

    Example: tradewind keys signout buyer_0f3a5c7e9b1d2f4a
    """
    if bool(who) == everybody:
        raise typer.BadParameter("Name a buyer or a bearer, or give --all.")
    with opened() as platform:
        platform.tenant(shop)
        told = _end(platform, shop, who)
        if as_json:
            show_json({"signed_out": told})
            return
        page.print(f"{told}: signed out", markup=False)


def _end(platform: Platform, shop: str, who: str) -> str:
    """Whose sessions were ended. Raises InvalidInput for what names nobody."""
    people, now = platform.database.people(shop), datetime.now(UTC)
    if not who:
        end_all(people, now)
        return "all"
    if who.startswith(PREFIX):
        bearer = read_bearer(who, platform.secret())
        if bearer is None or bearer.ticket.tenant != shop:
            raise InvalidInput("this is no bearer of the shop's.", "Give the whole of it.")
        end_bearer(people, bearer.jti, now)
        return bearer.jti
    buyer = who.partition(":")[0]
    if not buyer.startswith("buyer_"):
        raise InvalidInput(f"{who} is no buyer.", "See the actor in `tradewind runs show --json`.")
    end_buyer(people, buyer, now)
    return buyer


@keys.command("origins")
def origins(
    given: Annotated[
        list[str] | None, typer.Argument(help="Like https://shop.example; they replace the old.")
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="Let the widget stand nowhere.")] = False,
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Show or set the shop's own sites, on whose pages the widget may stand.

    Example: tradewind keys origins https://shop.example https://www.shop.example
    """
    with opened() as platform:
        tenant = platform.tenant(shop)
        if given or none:
            tenant = _with_origins(tenant, given or [])
            platform.database.tenants().put_tenant(tenant)
        if as_json:
            show_json({"shop": shop, "origins": list(tenant.origins)})
            return
        for origin in tenant.origins:
            page.print(origin, markup=False)


def _with_origins(tenant: Tenant, origins: list[str]) -> Tenant:
    try:
        return Tenant.model_validate({**tenant.model_dump(), "origins": origins})
    except ValidationError as error:
        raise InvalidInput(error.errors()[0]["msg"] + ".", "No path, no pattern.") from error


def _line(row: Mapping[str, Any]) -> str:
    state = "revoked" if row["revoked_at"] else f"used {row['last_used_at'] or 'never'}"
    return f"{row['id']}  {row['role']:8} {state:40} {row['label']}"


def _row(key: ApiKey) -> dict[str, Any]:
    return key.model_dump(mode="json", exclude={"tenant"})
