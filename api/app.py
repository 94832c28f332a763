"""The HTTP application: routers over the doors that wiring opens."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from fastapi import FastAPI

from api import cors, errors, headers
from api.chat import chat_router
from api.desk import desk_router
from api.disputes import disputes_router
from api.doing import doing_router
from api.doors import Doors
from api.evidence import evidence_router
from api.hooks import hooks_router
from api.inbox import inbox_router
from api.measures import measures_router
from api.order_photos import order_photos_router
from api.overview import overview_router
from api.packets import packets_router
from api.pages import pages_router
from api.prevention import prevention_router
from api.reference import reference_router
from api.replies import replies_router
from api.runs import runs_router
from api.signin import signin_router
from api.visits import visits_router
from api.widget import widget_router

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(doors: Doors, lifespan: Lifespan | None = None) -> FastAPI:
    """The application; `lifespan` is what goes on beside it while it serves."""
    app = FastAPI(
        title="Tradewind", version="0.1.0", docs_url=None, redoc_url=None, lifespan=lifespan
    )
    errors.install(app)
    cors.install(app, doors)
    headers.install(app)
    for router in (
        chat_router(doors), doing_router(doors), runs_router(doors), desk_router(doors),
        overview_router(doors), order_photos_router(doors), packets_router(doors),
        inbox_router(doors), widget_router(doors), visits_router(doors),
        hooks_router(doors), disputes_router(doors), evidence_router(doors),
        prevention_router(doors), measures_router(doors), replies_router(doors),
    ):  # fmt: skip
        app.include_router(router, responses=errors.PROBLEMS)
    app.include_router(signin_router(doors))
    app.include_router(pages_router(doors))
    app.include_router(reference_router(app.openapi))
    return app
