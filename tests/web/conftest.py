"""A server on loopback with a scripted assistant, and one Chromium for all tests."""

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import cast

import pytest
import uvicorn
from desk_shop import SHOP, Desk
from home_settings import house_over_copy
from keyword_reader import with_keywords
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from scripted_turns import ScriptedAssistant

from agents.assistant import Assistant
from agents.attachments import Attachments
from agents.kit import Kit
from agents.photos import PhotoRoom
from agents.turns import Shop
from api.app import create_app
from api.doors import Doors
from api.keys import make_link, owner_of
from api.rates import Rates, raised, read_rates
from stores.open import SqlDatabase, open_database
from tradewind.base import Money
from tradewind.catalog import Catalog
from tradewind.commerce import Product, SourceRow, Variant
from tradewind.people import Person, Role, Tenant
from wiring.platform import Platform

ROOT = Path(__file__).parents[2]
RATES = ROOT / "data" / "limits" / "rates.toml"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    # A page of another origin, answered by the test, loads from our server on loopback.
    "--disable-features=LocalNetworkAccessChecks",
]  # fmt: skip
SHOP_SITE = "http://shop.localhost"
TENANT = Tenant(id="sample", name="Harbor & Pine", origins=(SHOP_SITE,))
GOODS = [
    ("Wool throw", "A throw of undyed merino wool, 130 x 180 cm, woven in Portugal.", 8490),
    ("Steel bottle", "Double-walled, keeps drinks cold for 24 hours. 750 ml.", 2950),
    ("Road running shoes", "Neutral shoes with an 8 mm drop; 265 g in US size 9.", 12900),
    ("Drip coffee maker", "1,050 W, a removable tank and dishwasher-safe parts.", 7400),
    ("Travel backpack", "22 litres, lockable zips, a rain cover in the base.", 9900),
    ("Desk lamp", "Warm light in four steps, with a weighted brass foot.", 6450),
    ("Linen shirt", "A straight cut in washed European linen.", 5900),
    ("Cast-iron pan", "26 cm, seasoned, for every stove and the oven.", 4800),
]
_people = count(1)


@pytest.fixture(scope="session")
def assistant() -> ScriptedAssistant:
    return ScriptedAssistant()


@pytest.fixture(scope="session")
def page_doors(
    assistant: ScriptedAssistant, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Doors]:
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('web') / 'shop.db'}")
    yield _doors(assistant, database)
    database.close()


@pytest.fixture(scope="session")
def page_server(assistant: ScriptedAssistant, page_doors: Doors) -> Iterator[str]:
    """The base URL of a server with the committed pages."""
    app = create_app(page_doors)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        assistant.gate.set()
        server.should_exit = True
        thread.join()


@pytest.fixture
def console_address(page_server: str, page_doors: Doors) -> str:
    """An address that signs a merchant in and shows the console."""
    people = page_doors.people(TENANT.id)
    token = make_link(people, owner_of(people, TENANT.id), page_doors.now())
    return f"{page_server}/signin/{token}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[[str], Page]]:
    """Opens a page with a browser language; a script error on it fails the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def make(language: str) -> Page:
        contexts.append(browser.new_context(locale=language))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture(scope="session")
def house(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with house_over_copy(sample_home, tmp_path_factory.mktemp("desk") / "home") as platform:
        yield platform


@pytest.fixture(scope="session")
def desk_doors(house: Platform, kit: Kit) -> Doors:
    house.__dict__["kit"] = kit
    rates = Rates(raised(read_rates(RATES), 10**6), house.database.rates())
    return replace(
        house.doors(), assistant=Assistant(with_keywords(kit), house.road), rates=rates
    )  # fmt: skip


@pytest.fixture(scope="session")
def desk_server(desk_doors: Doors) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(create_app(desk_doors), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture
def desk(house: Platform) -> Desk:
    made = Desk(house)
    made.clear()
    return made


@pytest.fixture
def enter(
    new_page: Callable[[str], Page], desk_server: str, desk_doors: Doors
) -> Callable[..., Page]:  # fmt: skip
    """A page at a place of the console, for a new person of the shop."""

    def make(name: str, place: str = "", role: Role = "merchant") -> Page:
        people, id_ = desk_doors.people(SHOP), f"p{next(_people)}"
        person = Person(id=id_, tenant=SHOP, name=name, email=f"{id_}@s.example", role=role)
        people.add(person)
        page = new_page("en-US")
        page.goto(f"{desk_server}/signin/{make_link(people, person, desk_doors.now())}")
        if place:
            page.goto(f"{desk_server}/console#{place}")
        return page

    return make


def _doors(assistant: ScriptedAssistant, database: SqlDatabase) -> Doors:
    store = database.shop(TENANT.id)
    store.put(_product(n, *goods) for n, goods in enumerate(GOODS))
    shop = Shop(store, None, database.runs(TENANT.id), database.threads(TENANT.id))
    return Doors(
        assistant=cast(Assistant, assistant), catalog=Catalog.read(ROOT / "scenarios"),
        tenant=lambda _: TENANT, shop=lambda _: shop, ready=list, web=ROOT / "web" / "dist",
        media=None, secret=b"for these tests only", default_tenant=TENANT.id,
        reader=database.shop, store=database.shop, attachments=_no_files,
        photos=_no_photos, hooks=database.hooks,
        people=database.people, entrance=database.entrance(),
        rates=Rates(raised(read_rates(RATES), 10**6), database.rates()),
    )  # fmt: skip


def _no_files(_: str) -> Attachments:
    raise AssertionError("no test of these asks for files")


def _no_photos(_: str) -> PhotoRoom:
    raise AssertionError("no test of these asks for photos")


def _product(n: int, title: str, description: str, cents: int) -> SourceRow:
    variant = Variant(id=f"v{n}", price=Money(minor=cents, currency="EUR"))
    product = Product(id=f"p{n}", title=title, description=description, variants=(variant,))
    return SourceRow(record=product, raw={}, source="test")
