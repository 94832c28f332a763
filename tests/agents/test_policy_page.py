"""The policy table of docs/security.md says what the tools' marks and the shipped policy say."""

from dataclasses import replace
from typing import Literal

import pytest

from agents.policy import read_policy, rule_on
from tools import collect_tools
from tradewind.people import Audience
from tradewind.tool import From, Tool
from wiring.platform import POLICY, ROOT

PAGE = ROOT / "docs" / "security.md"
HEAD = "| tool | effect | argument |"
POLICY_TABLE = read_policy(POLICY)
Row = tuple[str, ...]


def rows_told() -> list[Row]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(HEAD)) + 2
    table = lines[start : lines.index("", start)]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in table]


def rows_of(tools: dict[str, Tool]) -> list[Row]:
    changing = [tools[name] for name in sorted(tools) if tools[name].effect in ("write", "spend")]
    return [row(tool, name, mark) for tool in changing for name, mark in tool.sources.items()]


def row(tool: Tool, name: str, mark: From) -> Row:
    """One line of the table."""
    origins = ", ".join(sorted(mark.origins))
    undo = "yes" if tool.undo else "no"
    return (tool.name, tool.effect, name, mark.type, origins, ruling(tool, "merchant"),
            ruling(tool, "buyer"), undo)  # fmt: skip


def ruling(tool: Tool, audience: Audience) -> Literal["act", "ask", "deny", "closed"]:
    """What becomes of a wish without a rule of the tenant's."""
    if audience not in tool.audiences:
        return "closed"
    return rule_on(tool, audience, {}, None, (), None, POLICY_TABLE).verdict


def test_the_table_is_what_the_tools_and_the_policy_say() -> None:
    assert rows_told() == rows_of(collect_tools())


@pytest.mark.parametrize("bug", ["origin", "audience", "policy"])
def test_a_change_that_the_page_does_not_tell_is_found(
    bug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = dict(collect_tools())
    send = tools["messages.send"]
    if bug == "origin":
        loose = {**send.sources, "text": From.of("text", "request", "untrusted")}
        tools["messages.send"] = replace(send, sources=loose)
    if bug == "audience":
        tools["messages.send"] = replace(send, audiences=send.audiences | {"buyer"})
    if bug == "policy":
        none = POLICY_TABLE.model_copy(update={"ask": ()})
        monkeypatch.setattr("test_policy_page.POLICY_TABLE", none)
    assert rows_told() != rows_of(tools)
