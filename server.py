"""The HTTP server: `tradewind serve`, or `uvicorn server:app` behind a process manager."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api.app import create_app
from api.sessions import SignInLinks
from wiring.platform import SAMPLE, Platform, open_platform
from wiring.settings import Settings


def make_app(platform: Platform, shop: str = SAMPLE) -> tuple[FastAPI, SignInLinks]:
    """The application over an open platform, and the links that sign merchants in."""
    links = SignInLinks()
    return create_app(platform.doors(shop), links), links


def app() -> FastAPI:
    """Factory for `uvicorn --factory server:app`: opens the platform of the environment."""
    platform = open_platform(Settings.read(os.environ))
    application, links = make_app(platform)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        yield
        platform.close()

    application.router.lifespan_context = lifespan
    application.state.links = links
    return application
