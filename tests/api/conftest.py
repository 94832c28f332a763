"""The real application over a copy of the sample shop, spoken to over ASGI."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from home_settings import house_over_copy
from keyword_reader import with_keywords
from visitors import Door

from agents.assistant import Assistant
from agents.kit import Kit
from api.app import create_app
from api.doors import Doors
from api.keys import make_link, owner_of
from api.rates import Rates, raised, read_rates
from wiring.platform import RATES, Platform


@pytest.fixture(scope="package")
def opened(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with house_over_copy(sample_home, tmp_path_factory.mktemp("api") / "home") as platform:
        yield platform


@pytest.fixture(scope="package")
def doors(opened: Platform, kit: Kit) -> Doors:
    """What wiring opens, with readings that are written down."""
    opened.__dict__["kit"] = kit
    assistant = Assistant(with_keywords(kit), opened.road)
    rates = Rates(raised(read_rates(RATES), 10**6), opened.database.rates())
    return replace(opened.doors(), assistant=assistant, rates=rates)


@pytest.fixture
def new_link(doors: Doors) -> Callable[[], str]:
    """Makes a sign-in link for the shop's owner."""
    people = doors.people("sample")
    return lambda: f"/signin/{make_link(people, owner_of(people, 'sample'), doors.now())}"


@pytest.fixture
def app(doors: Doors) -> FastAPI:
    return create_app(doors)


@pytest.fixture
def new_door(app: FastAPI) -> Callable[[], Door]:
    return lambda: Door(app, httpx.Cookies())


@pytest.fixture
def visitor(new_door: Callable[[], Door]) -> Door:
    """A buyer nobody knows."""
    return new_door()


@pytest.fixture
def merchant(new_door: Callable[[], Door], new_link: Callable[[], str]) -> Door:
    """A signed-in merchant."""
    door = new_door()
    assert door.get(new_link()).status_code == 303
    return door
