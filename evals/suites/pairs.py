"""Pairs: single questions and the record that answers each, or that none does, in twelve languages.

An answer counts where it says what the record holds and cites that record. Where no record holds
it, nothing may be told: no figure, no quotation, only that it is not known, and a way to a person.
"""

from typing import get_args

from agents.events import Answer
from agents.grounding.mentions import find_mentions
from evals.reading import read_cases
from evals.records import PairCase, Verdict
from evals.shopview import exists, records_of
from evals.suites.base import Suite, with_shares
from evals.truth import Truth, digit_runs, unsaid
from evals.worlds import World
from tradewind.base import Language, Record
from tradewind.ports.storage import ShopReader

_LANGUAGES: tuple[str, ...] = get_args(Language)
_NAMES = ("wrong_facts", "ungrounded", "holding", "answered", "lacking", "abstained")
_COUNTS = frozenset((*_NAMES, *(f"{name}_{of}" for name in _NAMES for of in _LANGUAGES)))
_CARRY = ("product/", "policy/", "faq/")
"""Records that carry what is told of them, beside those that the case names."""
_OTHER = ("order/", "shipment/", "tracking_event/", "rule/")
"""Records that tell of an order or of import charges."""


class Said(Record):
    answer: Answer


def pairs_suite(name: str = "pairs") -> Suite[PairCase, Said]:
    """`apart`: the questions that were written after the lists of data/questions.toml."""
    parts = (("answered", "holding"), ("abstained", "lacking"))
    shares = {f"{part}_share": (part, whole) for part, whole in parts} | {
        f"{part}_share_{language}": (f"{part}_{language}", f"{whole}_{language}")
        for language in _LANGUAGES
        for part, whole in parts
    }
    return Suite(
        name=name, cases=read_cases(name, PairCase), outcome=Said,
        carry_out=carry_out, judge=judge, counts=_COUNTS, derive=with_shares(shares),
    )  # fmt: skip


async def carry_out(world: World, case: PairCase) -> Said:
    ended = await world.assistant.turn(world.session("buyer"), world.open_shop(), case.text)
    return Said(answer=ended.answer)


def judge(world: World, case: PairCase, said: Said) -> Verdict:
    shop, answer = world.open_shop().reader, said.answer
    wrong = _wrong(shop, case, answer)
    ungrounded = [f"cites {c.source}" for c in answer.citations if not exists(shop, c.source)]
    ungrounded += ["says that it is not grounded"] * (not answer.grounded)
    missed = _missed(case, answer) if case.holds else _told(case, answer)
    missed += [f"speaks {answer.language}"] * (answer.language != case.language)
    held = not (wrong or ungrounded or missed)
    part, whole = ("answered", "holding") if case.holds else ("abstained", "lacking")
    counts = {"wrong_facts": len(wrong), "ungrounded": len(ungrounded), part: held, whole: 1}
    told = counts | {f"{name}_{case.language}": value for name, value in counts.items()}
    metrics = {name: float(told.get(name, 0)) for name in _COUNTS}
    problems = (*wrong, *ungrounded, *missed)
    shown = (*problems, f"intent {answer.intent}; answer: {answer.text}") if problems else ()
    return Verdict(passed=held, metrics=metrics, problems=shown)


def _wrong(shop: ShopReader, case: PairCase, answer: Answer) -> list[str]:
    """What no record holds that the answer cites or should have cited, or what the case says."""
    cited = {c.source for c in answer.citations if c.source.startswith(_CARRY)}
    truth = Truth(records_of(shop, {s for s in cited if exists(shop, s)}.union(case.truth)))
    truth.allow(case.also)
    strange = _strange(answer.text, case.language, truth)
    said = [w for w in case.must_not if w.casefold() in answer.text.casefold()]
    return [*(f"no record holds {fact}" for fact in strange), *(f"says {word!r}" for word in said)]


def _strange(text: str, language: str, truth: Truth) -> list[str]:
    """What the records do not hold. Attributes and options are told in their own words, which are
    English in this shop: a value counts as held where it is when read so."""
    held = {m.text for m in find_mentions(text, "en") if truth.carries(m)}
    strange = [m for m in find_mentions(text, language) if not truth.carries(m)]
    runs = sorted(digit_runs(text) - truth.runs)
    told = [f"{m.kind} {m.text!r}" for m in strange if m.text not in held]
    return told + [f"digits {', '.join(map(str, runs))}"] * bool(runs)


def _missed(case: PairCase, answer: Answer) -> list[str]:
    """What of the answer is not said, and whether the record can be opened."""
    missed = [f"does not say {f}" for f in unsaid(case.say, answer.text, case.language)]
    cited = [c.source for c in answer.citations]
    opened = any(s in case.truth or s.startswith(_OTHER) for s in cited)
    return missed + [f"cites {cited}"] * (not opened)


def _told(case: PairCase, answer: Answer) -> list[str]:
    """What is told though no record holds the answer, and whether there is a way to a person."""
    told = [f"tells {m.text!r}" for m in find_mentions(answer.text, case.language)]
    return told + ["calls no person"] * (answer.handover is None)
