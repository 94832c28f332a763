"""`tradewind shop`: what is known of the shop is shown, changed, and no other shop's is touched."""

from pathlib import Path

import pytest
from commands_here import Command

FILE = Path(__file__).parents[1] / "connectors" / "fixtures" / "second" / "shop.json"
OURS = ("shop", "--shop", "lale")


@pytest.fixture
def lale(tradewind: Command) -> dict[str, object]:
    """A shop of this file's own, as it is first told."""
    assert tradewind("import", str(FILE), "--shop", "lale").code == 0
    told = ("--name", "Lale Dresses", "--home", "TR", "--currency", "TRY",
            "--zone", "Europe/Istanbul")  # fmt: skip
    found: dict[str, object] = tradewind(*OURS, *told, "--json").json
    return found


def test_what_is_told_is_kept_and_shown(tradewind: Command, lale: dict[str, object]) -> None:
    told = {"id": "lale", "name": "Lale Dresses", "home": "TR", "currency": "TRY",
            "timezone": "Europe/Istanbul"}  # fmt: skip
    assert told.items() <= lale.items()
    assert tradewind(*OURS, "--json").json == lale
    shown = tradewind(*OURS)
    assert shown.code == 0
    assert "lale: Lale Dresses, sells from TR" in shown.out
    assert "currency TRY, time zone Europe/Istanbul" in shown.out


def test_only_what_is_given_changes(tradewind: Command, lale: dict[str, object]) -> None:
    changed = tradewind(*OURS, "--home", "de", "--currency", " eur ", "--json").json
    assert changed == lale | {"home": "DE", "currency": "EUR"}


@pytest.mark.parametrize(
    ("wrong", "value", "remedy"),
    [
        ("--zone", "Europe/Atlantis", "Write it like Europe/Berlin"),
        ("--zone", "../../etc/passwd", "Write it like Europe/Berlin"),
        ("--home", "TUR", "Write two letters, as in TR"),
        ("--home", "T1", "Write two letters, as in TR"),
        ("--currency", "lira", "Write three letters, as in EUR"),
        ("--currency", "€", "Write three letters, as in EUR"),
    ],
)
def test_what_there_is_not_is_refused_and_nothing_is_kept(
    tradewind: Command, lale: dict[str, object], wrong: str, value: str, remedy: str
) -> None:
    tradewind(*OURS, "--name", "Other", wrong, value).refused(value.replace("..", r"\.\."), remedy)
    assert tradewind(*OURS, "--json").json == lale


def test_another_shop_is_not_touched(tradewind: Command, lale: dict[str, object]) -> None:
    before = tradewind("shop", "--json").json
    assert before["id"] == "sample"
    tradewind(*OURS, "--name", "Tulip", "--home", "NL", "--currency", "EUR", "--zone", "Asia/Tokyo")
    assert tradewind(*OURS, "--json").json["name"] == "Tulip" != lale["name"]
    assert tradewind("shop", "--json").json == before


def test_a_shop_that_is_not_there_is_refused(tradewind: Command) -> None:
    tradewind("shop", "--shop", "nobodys", "--name", "X").refused("nobodys", "tradewind import")
