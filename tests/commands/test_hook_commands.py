"""hooks set-secret, list; import --map."""

from pathlib import Path

from commands_here import Command
from home_settings import offline
from typer.testing import CliRunner

from cli import app

SECRET = "whsec_of_the_command_tests_0123456789"


def piped(home: Path, *words: str, told: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(words), input=told, env=offline(home))
    return done.exit_code, done.output


def test_a_secret_is_kept_sealed_and_never_shown(tradewind: Command, command_home: Path) -> None:
    before = tradewind("hooks", "list", "--json").json
    assert (before["secret"], before["events"]) == (False, [])
    assert before["path"] == "/api/hooks/stripe/sample"
    code, shown = piped(command_home, "hooks", "set-secret", "stripe", told=f"{SECRET}\n")
    assert code == 0, shown
    assert SECRET not in shown
    assert tradewind("hooks", "list", "--json").json["secret"] is True
    held = b"".join(path.read_bytes() for path in command_home.glob("tradewind.db*"))
    assert SECRET.encode() not in held


def test_what_is_no_secret_is_refused(tradewind: Command, command_home: Path) -> None:
    for told in ("", "sk_live_0123456789012345", "whsec_short"):
        code, shown = piped(command_home, "hooks", "set-secret", "stripe", told=f"{told}\n")
        assert code == 1
        assert "whsec_" in shown
    tradewind("hooks", "list", "--shop", "nowhere").refused("no shop 'nowhere'")


def test_a_key_to_file_with_is_kept_sealed_and_never_shown(
    command_home: Path,
) -> None:
    key = "sk_test_of_the_command_tests_0123456789"
    for told, right in (("", False), (SECRET, False), (key, True)):
        code, shown = piped(command_home, "hooks", "set-key", "stripe", told=f"{told}\n")
        assert (code == 0) is right
        assert key not in shown
        assert ("sk_" in shown) is not right
    held = b"".join(path.read_bytes() for path in command_home.glob("tradewind.db*"))
    assert key.encode() not in held


def test_columns_are_mapped_and_the_rest_is_named(tradewind: Command, tmp_path: Path) -> None:
    table = tmp_path / "faelle.csv"
    table.write_text("Fall-Nr;Summe;Farbe\nF1;96,00;rot\n")
    pairs = ("--map", "Fall-Nr=id", "--map", "Summe=amount", "--shop", "mapped")
    (told,) = tradewind("import", str(table), *pairs, "--json").json["files"]
    assert (told["kind"], told["accepted"], told["unread"]) == ("disputes_csv", 1, ["Farbe"])
    tradewind("import", str(table), "--map", "Fall-Nr").refused("COLUMN=FIELD")
    wrong = ("--map", "Fall-Nr=id", "--map", "Summe=sum", "--shop", "mapped")
    (told,) = [tradewind("import", str(table), *wrong)]
    assert told.code == 1
    assert "no field 'sum'" in told.err
