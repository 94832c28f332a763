"""people add, list, link, signout, remove: who may use the console."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from api.keys import LINK_LIFE, make_link, new_mark, sign_out
from commands.console import (
    SHOP,
    AsJson,
    Shop,
    note,
    opened_people,
    page,
    show_json,
    show_rows,
)
from tradewind.errors import NotFound
from tradewind.people import Person, Role
from tradewind.ports.people import PeopleStore

people = typer.Typer(help="People of a shop, and their sign-in links.", no_args_is_help=True)


@people.command("add")
def add(
    name: Annotated[str, typer.Argument(help="How they are called.")],
    email: Annotated[
        str, typer.Option("--email", help="By which an identity provider knows them.")
    ] = "",
    role: Annotated[Role, typer.Option("--role", help="What they may do.")] = "merchant",
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Let a person in; nobody else makes people, no identity provider either.

    Example: tradewind people add "Ana Ruiz" --email ana@example.com --role ops
    """
    with opened_people(shop) as store:
        id_ = f"person_{secrets.token_hex(6)}"
        person = Person(
            id=id_, tenant=shop, name=name, email=email.strip(), role=role, mark=new_mark()
        )
        store.add(person)
        show_json(_row(person)) if as_json else page.print(f"{person.id}: {name}", markup=False)


@people.command("list")
def list_people(shop: Shop = SHOP, as_json: AsJson = False) -> None:
    """The shop's people.

    Example: tradewind people list --json
    """
    with opened_people(shop) as store:
        rows = [_row(person) for person in store.people()]
        show_rows("people", rows, _line, as_json=as_json)


@people.command("link")
def link(
    who: Annotated[str, typer.Argument(help="The person's id or e-mail.")],
    address: Annotated[
        str, typer.Option("--address", help="Where the server is.")
    ] = "http://127.0.0.1:8700",
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Print a link that signs a person in once, within twelve hours.

    Example: tradewind people link ana@example.com --address https://desk.example.com
    """
    with opened_people(shop) as store:
        person = _find(store, who)
        now = datetime.now(UTC)
        url = f"{address.rstrip('/')}/signin/{make_link(store, person, now)}"
        if as_json:
            show_json({"person": person.id, "link": url, "expires_at": now + LINK_LIFE})
            return
        page.print(url, markup=False)
        note.print(f"Opens the console for {person.name} once.", markup=False)


@people.command("signout")
def signout(
    who: Annotated[str, typer.Argument(help="The person's id or e-mail.")] = "",
    everybody: Annotated[bool, typer.Option("--all", help="All people of the shop.")] = False,
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """End all open sessions of a person, and their unopened links; keys stay.

    Example: tradewind people signout --all
    """
    if bool(who) == everybody:
        raise typer.BadParameter("Name a person, or give --all.")
    with opened_people(shop) as store:
        found = list(store.people()) if everybody else [_find(store, who)]
        sign_out(store, *found)
        if as_json:
            show_json({"signed_out": [person.id for person in found]})
            return
        for person in found:
            page.print(f"{person.id}: signed out", markup=False)


@people.command("remove")
def remove(
    who: Annotated[str, typer.Argument(help="The person's id or e-mail.")],
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Let a person in no more: sessions and links end at once, their keys are revoked.

    Example: tradewind people remove ana@example.com
    """
    with opened_people(shop) as store:
        person = store.remove(_find(store, who).id, datetime.now(UTC))
        show_json(_row(person)) if as_json else page.print(f"{person.id}: removed", markup=False)


def _find(store: PeopleStore, who: str) -> Person:
    person = store.person(who) or store.by_email(who)
    if person is None:
        raise NotFound(f"there is no person {who}.", "See `tradewind people list`.")
    return person


def _line(row: Mapping[str, Any]) -> str:
    return f"{row['id']}  {row['role']:8} {row['email']:30} {row['name']}"


def _row(person: Person) -> dict[str, Any]:
    return person.model_dump(mode="json", exclude={"tenant", "mark"})
