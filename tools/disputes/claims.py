"""What a buyer says is not as the listing told: by words, in twelve languages."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from tradewind.errors import SpecError

_FILE = Path(__file__).parents[2] / "data" / "disputes" / "claims.toml"


@cache
def claims() -> Mapping[str, re.Pattern[str]]:
    """Claims by their title, each with its words. Raises SpecError."""
    try:
        told = tomllib.loads(_FILE.read_text(encoding="utf-8"))["claim"]
        return {row["title"]: re.compile(row["words"]) for row in told.values()}
    except (OSError, tomllib.TOMLDecodeError, KeyError, re.error) as error:
        raise SpecError(f"{_FILE}: {error!r}", "Compare it with the shipped one.") from error


def claims_in(texts: Iterable[str]) -> tuple[str, ...]:
    """The claims that a buyer's messages make. They are an outsider's: counted, never believed."""
    whole = "\n".join(texts)
    return tuple(title for title, words in claims().items() if words.search(whole))
