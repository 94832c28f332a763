"""A shop's rules as Markdown, HTML or PDF text: one file, one policy."""

import re
import tomllib
from datetime import date, datetime
from pathlib import PurePath

from connectors.fields import Fields
from connectors.html_text import read_html
from connectors.reader import Context, DocumentReader, Reading
from connectors.times import parse_day
from connectors.words import language_of, vocabulary
from tradewind.cards import mask_cards
from tradewind.commerce import Policy
from tradewind.errors import InvalidInput

_FRONT = re.compile(r"\A\s*(\+\+\+|---)[ \t]*\n(.*?)\n\1[ \t]*(?:\n|\Z)", re.DOTALL)
_HEADING = re.compile(r"^#{1,3}[ \t]+([^\s#][^\n]*)$", re.MULTILINE)
_ENTRY = re.compile(r"([ \t]*)([\w.-]+)[ \t]*:(?:[ \t]+(.*))?")
_FACT = re.compile(r"facts[._](\w+)")


def read_markdown(text: str, context: Context) -> Reading:
    """A policy with front matter (`+++` TOML or `---` key: value), or with a heading only."""
    clean = mask_cards(text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff"))
    front, body = _split(clean, context.source)
    heading = _HEADING.search(body)
    return _policy(front, heading[1].rstrip("# \t") if heading else "", body, context)


def read_html_page(text: str, context: Context) -> Reading:
    """The page's visible text; its title is <title> or the first heading."""
    title, body = read_html(mask_cards(text))
    return _policy({}, title, body, context)


def read_plain(text: str, context: Context) -> Reading:
    """Text taken from a PDF; its first line is the title."""
    body = mask_cards(text.strip())
    return _policy({}, body.partition("\n")[0].strip(), body, context)


def looks_like_markdown(text: str) -> bool:
    """Front matter, or a first line that is a heading."""
    return bool(_FRONT.match(text)) or text.lstrip("\ufeff \t\r\n").startswith(("# ", "## "))


def _policy(front: dict[str, str], heading: str, body: str, context: Context) -> Reading:
    fields = Fields(front)
    title = fields.text("title") or heading or body.strip().partition("\n")[0][:120]
    if not body.strip():
        raise InvalidInput(f"{context.source} has no text", "Export the policy again.")
    policy = Policy(
        id=fields.text("id") or PurePath(context.source).stem.lower(),
        topic=fields.text("topic").lower() or topic_of(title),
        title=title,
        text=body.strip(),
        language=fields.text("language", "lang").lower()[:2] or language_of(body, context.language),
        market=fields.text("market", "country").upper(),
        version=fields.text("version") or "1",
        effective_from=_day(fields),
        facts={found[1]: value for key, value in front.items() if (found := _FACT.fullmatch(key))},
    )
    return Reading(policy, {"front_matter": dict(front), "text": body.strip()})


def _day(fields: Fields) -> date | None:
    text = fields.text("effective_from", "effective from", "effective")
    try:
        return parse_day(text) if text else None
    except ValueError as error:
        raise InvalidInput(f"effective_from {text!r} {error}", "Write it as YYYY-MM-DD.") from error


def topic_of(title: str) -> str:
    """The topic whose words a title holds, else "general". CJK words match inside the title."""
    lowered = title.lower()
    words = set(re.findall(r"[\w-]+", lowered))
    for topic, known in vocabulary("policy_topics")["topics"].items():
        for word in known.split():
            if word in words or (word > "\u2e80" and word in lowered):
                return topic
    return "general"


def _split(text: str, source: str) -> tuple[dict[str, str], str]:
    """(front matter, flat: `facts.return_days`; the rest)."""
    found = _FRONT.match(text)
    if found is None:
        return {}, text
    front = _toml(found[2], source) if found[1] == "+++" else _entries(found[2])
    return front, text[found.end() :]


def _toml(text: str, source: str) -> dict[str, str]:
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InvalidInput(
            f"{source}: front matter: {str(error)[:120]}", "Mend the TOML."
        ) from error
    facts = data.pop("facts", {})
    inner = (
        {f"facts.{key}": _written(value) for key, value in dict(facts).items()}
        if isinstance(facts, dict)
        else {}
    )
    return {**{key: _written(value) for key, value in data.items()}, **inner}


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _entries(text: str) -> dict[str, str]:
    """`key: value` lines; one level of indentation makes `parent.key`."""
    front: dict[str, str] = {}
    parent = ""
    for line in text.split("\n"):
        found = _ENTRY.fullmatch(line.rstrip())
        if found is None:
            continue
        indent, key, value = found[1], found[2].lower(), (found[3] or "").strip().strip("\"'")
        if indent and parent:
            front[f"{parent}.{key}"] = value
        else:
            parent = "" if value else key
            front[key] = value
    return {key: value for key, value in front.items() if value}


MARKDOWN = DocumentReader("policy_markdown", read_markdown)
HTML = DocumentReader("policy_html", read_html_page)
PDF = DocumentReader("policy_pdf", read_plain)
