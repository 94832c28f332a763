"""The HTTP application: routers over the doors that wiring opens."""

from fastapi import FastAPI

from api import errors
from api.chat import chat_router
from api.doors import Doors
from api.pages import pages_router
from api.runs import runs_router
from api.sessions import SignInLinks


def create_app(doors: Doors, links: SignInLinks) -> FastAPI:
    """The application. `links` are the one-time sign-in links that may open the console."""
    app = FastAPI(title="Tradewind", version="0.1.0")
    errors.install(app)
    app.include_router(chat_router(doors))
    app.include_router(runs_router(doors))
    app.include_router(pages_router(doors, links))
    return app
