"""The HTTP application: routers over the doors that wiring opens."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from fastapi import FastAPI

from api import errors, headers
from api.chat import chat_router
from api.desk import desk_router
from api.doors import Doors
from api.pages import pages_router
from api.reference import reference_router
from api.runs import runs_router
from api.signin import signin_router
from api.widget import widget_router

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(doors: Doors, lifespan: Lifespan | None = None) -> FastAPI:
    """The application; `lifespan` is what goes on beside it while it serves."""
    app = FastAPI(
        title="Tradewind", version="0.1.0", docs_url=None, redoc_url=None, lifespan=lifespan
    )
    errors.install(app)
    headers.install(app)
    app.include_router(chat_router(doors))
    app.include_router(runs_router(doors))
    app.include_router(desk_router(doors))
    app.include_router(widget_router(doors))
    app.include_router(signin_router(doors))
    app.include_router(pages_router(doors))
    app.include_router(reference_router(app.openapi))
    return app
