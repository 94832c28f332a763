"""Every operation of the OpenAPI document, with inputs that schemathesis makes from it.

In-process and the same in every run. What must hold: no 5xx, a status, content type and body
that the document tells of, and nothing of the inside in any answer.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from pydantic import BaseModel
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from api.doors import Doors
from api.keys import make_key
from api.sessions import BUYER_COOKIE, new_buyer, seal

EXAMPLES = 12
"""Inputs of each kind (as the document says, and not so) for each operation and visitor."""
WHO = ("anonymous", "buyer", "merchant", "ops")
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance,
]  # fmt: skip
INSIDE = (
    "Traceback (most",
    '.py", line',
    '.py\\", line',
    "sqlite3.",
    "sqlalchemy",
    "pydantic_core",
)
CALL = schemathesis.Case.call
Headers = Mapping[str, str]
Operation = APIOperation[Any, Any, Any, Any]


@pytest.fixture(scope="module")
def fuzzed(doors: Doors) -> FastAPI:
    return create_app(doors)


@pytest.fixture(scope="module")
def visitors_of(doors: Doors) -> dict[str, dict[str, str]]:
    """What each kind of visitor sends along."""
    people, now = doors.people("sample"), doors.now()
    bearing = {
        role: {"authorization": f"Bearer {make_key(people, 'sample', 't', role, now)[1]}"}
        for role in ("merchant", "ops")
    }
    buyer = seal(new_buyer("sample", "#W2611340"), doors.secret)
    return {"anonymous": {}, "buyer": {"cookie": f"{BUYER_COOKIE}={buyer}"}, **bearing}


def operations(app: FastAPI) -> Iterator[Operation]:
    for found in schemathesis.openapi.from_asgi("/openapi.json", app).get_all_operations():
        assert isinstance(found, Ok)
        yield found.ok()


def try_out(operation: Operation, headers: Headers, examples: int = EXAMPLES) -> int:
    """Calls made; raises for an answer that the document does not tell of."""
    calls = 0
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        strategy = operation.as_strategy(generation_mode=mode)

        @seed(20261123)
        @settings(
            max_examples=examples, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
        )  # fmt: skip
        @given(case=strategy)
        def call(case: Any) -> None:
            nonlocal calls
            calls += 1
            response = case.call(headers=dict(headers))
            case.validate_response(response, checks=CHECKS)
            assert not [word for word in INSIDE if word in response.text], response.text

        if mode is GenerationMode.NEGATIVE:
            with suppress(Unsatisfiable):  # an operation that takes nothing
                call()
        else:
            call()
    return calls


@pytest.mark.parametrize("who", WHO)
def test_answers_are_what_the_document_says(
    fuzzed: FastAPI, visitors_of: dict[str, dict[str, str]], who: str
) -> None:
    for operation in operations(fuzzed):
        assert try_out(operation, visitors_of[who]), operation.label


# ---- planted bugs


def sick(app: FastAPI, path: str) -> Operation:
    return next(operation for operation in operations(app) if operation.path == path)


def test_a_route_that_falls_over_is_found(doors: Doors) -> None:
    app = create_app(doors)

    @app.get("/api/sick/{name}")
    def fall(name: str) -> str:  # pyright: ignore[reportUnusedFunction]
        raise RuntimeError(name)

    with pytest.raises((Failure, FailureGroup, RuntimeError)):
        try_out(sick(app, "/api/sick/{name}"), {})


@pytest.mark.parametrize(
    "answer",
    [
        JSONResponse({"n": 1}, status_code=418), PlainTextResponse("1"), JSONResponse({"n": "one"}),
        JSONResponse({"n": 1, "why": 'File "x.py", line 1'}),
    ],
    ids=["status", "content type", "body", "the inside"],
)  # fmt: skip
def test_an_answer_that_the_document_does_not_tell_of_is_found(
    doors: Doors, answer: Response
) -> None:
    class Count(BaseModel):
        n: int

    app = create_app(doors)

    @app.get("/api/odd")
    def odd() -> Count:  # pyright: ignore[reportUnusedFunction]
        return answer  # pyright: ignore[reportReturnType]

    with pytest.raises((Failure, FailureGroup, AssertionError)):
        try_out(sick(app, "/api/odd"), {})


def test_the_same_inputs_every_time(fuzzed: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[list[str]] = [[], []]
    operation = sick(fuzzed, "/api/runs")
    for run in runs:

        def note(case: Any, headers: dict[str, str], run: list[str] = run) -> Any:
            run.append(repr(case.query))
            return CALL(case, headers=headers)

        monkeypatch.setattr(schemathesis.Case, "call", note)
        try_out(operation, {})
    assert len(runs[0]) > EXAMPLES
    assert runs[0] == runs[1]
