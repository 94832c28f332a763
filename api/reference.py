"""`/docs`: the routes as a page of our own, without a script and without another's server."""

from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Tradewind API</title></head><body>
<h1>Tradewind API</h1>
<p>The full description for programs: <a href="/openapi.json">openapi.json</a>.
A key goes into the header <code>Authorization: Bearer tw_…</code>; see
<code>tradewind keys create</code>.</p>
<table><thead><tr><th>Method</th><th>Path</th><th>What it does</th></tr></thead>
<tbody>{rows}</tbody></table></body></html>
"""


def reference_router(openapi: Callable[[], Mapping[str, Any]]) -> APIRouter:
    router = APIRouter()

    @router.get("/docs", include_in_schema=False)
    async def reference() -> HTMLResponse:  # pyright: ignore[reportUnusedFunction]
        """The routes, for reading."""
        return HTMLResponse(_PAGE.format(rows="".join(_rows(openapi()))))

    return router


def _rows(description: Mapping[str, Any]) -> Iterator[str]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            cells = (method.upper(), path, operation.get("description", ""))
            yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>\n"
