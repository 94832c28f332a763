"""The `tradewind` command: groups of commands put together."""

import sys

import typer

from commands import (
    about,
    attached,
    bench,
    effects,
    evaluate,
    filing,
    hooks,
    keys,
    people,
    privacy,
    shop,
    stated,
    talk,
    trace,
    weights,
)  # fmt: skip
from commands.inbox import inbox
from commands.insights import insights
from commands.measures import measures
from commands.replies import replies
from commands.serve import serve
from commands.setup import setup

app = typer.Typer(
    help="Tradewind: an agent platform for merchants who sell across borders.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("setup")(setup)
app.command("serve")(serve)
app.command("plan")(talk.plan)
app.command("intent")(talk.intent)
app.command("ask")(talk.ask)
app.command("approve")(effects.approve)
app.command("recover")(effects.recover)
app.command("import")(shop.import_)
app.command("export")(privacy.export)
app.command("erase")(privacy.erase)
app.command("search")(shop.search)
app.command("insights")(insights)
app.command("shop")(about.about)
app.command("scenarios")(shop.scenarios)
app.command("eval")(evaluate.evaluate)
app.command("bench")(bench.bench)
shop.disputes.command("file")(filing.file)
shop.disputes.command("follow")(filing.follow_)
shop.disputes.command("calibration")(filing.calibration)
shop.disputes.command("tell")(stated.tell)
shop.disputes.command("revoke")(stated.revoke)
shop.disputes.command("attach")(attached.attach)
shop.disputes.command("detach")(attached.detach)
app.add_typer(shop.disputes, name="disputes")
app.add_typer(effects.approvals, name="approvals")
app.add_typer(effects.effects, name="effects")
app.add_typer(effects.rules, name="rules")
app.add_typer(inbox, name="inbox")
app.add_typer(measures, name="measures")
app.add_typer(replies, name="replies")
app.add_typer(people.people, name="people")
app.add_typer(keys.keys, name="keys")
app.add_typer(hooks.hooks, name="hooks")
trace.runs.command("cancel")(effects.cancel)
app.add_typer(trace.runs, name="runs")
app.add_typer(weights.models, name="models")


def main() -> None:
    """Entry point. Ctrl-C ends with 130 and leaves stores as the last commit left them."""
    try:
        app()
    except KeyboardInterrupt:
        sys.stderr.write("tradewind: stopped.\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
