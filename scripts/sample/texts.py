"""Policies, questions and messages: texts with their figures filled in from one place."""

import csv
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Literal

from .course import AS_OF, Dice
from .parcels import Parcel
from .retail import Entry, Order


class PolicyText(Entry):
    """A rule of the shop; `text` has its facts in braces."""

    title: str
    version: str
    effective_from: date
    facts: dict[str, str]
    text: str
    topic: str = ""
    market: str = ""


class Question(Entry):
    q: str
    a: str
    market: str = ""


class MessageText(Entry):
    """A message to be tied to an order: a named one, or any in a state and language."""

    lang: str
    text: str
    hours: int
    order: str = ""
    state: str = ""
    after: Literal["delivered", "placed", ""] = ""
    sender: Literal["buyer", "shop"] = "buyer"
    trap: str = ""


@dataclass(frozen=True)
class Sent:
    """A message as sent; `trap` is what it tries, where it tries something."""

    id: str
    order: Order
    at: datetime
    sender: str
    language: str
    text: str
    trap: str


def read_policies(folder: Path) -> dict[str, PolicyText]:
    tables = tomllib.loads((folder / "policies.toml").read_text(encoding="utf-8"))
    return {name: PolicyText.model_validate(table) for name, table in tables.items()}


def policy_page(name: str, policy: PolicyText) -> str:
    """The Markdown file with its front matter."""
    facts = "\n".join(f'{key} = "{value}"' for key, value in policy.facts.items())
    return (
        f'+++\nid = "{name}"\ntopic = "{policy.topic or name}"\ntitle = "{policy.title}"\n'
        f'market = "{policy.market}"\nlanguage = "en"\nversion = "{policy.version}"\n'
        f"effective_from = {policy.effective_from}\n\n[facts]\n{facts}\n+++\n\n"
        f"# {policy.title}\n\n{policy.text.strip().format(**policy.facts)}\n"
    )


def faq_table(folder: Path, policies: Mapping[str, PolicyText]) -> str:
    """The questions as CSV: id, question, answer, language, market."""
    entries = tomllib.loads((folder / "faq.toml").read_text(encoding="utf-8"))["faq"]
    facts = {f"{name}.{key}": value for name, policy in policies.items()
             for key, value in policy.facts.items()}  # fmt: skip
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("id", "question", "answer", "language", "market"))
    for number, entry in enumerate(map(Question.model_validate, entries), start=1):
        writer.writerow((f"faq-{number:02}", entry.q, _filled(entry.a, facts), "en", entry.market))
    return out.getvalue()


def _filled(text: str, facts: Mapping[str, str]) -> str:
    for key, value in facts.items():
        text = text.replace("{" + key + "}", value)
    if "{" in text:
        raise ValueError(f"no policy has the fact that this answer names: {text}")
    return text


def messages(
    folder: Path, orders: Mapping[str, Order], parcels: Mapping[str, Parcel], dice: Dice
) -> list[Sent]:
    """All messages in time order, each tied to one order; an order gets one chance message."""
    tables = tomllib.loads((folder / "messages.toml").read_text(encoding="utf-8"))["message"]
    texts = [MessageText.model_validate(table) for table in tables]
    taken = {text.order for text in texts}
    sent: list[Sent] = []
    for number, text in enumerate(texts, start=1):
        order = orders[text.order] if text.order else _fitting(text, orders, parcels, taken, dice)
        taken.add(order.order_id)
        sent.append(_sent(number, text, order, parcels.get(order.order_id)))
    return sorted(sent, key=lambda message: (message.at, message.id))


def _fitting(
    text: MessageText,
    orders: Mapping[str, Order],
    parcels: Mapping[str, Parcel],
    taken: Iterable[str],
    dice: Dice,
) -> Order:
    free = [o for key, o in orders.items() if key not in taken and o.language == text.lang]
    fitting = [o for o in free if _is_so(text.state, o, parcels.get(o.order_id))]
    if not fitting:
        raise ValueError(f"no free order of language {text.lang} is {text.state}: {text.text}")
    return dice.of("message", text.text).choice(fitting)


def _is_so(state: str, order: Order, parcel: Parcel | None) -> bool:
    if state == "any":
        return True
    if state == "open":
        return order.status in ("pending", "processed")
    if state in ("pending", "cancelled"):
        return order.status == state
    if parcel is None:
        return False
    return parcel.fate in ("delivered", "delivered_signed") if state == "delivered" else (
        parcel.fate == state
    )  # fmt: skip


def _sent(number: int, text: MessageText, order: Order, parcel: Parcel | None) -> Sent:
    values = {"order": order.order_id, "product": order.items[-1].name,
              "tracking": parcel.number if parcel else ""}  # fmt: skip
    written = text.text
    for key, value in values.items():
        written = written.replace("{" + key + "}", value)
    return Sent(
        id=f"msg-{number:03}",
        order=order,
        at=_at(text, order, parcel),
        sender=text.sender,
        language=text.lang,
        text=written,
        trap=text.trap,
    )


def _at(text: MessageText, order: Order, parcel: Parcel | None) -> datetime:
    """Never before the order, never after the shop's date."""
    placed = datetime.fromisoformat(order.placed_at or "")
    if text.after == "delivered" and parcel and parcel.delivered_at:
        base = parcel.delivered_at + timedelta(hours=text.hours)
    elif text.after == "placed":
        base = placed + timedelta(hours=text.hours)
    else:
        base = AS_OF - timedelta(hours=text.hours)
    return max(placed + timedelta(minutes=25), min(base, AS_OF - timedelta(minutes=5)))
