"""`tradewind measures` and `measures set`."""

from commands_here import Command

ORDER, EMAIL = "#W2611340", "james.li4495@example.com"


def test_a_conversation_at_the_terminal_is_told_apart(tradewind: Command) -> None:
    words = ("Where is my order?", "--as", "buyer", "--order", ORDER, "--email", EMAIL)
    tradewind("ask", *words, "--thread", "measured1", "--json")
    apart = tradewind("measures", "--days", "1", "--json").json["service"]
    assert apart["beside"]["terminal"] >= 1
    found = tradewind("measures", "--days", "1", "--terminal", "--json").json
    assert found["service"]["classes"]["open"] >= 1
    assert found["service"]["conversations"] == sum(found["service"]["classes"].values())
    assert found["conversion"]["verdict"] == "no_holdout"
    told = tradewind("measures", "--terminal").out
    assert "conversations" in told
    assert "not known: computing: the price of a CPU hour is not told" in told


def test_a_replay_is_no_conversation(tradewind: Command) -> None:
    words = ("Where is my order?", "--as", "buyer", "--order", ORDER, "--email", EMAIL)
    run = tradewind("ask", *words, "--thread", "measured2", "--json").json["run"]
    before = tradewind("measures", "--terminal", "--json").json["service"]
    assert tradewind("runs", "replay", run, "--json").json["identical"] is True
    tradewind("runs", "fork", run, "--at", "1", "--json")
    assert tradewind("measures", "--terminal", "--json").json["service"] == before


def test_what_is_set_stays_and_what_is_no_price_is_refused(tradewind: Command) -> None:
    told = tradewind("measures", "set", "--holdout", "10", "--wage-hour", "24 EUR", "--json").json
    assert told == {
        "holdout": 10,
        "cpu_hour": None,
        "wage_hour": {"minor": 2400, "currency": "EUR"},
    }
    assert tradewind("measures", "set", "--cpu-hour", "0.05 USD", "--json").json["holdout"] == 10
    assert tradewind("measures", "--json").json["conversion"]["verdict"] == "too_few"
    for price in ("24", "many EUR", "-1 USD"):
        tradewind("measures", "set", f"--wage-hour={price}").refused("Write it like|not a number")
    cleared = ("--holdout", "0", "--wage-hour", "", "--cpu-hour", "")
    assert tradewind("measures", "set", *cleared, "--json").json["wage_hour"] is None
