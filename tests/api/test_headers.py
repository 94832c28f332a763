"""What browsers are told about our pages."""

import asyncio
import re
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from visitors import Door, asked

from api.headers import WIDGET, headers_of

WEB = Path(__file__).parents[2] / "web" / "dist"


@pytest.mark.parametrize(
    "url", ["/console", "/shop", "/docs", "/healthz", "/api/storefront", "/api/runs", "/nothing",
            "/signin/x", "/assets/widget.js", "/openapi.json"]
)  # fmt: skip
def test_every_answer_has_its_headers(visitor: Door, url: str) -> None:
    told = visitor.get(url).headers
    assert told["x-content-type-options"] == "nosniff"
    assert told["referrer-policy"] == "same-origin"
    policy = dict(part.strip().split(" ", 1) for part in told["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert "unsafe" not in told["content-security-policy"]


def test_nobody_frames_the_console(visitor: Door) -> None:
    for url, framed in (("/console", False), ("/docs", False), ("/shop", True), (WIDGET, True)):
        policy = visitor.get(url).headers["content-security-policy"]
        assert ("frame-ancestors 'none'" in policy) is not framed, url


def test_built_files_are_kept_for_ever_and_pages_are_not(visitor: Door) -> None:
    names = [path.name for path in (WEB / "assets").iterdir()]
    hashed = [name for name in names if name != "widget.js"]
    assert len(hashed) > 4
    for name in hashed:
        assert "immutable" in visitor.get(f"/assets/{name}").headers["cache-control"], name
    widget = visitor.get(WIDGET).headers
    assert widget["cache-control"] == "public, max-age=300"
    assert widget["cross-origin-resource-policy"] == "cross-origin"
    assert visitor.get("/console").headers["cache-control"] == "no-cache"
    assert visitor.get("/api/runs").headers["cache-control"] == "no-store"
    assert visitor.get("/assets/gone-12345678.js").headers["cache-control"] == "no-store"
    assert visitor.post(asked("hi")).headers["cache-control"] == "no-store"


def test_pages_load_what_the_policy_allows(visitor: Door) -> None:
    for url in ("/console", "/shop", "/docs"):
        page = visitor.get(url).text
        assert re.findall(r"(?:src|href)=\"(?!/)[^\"]+\"", page) == []
        assert "<style" not in page
        assert re.findall(r"<script(?![^>]*src=)", page) == []


def test_the_reference_lists_the_routes(visitor: Door) -> None:
    page = visitor.get("/docs").text
    for word in ("/api/chat", "/api/widget/session", "POST", "/openapi.json"):
        assert word in page


def test_a_path_is_not_taken_for_a_built_file() -> None:
    for path in ("/assets/a-1234567.js", "/assets/../x-12345678.js/y", "/api/a-12345678.js"):
        assert "immutable" not in headers_of(path, 200)["Cache-Control"], path


def test_a_fault_of_ours_is_told_without_its_inside(app: FastAPI) -> None:
    @app.get("/broken")
    def broken() -> None:  # pyright: ignore[reportUnusedFunction]
        raise RuntimeError("secret detail")

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
            return await client.get("/broken")

    answer = asyncio.run(ask())
    assert answer.status_code == 500
    assert "secret" not in answer.text
