"""keys and people: what is shown once, and what the store keeps."""

import re
from pathlib import Path

import pytest
from commands_here import Command


def test_a_key_is_shown_once(tradewind: Command, command_home: Path) -> None:
    made = tradewind("keys", "create", "export", "--role", "ops", "--json").json
    assert {"id", "label", "role", "created_at", "key"} <= made.keys()
    assert re.fullmatch(rf"tw_{made['id']}_[\w-]{{43}}", made["key"])
    rows = tradewind("keys", "list", "--json").json["keys"]
    row = next(row for row in rows if row["id"] == made["id"])
    assert row["role"] == "ops"
    assert row["revoked_at"] is None
    assert "key" not in row
    held = b"".join(path.read_bytes() for path in command_home.glob("tradewind.db*"))
    assert made["key"].split("_", 2)[2].encode() not in held


def test_a_key_is_revoked(tradewind: Command) -> None:
    id_ = tradewind("keys", "create", "short-lived", "--json").json["id"]
    told = tradewind("keys", "revoke", id_, "--json").json
    assert told["id"] == id_
    assert told["revoked_at"]
    assert tradewind("keys", "revoke", id_, "--json").json == told
    tradewind("keys", "revoke", "000000000000").refused("no key 000000000000", "keys list")
    shown = tradewind("keys", "list")
    assert re.search(rf"{id_}.*revoked", shown.out)


def test_the_key_alone_is_on_stdout(tradewind: Command) -> None:
    done = tradewind("keys", "create", "for a script")
    assert re.fullmatch(r"tw_[0-9a-f]{12}_[\w-]{43}\n", done.out)
    assert "not shown again" in done.err


def test_the_widgets_secret_is_shown_once_and_replaced_on_purpose(tradewind: Command) -> None:
    first = tradewind("keys", "widget", "--json").json
    assert first["audience"] == "sample"
    assert first["algorithm"] == "HS256"
    tradewind("keys", "widget", "--json").refused("--rotate")
    second = tradewind("keys", "widget", "--rotate", "--json").json
    assert first["secret"] != second["secret"]
    assert len(second["secret"]) == 64


def test_the_widgets_origins_are_shown_and_replaced(tradewind: Command) -> None:
    given = ("https://Shop.example/", "http://localhost:8080", "https://a.example:443")
    told = ["https://shop.example", "http://localhost:8080", "https://a.example"]
    assert tradewind("keys", "origins", *given, "--json").json["origins"] == told
    assert tradewind("keys", "origins").out.split() == told
    for wrong in ("*", "null", "shop.example", "https://*.example", "https://a.example/path",
                  "https://u:p@a.example", "javascript:x", "https://"):  # fmt: skip
        tradewind("keys", "origins", wrong).refused("no origin")
    assert tradewind("keys", "origins").out.split() == told
    assert tradewind("keys", "origins", "--none", "--json").json["origins"] == []


def test_buyers_are_signed_out_one_or_all(tradewind: Command) -> None:
    told = tradewind("keys", "signout", "buyer_0f3a5c7e:t1", "--json").json
    assert told == {"signed_out": "buyer_0f3a5c7e"}
    assert tradewind("keys", "signout", "--all", "--json").json == {"signed_out": "all"}
    tradewind("keys", "signout", "tb_forged").refused("no bearer of the shop's", "whole of it")
    tradewind("keys", "signout", "ann").refused("ann is no buyer", "runs show")
    assert tradewind("keys", "signout").code == 2
    assert tradewind("keys", "signout", "buyer_1", "--all").code == 2


def test_people_are_added_and_get_links(tradewind: Command) -> None:
    made = tradewind(
        "people", "add", "Ana Ruiz", "--email", "Ana@shop.example", "--role", "ops", "--json"
    ).json
    assert made["role"] == "ops"
    assert made in tradewind("people", "list", "--json").json["people"]
    tradewind("people", "add", "Other", "--email", "ana@SHOP.example").refused("there already")
    for who in (made["id"], "ANA@shop.example"):
        told = tradewind(
            "people", "link", who, "--address", "https://desk.example.com/", "--json"
        ).json
        assert told["person"] == made["id"]
        assert re.fullmatch(r"https://desk\.example\.com/signin/[\w-]{43}", told["link"])
    line = tradewind("people", "link", made["id"])
    assert re.fullmatch(r"http://127\.0\.0\.1:8700/signin/[\w-]{43}\n", line.out)
    tradewind("people", "link", "nobody").refused("no person nobody")


def test_a_person_without_an_email(tradewind: Command) -> None:
    made = tradewind("people", "add", "Night shift", "--json").json
    assert made["email"] == ""
    assert tradewind("people", "add", "Day shift", "--json").json["id"] != made["id"]
    assert "Night shift" in tradewind("people", "list").out


def test_a_person_is_removed_with_keys_and_links(tradewind: Command) -> None:
    made = tradewind("people", "add", "Bo", "--email", "bo@shop.example", "--json").json
    key = tradewind("keys", "create", "Bo's", "--person", made["id"], "--json").json
    assert key["person"] == made["id"]
    assert tradewind("people", "remove", "BO@shop.example", "--json").json == made
    assert made not in tradewind("people", "list", "--json").json["people"]
    kept = {row["id"]: row for row in tradewind("keys", "list", "--json").json["keys"]}
    assert kept[key["id"]]["revoked_at"]
    tradewind("people", "remove", made["id"]).refused("no person")
    tradewind("keys", "create", "x", "--person", made["id"]).refused("no person")


def test_people_are_signed_out_one_or_all(tradewind: Command) -> None:
    made = tradewind("people", "add", "Cy", "--json").json
    told = tradewind("people", "signout", made["id"], "--json").json
    assert told == {"signed_out": [made["id"]]}
    assert made["id"] in tradewind("people", "signout", "--all", "--json").json["signed_out"]
    for words in ((), (made["id"], "--all")):
        assert tradewind("people", "signout", *words).code == 2
    tradewind("people", "signout", "nobody").refused("no person nobody")


@pytest.mark.parametrize(
    "words",
    [("people", "remove", "x"), ("people", "signout", "--all"),
     ("keys", "origins"),
     ("keys", "create", "x"), ("keys", "list"), ("keys", "revoke", "x"), ("keys", "widget"),
     ("people", "add", "x"), ("people", "list"), ("people", "link", "x")],
    ids=" ".join,
)  # fmt: skip
def test_an_unknown_shop_has_neither(tradewind: Command, words: tuple[str, ...]) -> None:
    tradewind(*words, "--shop", "nowhere").refused("nowhere")


@pytest.mark.parametrize(
    "words", [("keys", "create", "x", "--role", "buyer"), ("people", "add", "x", "--role", "king")],
    ids=" ".join,
)  # fmt: skip
def test_roles_are_those_of_staff(tradewind: Command, words: tuple[str, ...]) -> None:
    assert tradewind(*words).code == 2
