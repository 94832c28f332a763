"""approve, approvals, effects, rules, recover at the terminal."""

from commands_here import Command

ORDER = "#W1046662"
REFUND = f"refund 20 USD of order {ORDER}"


def asked(tradewind: Command, text: str = REFUND) -> tuple[str, str]:
    """The run and its one question."""
    told = tradewind("ask", text, "--json").json
    (card,) = told["approvals"]
    assert {"id", "summary"} <= card.keys()
    assert [action["status"] for action in told["actions"]] == ["proposed"]
    return told["run"], card["id"]


def test_a_refund_is_asked_about_approved_and_shown(tradewind: Command) -> None:
    run, question = asked(tradewind)
    listed = tradewind("approvals", "list", "--json").json["approvals"]
    assert question in [one["id"] for one in listed]
    told = tradewind("approve", question, "--json").json
    assert {"id", "status", "effect"} <= told.keys()
    assert told["status"] == "approved"
    assert told["answer"]["actions"][0]["status"] == "done"
    (effect,) = tradewind("effects", "list", "--run", run, "--json").json["effects"]
    assert (effect["id"], effect["status"]) == (told["effect"], "done")
    assert tradewind("effects", "show", effect["id"], "--json").json == effect
    assert tradewind("runs", "replay", run, "--json").json["identical"] is True
    tradewind("approve", question).refused("has voted")
    tradewind("effects", "undo", effect["id"]).refused("cannot be undone")


def test_a_no_stands(tradewind: Command) -> None:
    run, question = asked(tradewind)
    told = tradewind("approve", question, "--reject", "--reason", "too much", "--json").json
    assert told["status"] == "rejected"
    assert "too much" in told["answer"]["answer"]
    (effect,) = tradewind("effects", "list", "--run", run, "--json").json["effects"]
    assert effect["status"] == "rejected"
    tradewind("approve", question).refused("has voted")


def test_a_run_that_waits_is_called_off(tradewind: Command) -> None:
    run, question = asked(tradewind)
    assert tradewind("runs", "cancel", run, "--json").json["status"] == "cancelled"
    tradewind("approve", question).refused("already rejected")
    tradewind("runs", "cancel", run).refused("cancelled")
    tradewind("runs", "cancel", "run_none").refused("there is no run")


def test_a_grant_acts_until_it_is_halted_or_revoked(tradewind: Command) -> None:
    tradewind("rules", "grant", "refunds.pay", "--mode", "auto").refused("ends within 92 days")
    tradewind("rules", "grant", "orders.find", "--mode", "ask").refused("no tool")
    whole = ("--up-to", "25", "--a-day", "5", "--cap", "100", "--days", "30")
    rule = tradewind("rules", "grant", "refunds.pay", "--mode", "auto", *whole, "--json").json
    shown = tradewind("rules", "list", "--json").json
    assert rule["id"] in [one["id"] for one in shown["rules"]]
    told = tradewind("ask", REFUND, "--json").json
    assert (told["approvals"], told["actions"][0]["status"]) == ([], "done")
    assert tradewind("rules", "halt", "--reason", "odd", "--json").json["halt"]["reason"] == "odd"
    asked(tradewind)
    assert tradewind("rules", "halt", "--over", "--json").json == {"halt": None}
    assert tradewind("rules", "revoke", rule["id"], "--json").json["revoked_at"]
    asked(tradewind)


def test_what_is_not_there_is_refused(tradewind: Command) -> None:
    tradewind("approve", "ap_none").refused("there is no approval")
    tradewind("effects", "show", "ef_none").refused("there is no effect")
    tradewind("effects", "undo", "ef_none").refused("there is no effect")
    tradewind("effects", "settle", "ef_none", "--done", "--note", "x").refused("no effect")
    tradewind("rules", "revoke", "ru_none").refused("there is no rule")


def test_recovering_finds_nothing_to_do_in_a_quiet_shop(tradewind: Command) -> None:
    tradewind("recover")
    assert tradewind("recover", "--json").json == {"recovered": {}}
