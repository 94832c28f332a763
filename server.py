"""The HTTP server: `tradewind serve`, or `uvicorn server:app` behind a process manager."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api.app import create_app
from wiring.platform import open_platform
from wiring.settings import Settings
from wiring.work import working


def app() -> FastAPI:
    """Factory for `uvicorn --factory server:app`: opens the platform of the environment."""
    platform = open_platform(Settings.read(os.environ))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        async with working(platform):
            yield
        platform.close()

    return create_app(platform.doors(), lifespan)
