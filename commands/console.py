"""What all commands share: the platform, output, errors, progress."""

import json
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from api.keys import OWNER
from tradewind.errors import PlatformError
from tradewind.people import Actor, Audience, Session, Tenant
from tradewind.ports.people import PeopleStore
from wiring.platform import SAMPLE, Platform, open_platform
from wiring.settings import Settings

Shop = Annotated[str, typer.Option("--shop", help="The shop's id.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]

SHOP = SAMPLE
note = Console(stderr=True, highlight=False, soft_wrap=True)
page = Console(highlight=False, soft_wrap=True)


@contextmanager
def opened() -> Generator[Platform]:
    """The platform for one command. An error of ours ends it with one line and exit code 1."""
    import os

    platform: Platform | None = None
    try:
        platform = open_platform(Settings.read(os.environ))
        yield platform
    except PlatformError as error:
        fail(error)
    finally:
        if platform is not None:
            platform.close()


@contextmanager
def opened_people(shop: str) -> Generator[PeopleStore]:
    """A shop's people and keys for one command, as `opened`."""
    with opened() as platform:
        platform.tenant(shop)
        yield platform.database.people(shop)


def fail(error: PlatformError) -> None:
    """One clear line on stderr, exit code 1."""
    line = " ".join(str(error).split())
    note.print(f"tradewind: {line}", soft_wrap=True, markup=False)
    raise typer.Exit(1)


def show_json(value: Mapping[str, Any]) -> None:
    """The one JSON document of a command."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def show_rows(
    name: str, rows: Sequence[Mapping[str, Any]], line: Callable[[Mapping[str, Any]], str],
    *, as_json: bool,
) -> None:  # fmt: skip
    """What a command lists: one document, or a line for each."""
    if as_json:
        show_json({name: rows})
        return
    for row in rows:
        page.print(line(row), markup=False)


def show_line(value: Mapping[str, Any]) -> None:
    """One JSON object of a command that answers a file line by line."""
    show_json(value)


def session(platform: Platform, shop: str, audience: Audience, thread: str) -> Session:
    """A session of the person at this terminal: the shop's owner, as in the console, so that one
    person never gives two votes."""
    tenant: Tenant = platform.tenant(shop)
    id = "terminal" if audience == "buyer" else OWNER
    return Session(tenant=tenant, actor=Actor(id=id, audience=audience), thread=thread)


def bar(*, bytes_: bool = False) -> Progress:
    """A progress bar on stderr; shows nothing where that is no terminal."""
    count = DownloadColumn() if bytes_ else TextColumn("{task.completed}/{task.total}")
    return Progress(
        TextColumn("{task.description}"), BarColumn(), count, TimeRemainingColumn(),
        console=note, transient=True, disable=not note.is_terminal,
    )  # fmt: skip
