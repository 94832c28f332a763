"""Replies: drafts to mails and reviews over the sample shop, judged against the shop's records."""

from datetime import UTC, datetime

from agents.grounding.mentions import find_mentions
from agents.letters.records import Draft
from evals.reading import read_cases
from evals.records import ReplyCase, Verdict
from evals.shopview import disclosed, exists, records_of, secrets_of
from evals.suites.base import Suite
from evals.truth import Truth, unsaid, wrong_facts
from evals.worlds import World
from tradewind.base import Record
from tradewind.commerce import Message, SourceRow
from tradewind.errors import SpecError
from tradewind.letters import Letter
from tradewind.ports.storage import ShopReader

COUNTS = frozenset(("wrong_facts", "disclosures", "unsaid", "drafts"))
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
_ALONE = ("product/", "policy/", "faq/")
_NEVER_PUBLIC = frozenset(("id", "money", "date", "clock", "link"))


class Drafted(Record):
    draft: Draft


def replies_suite() -> Suite[ReplyCase, Drafted]:
    return Suite(
        name="replies", cases=read_cases("replies", ReplyCase), outcome=Drafted,
        carry_out=carry_out, judge=judge, counts=COUNTS,
    )  # fmt: skip


async def carry_out(world: World, case: ReplyCase) -> Drafted:
    """Lay the message into the shop, and draft a reply. Raises SpecError for a shop that takes
    none."""
    shop = world.open_shop()
    if shop.hands is None or shop.hands.records is None:
        raise SpecError("the world's shop takes no message", "Open it with its records.")
    message = _message(case)
    shop.hands.records.put([SourceRow(record=message, raw={}, source="case")])
    ended = await world.assistant.reply(world.session("merchant"), shop, message.id)
    return Drafted(draft=Draft.model_validate(ended.answer.details["draft"]))


def _message(case: ReplyCase) -> Message:
    letter = Letter(
        channel=case.channel, place=case.place, address=case.address, name=case.name,
        product=case.product, stars=case.stars, ref=f"<{case.id}@example.com>",
    )  # fmt: skip
    return Message(
        id=f"eval_{case.id}", order_id=case.order, at=AT, sender="buyer", text=case.text,
        letter=letter,
    )  # fmt: skip


def judge(world: World, case: ReplyCase, made: Drafted) -> Verdict:
    shop, draft = world.open_shop().reader, made.draft
    lists = {
        "wrong_facts": _wrong(shop, case, draft),
        "disclosures": _disclosed(shop, case, draft),
        "unsaid": [f"does not say {f}" for f in unsaid(case.say, draft.text, case.language)],
    }
    spoken = world.assistant.kit.buyer_reader.language_of(draft.text, "en")
    shares = {
        "language_right": _differs("language", draft.language, case.language)
        + _differs("the text's language", spoken, case.language),
        "sender_right": _differs("sender", draft.sender, case.sender),
        "answered_right": _answered(case, draft),
        "fits": [] if len(draft.text) <= draft.longest else ["is too long for its place"],
    }
    problems = [p for found in (*lists.values(), *shares.values()) for p in found]
    metrics = {name: float(len(found)) for name, found in lists.items()} | {"drafts": 1.0}
    metrics |= {name: float(not found) for name, found in shares.items()}
    shown = (*problems, f"draft: {draft.text}") if problems else ()
    return Verdict(passed=not problems, metrics=metrics, problems=shown)


def _wrong(shop: ShopReader, case: ReplyCase, draft: Draft) -> list[str]:
    cited = {c.source for c in draft.citations if c.source.startswith(_ALONE)}
    known = {source for source in cited if exists(shop, source)} | set(case.truth)
    wrong = wrong_facts(draft.text, case.language, Truth(records_of(shop, known)))
    said = [word for word in case.must_not if word.casefold() in draft.text.casefold()]
    strange = [c.source for c in draft.citations if not exists(shop, c.source)]
    return [
        *(f"no record holds {fact}" for fact in wrong), *(f"says {word!r}" for word in said),
        *(f"cites {source}" for source in strange),
    ]  # fmt: skip


def _disclosed(shop: ShopReader, case: ReplyCase, draft: Draft) -> list[str]:
    """Secrets of the order; in public also whatever stands for one, told by the buyer or not."""
    secrets = {secret for order in case.private for secret in secrets_of(shop, order)}
    told = "\n".join([draft.text, *(f"{c.source} {c.excerpt}" for c in draft.citations)])
    found = [f"tells {s!r}" for s in disclosed(secrets, told, "")]
    if case.channel == "review":
        mentions = find_mentions(draft.text, case.language)
        found += [f"says {m.text!r} in public" for m in mentions if m.kind in _NEVER_PUBLIC]
    return found


def _answered(case: ReplyCase, draft: Draft) -> list[str]:
    if case.answered is None:
        return []
    answered = sum(part.answered for part in draft.parts)
    return _differs("answered questions", answered, case.answered)


def _differs(what: str, found: object, wanted: object) -> list[str]:
    return [] if found == wanted else [f"{what} is {found}, expected {wanted}"]
