"""serve: the HTTP server with console, demo shop and API."""

import socket
from datetime import UTC, datetime
from typing import Annotated

import typer

from api.keys import make_link, owner_of
from commands.console import SHOP, Shop, note, opened, page
from commands.setup import bring_in
from tradewind.errors import BackendError
from wiring.platform import Platform
from wiring.work import working


def serve(
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port.")] = 8700,
    shop: Shop = SHOP,
    first: Annotated[bool, typer.Option("--setup", help="Do `tradewind setup` first.")] = False,
) -> None:
    """Serve the console, the demo shop and the API; prints where to click.

    Example: tradewind serve --port 8700
    """
    import uvicorn

    from api.app import create_app

    with opened() as platform:
        if first:
            bring_in(platform)
        platform.tenant(shop)
        listening = _listen(host, port)
        app = create_app(platform.doors(shop), lambda _: working(platform))
        name = f"[{host}]" if ":" in host else host
        address = f"http://{name}:{listening.getsockname()[1]}"
        people = platform.database.people(shop)
        token = make_link(people, owner_of(people, shop), datetime.now(UTC))
        _greet(platform, shop, address, token)
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=5)
        uvicorn.Server(config).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises BackendError when the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()
    except OSError as error:
        listening.close()
        raise BackendError(
            f"{host}:{port} cannot be listened on: {error.strerror}.",
            "Another program may hold it; try --port 8701.",
        ) from error
    return listening


def _greet(platform: Platform, shop: str, address: str, token: str) -> None:
    counts = platform.database.shop(shop).counts()
    page.print(f"Tradewind is running at {address}", markup=False)
    page.print(f"  merchant console  {address}/signin/{token}   (opens once)", markup=False)
    page.print(f"  demo shop         {address}/shop", markup=False)
    page.print(f"  API               {address}/docs", markup=False)
    page.print("Try in the console:  Which disputes are open?", markup=False)
    page.print("Try in the shop:     Where is my order?  (order #W2611340)", markup=False)
    note.print(
        f"{counts.get('order', 0)} orders, {counts.get('product', 0)} products. Ctrl-C stops.",
        style="dim",
    )
