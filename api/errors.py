"""Errors to HTTP: one table. The body is `{"error": {"type", "message", "hint"}}`."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from tradewind.base import Record
from tradewind.errors import (
    BackendError,
    BackendTimeout,
    Busy,
    Forbidden,
    InvalidInput,
    NotFound,
    PlatformError,
    QuotaExceeded,
    RateLimited,
    ReplayMismatch,
    RequestError,
    RunLimit,
    SpecError,
    ToolDenied,
    ToolError,
)

STATUS: dict[type[PlatformError], int] = {
    NotFound: 404,
    Forbidden: 403,
    QuotaExceeded: 429,
    InvalidInput: 422,
    Busy: 409,
    RunLimit: 429,
    RequestError: 400,
    ToolDenied: 403,
    ToolError: 502,
    BackendTimeout: 504,
    RateLimited: 503,
    BackendError: 503,
    ReplayMismatch: 409,
    SpecError: 500,
    PlatformError: 500,
}


_KINDS = {404: "NotFound", 405: "InvalidInput", 413: "InvalidInput"}
"""How errors of the framework itself, before any of our routes, are called."""


class Told(Record):
    """Which class of our errors, what is wrong and what to do."""

    type: str
    message: str
    hint: str


class Problem(Record):
    """The body of every error."""

    error: Told


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": HTTPStatus(status).phrase}
    for status in sorted(set(STATUS.values()))
    if status != HTTPStatus.INTERNAL_SERVER_ERROR
}
"""What a route may answer beside its own, for the description; a 500 is nobody's plan."""


def status_of(error: PlatformError) -> int:
    """The status of the nearest class in the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def body_of(kind: str, message: str, hint: str) -> dict[str, dict[str, str]]:
    return {"error": {"type": kind, "message": message, "hint": hint}}


def install(app: FastAPI) -> None:
    """Answer errors of our tree, and requests that do not fit the schema, by the table."""

    @app.exception_handler(PlatformError)
    async def platform_error(_: Request, error: PlatformError) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        body = body_of(type(error).__name__, error.message, error.hint)
        wait = error.retry_after if isinstance(error, QuotaExceeded) else None
        headers = {} if wait is None else {"Retry-After": str(wait)}
        return JSONResponse(body, status_code=status_of(error), headers=headers)

    @app.exception_handler(HTTPException)
    async def framework_error(_: Request, error: HTTPException) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        kind = _KINDS.get(error.status_code, "RequestError")
        body = body_of(kind, f"{error.detail}.", "See /docs.")
        return JSONResponse(body, status_code=error.status_code, headers=error.headers)

    @app.exception_handler(RequestValidationError)
    async def unfit_request(_: Request, error: RequestValidationError) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        return JSONResponse(
            body_of("InvalidInput", f"{field}: {first['msg']}", "See /docs."), status_code=422
        )
