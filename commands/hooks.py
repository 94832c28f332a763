"""hooks set-secret, set-key, list: what processors send by themselves, and the key to file."""

import sys
from datetime import UTC, datetime
from typing import Annotated, Literal

import typer

from commands.console import SHOP, AsJson, Shop, note, opened, page, show_json
from connectors.stripe_hooks import SOURCE
from tradewind.errors import InvalidInput
from wiring.platform import STRIPE_KEY

hooks = typer.Typer(help="Events that processors send by themselves.", no_args_is_help=True)

PATH = "/api/hooks/stripe/"


@hooks.command("set-secret")
def set_secret(
    source: Annotated[Literal["stripe"], typer.Argument(help="Whose secret it is.")],
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Keep the secret with which a processor signs its events to this shop, sealed. It is asked
    for, or read from stdin, so that no command line holds it.

    Example: tradewind hooks set-secret stripe --shop myshop < secret.txt
    """
    with opened() as platform:
        platform.tenant(shop)
        secret = _asked("Signing secret (whsec_…)", ("whsec_",))
        platform.database.hooks(shop).put_secret(source, secret, datetime.now(UTC))
        if as_json:
            show_json({"shop": shop, "source": source, "path": PATH + shop})
            return
        page.print(f"{PATH}{shop}", markup=False)
        note.print("Events to this path that it signs are taken in from now on.", markup=False)


@hooks.command("set-key")
def set_key(
    source: Annotated[Literal["stripe"], typer.Argument(help="Whose key it is.")],
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Keep the secret key with which evidence of this shop's disputes is filed, sealed. It is asked
    for, or read from stdin, so that no command line holds it.

    Example: tradewind hooks set-key stripe --shop myshop < key.txt
    """
    with opened() as platform:
        platform.tenant(shop)
        key = _asked("Secret key (rk_… or sk_…)", ("rk_", "sk_"))
        platform.database.hooks(shop).put_secret(STRIPE_KEY, key, datetime.now(UTC))
        if as_json:
            return show_json({"shop": shop, "source": source})
        note.print("The key is set; TRADEWIND_DISPUTES=stripe: files with it.", markup=False)


@hooks.command("list")
def list_events(
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many.")] = 20,
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Events that came in, newest first, and whether a secret is set.

    Example: tradewind hooks list --json
    """
    with opened() as platform:
        platform.tenant(shop)
        store = platform.database.hooks(shop)
        ready = store.secret(SOURCE) is not None
        rows = [event.model_dump(mode="json") for event in store.events(limit)]
        if as_json:
            show_json({"path": PATH + shop, "secret": ready, "events": rows})
            return
        page.print(f"{PATH}{shop}  secret {'set' if ready else 'not set'}", markup=False)
        for row in rows:
            page.print(f"{row['received_at']}  {row['type']:32} {row['id']}", markup=False)


def _asked(what: str, begins: tuple[str, ...]) -> str:
    """The secret as somebody types or pipes it. Raises InvalidInput for what is none."""
    if sys.stdin.isatty():
        secret = typer.prompt(what, hide_input=True, err=True)
    else:
        secret = sys.stdin.readline()
    secret = str(secret).strip()
    if not secret.startswith(begins) or len(secret) < 20 or not secret.isascii():
        raise InvalidInput(
            "that is no such secret.", f"Copy it whole; it begins with {' or '.join(begins)}."
        )
    return secret
