"""JSON from outside: parsed whole, bounded in depth, free of what stores cannot keep."""

import json
import re
from collections.abc import Callable, Sequence

from pydantic import JsonValue

from connectors.limits import JSON_DEPTH
from tradewind.errors import InvalidInput

JsonObject = dict[str, JsonValue]

_UNFIT = re.compile("[\x00\ud800-\udfff]")
_MAY_BE_UNFIT = re.compile(r"\\u(0000|[dD][89a-fA-F])|\x00")


def parse_json(text: str) -> JsonValue:
    """Parse JSON or JSON lines. Raises InvalidInput for broken, endless or too deep documents."""
    try:
        document: JsonValue = json.loads(
            text, parse_float=_finite, parse_constant=_refuse_constant, strict=False
        )
    except json.JSONDecodeError as error:
        document = _lines(text, error)
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:
        raise InvalidInput(f"broken JSON: {str(error)[:120]}", "Export the file again.") from error
    _check_depth(document)
    return _cleaned(document) if _MAY_BE_UNFIT.search(text) else document


def _lines(text: str, error: json.JSONDecodeError) -> JsonValue:
    """JSON lines, when each line is an object; else the first error stands."""
    lines = [line for line in text.splitlines() if line.strip()]
    broken = InvalidInput(
        f"broken JSON at line {error.lineno}, column {error.colno}: {error.msg}",
        "The file may be cut short; export it again.",
    )
    if len(lines) < 2 or not all(line.strip().startswith("{") for line in lines):
        raise broken from error
    try:
        return [json.loads(line, parse_float=_finite, strict=False) for line in lines]
    except (ValueError, RecursionError) as later:
        raise broken from later


def _finite(text: str) -> JsonValue:
    value = float(text)
    return value if abs(value) < 1e300 else text


def _refuse_constant(text: str) -> JsonValue:
    raise ValueError(f"{text} is not JSON")


def _too_deep() -> InvalidInput:
    return InvalidInput(
        f"the JSON is nested deeper than {JSON_DEPTH} levels", "No shop exports such a file."
    )


def _check_depth(document: JsonValue) -> None:
    level: list[JsonValue] = [document]
    for _ in range(JSON_DEPTH + 1):
        level = [child for node in level for child in _children(node)]
        if not level:
            return
    raise _too_deep()


def _children(node: JsonValue) -> list[JsonValue]:
    """Containers below a node; leaves have no depth."""
    if isinstance(node, dict):
        return [child for child in node.values() if isinstance(child, dict | list)]
    if isinstance(node, list):
        return [child for child in node if isinstance(child, dict | list)]
    return []


def _cleaned(node: JsonValue) -> JsonValue:
    """Without NUL (Postgres keeps none) and lone surrogates (no encoding takes them)."""
    if isinstance(node, str):
        return _clean_text(node)
    if isinstance(node, dict):
        return {_clean_text(key): _cleaned(child) for key, child in node.items()}
    return [_cleaned(child) for child in node] if isinstance(node, list) else node


def _clean_text(text: str) -> str:
    return _UNFIT.sub(lambda found: "" if found.group() == "\0" else "\ufffd", text)


def objects_below(document: JsonValue, *names: str) -> list[JsonObject]:
    """The objects of a document in the usual wrappers: one, a list, `{name: one or list}`."""
    if isinstance(document, list):
        wrapped = [objects_below(part, *names) for part in document if isinstance(part, dict)]
        whole = len(wrapped) == len(document)
        return [item for part in wrapped for item in part] if whole else _objects(document)
    if not isinstance(document, dict):
        return []
    for name in names:
        inner = document.get(name)
        if isinstance(inner, list):
            return _objects(inner)
        if isinstance(inner, dict):
            return [inner]
    return [document]


def mostly(found: Sequence[JsonObject], fits: Callable[[JsonObject], bool]) -> Sequence[JsonObject]:
    """All objects when at least half of the first twenty fit; else none: another kind.

    The rest are faulty rows of this kind, to be set aside one by one.
    """
    head = found[:20]
    return found if sum(map(fits, head)) * 2 >= len(head) else []


def _objects(items: Sequence[JsonValue]) -> list[JsonObject]:
    """Items as objects; what is none becomes one without any known field, to be set aside."""
    return [item if isinstance(item, dict) else {"(value)": item} for item in items]
