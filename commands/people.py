"""people add, list, link: who may use the console."""

import secrets
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from api.keys import LINK_LIFE, make_link
from commands.console import SHOP, AsJson, Shop, note, opened, page, show_json
from tradewind.errors import NotFound
from tradewind.people import Person, Role

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
    with opened() as platform:
        platform.tenant(shop)
        id_ = f"person_{secrets.token_hex(6)}"
        person = Person(id=id_, tenant=shop, name=name, email=email.strip(), role=role)
        platform.database.people(shop).add(person)
        show_json(_row(person)) if as_json else page.print(f"{person.id}: {name}", markup=False)


@people.command("list")
def list_people(shop: Shop = SHOP, as_json: AsJson = False) -> None:
    """The shop's people.

    Example: tradewind people list --json
    """
    with opened() as platform:
        platform.tenant(shop)
        rows = [_row(person) for person in platform.database.people(shop).people()]
        if as_json:
            show_json({"people": rows})
            return
        for row in rows:
            page.print(
                f"{row['id']}  {row['role']:8} {row['email']:30} {row['name']}", markup=False
            )


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
    with opened() as platform:
        platform.tenant(shop)
        store = platform.database.people(shop)
        person = store.person(who) or store.by_email(who)
        if person is None:
            raise NotFound(f"there is no person {who}.", "See `tradewind people list`.")
        now = datetime.now(UTC)
        url = f"{address.rstrip('/')}/signin/{make_link(store, person, now)}"
        if as_json:
            show_json({"person": person.id, "link": url, "expires_at": now + LINK_LIFE})
            return
        page.print(url, markup=False)
        note.print(f"Opens the console for {person.name} once.", markup=False)


def _row(person: Person) -> dict[str, Any]:
    return person.model_dump(mode="json", exclude={"tenant"})
