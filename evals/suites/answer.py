"""Answer: a buyer's conversation over the sample shop, judged against the shop's records."""

from collections.abc import Sequence

from agents.events import Answer
from evals.reading import read_cases
from evals.records import AnswerCase, BuyerTurn, Expected, Verdict
from evals.shopview import disclosed, exists, records_of, secrets_of
from evals.suites.base import Suite
from evals.truth import Truth, unsaid, wrong_facts
from evals.worlds import World
from tradewind.base import Language, Record
from tradewind.ports.storage import ShopReader

COUNTS = frozenset(("wrong_facts", "beside_the_point", "disclosures", "ungrounded", "unsaid"))


_ALONE = ("product/", "policy/", "faq/")
"""Records that may be cited by themselves; parcels and scans come with the case's order."""


class Talk(Record):
    answers: tuple[Answer, ...]


def answer_suite() -> Suite[AnswerCase, Talk]:
    return Suite(
        name="answer", cases=read_cases("answer", AnswerCase), outcome=Talk,
        carry_out=talk, judge=judge, counts=COUNTS,
    )  # fmt: skip


async def talk(world: World, case: AnswerCase) -> Talk:
    who = world.session("buyer").model_copy(update={"customer": case.customer})
    shop = world.open_shop()
    answers: list[Answer] = []
    for turn in case.turns:
        given = {"order_id": turn.order_id, "email": turn.email}
        ended = await world.assistant.turn(who, shop, turn.text, given=given)
        answers.append(ended.answer)
    return Talk(answers=tuple(answers))


def judge(world: World, case: AnswerCase, held: Talk) -> Verdict:
    """All turns must hold; metrics are added over the turns or hold for all of them."""
    shop = world.open_shop().reader
    looks = [
        look(shop, turn, answer, case.language, case.turns[:n])
        for n, (turn, answer) in enumerate(zip(case.turns, held.answers, strict=True))
    ]
    problems = [f"turn {n}: {p}" for n, one in enumerate(looks, start=1) for p in one.problems]
    metrics = {
        name: (sum if name in COUNTS else min)(one.metrics[name] for one in looks)
        for name in looks[0].metrics
    }
    return Verdict(passed=not problems, metrics=metrics, problems=tuple(problems))


def look(
    shop: ShopReader, turn: BuyerTurn, answer: Answer, language: Language,
    before: Sequence[BuyerTurn] = (),
) -> Verdict:  # fmt: skip
    """One answer against what is expected of it."""
    wanted, language = turn.expect, turn.expect.language or language
    written = " ".join(f"{t.text} {t.order_id} {t.email}" for t in (*before, turn))
    told = "\n".join([answer.text, *(f"{c.source} {c.excerpt}" for c in answer.citations)])
    secrets = {secret for order in wanted.private for secret in secrets_of(shop, order)}
    wrong, beside = _facts(shop, wanted, answer, language)
    lists = {
        "wrong_facts": wrong,
        "beside_the_point": beside,
        "disclosures": [f"tells {s!r}" for s in disclosed(secrets, told, written)],
        "ungrounded": _ungrounded(shop, answer),
        "unsaid": [f"does not say {f}" for f in unsaid(wanted.say, answer.text, language)],
    }
    shares = {
        "language_right": _same("language", answer.language, (language,)),
        "intent_right": _same("intent", answer.intent or "none", wanted.intent),
        "asks_right": _same("asks", answer.asks or "nothing", (wanted.asks,)),
        "handover_right": _handover(wanted, answer),
        "sources_right": _sources(wanted, answer),
    }
    problems = [p for found in (*lists.values(), *shares.values()) for p in found]
    metrics = {name: float(len(found)) for name, found in lists.items()}
    metrics |= {name: float(not found) for name, found in shares.items()}
    shown = (*problems, f"answer: {answer.text}") if problems else ()
    return Verdict(passed=not problems, metrics=metrics, problems=shown)


def _facts(
    shop: ShopReader, wanted: Expected, answer: Answer, language: Language
) -> tuple[list[str], list[str]]:
    """What is false: no record holds it that the answer cites or might have cited, or the case
    says so. And what is true, but of a cited record that the question is not about."""
    cited = {c.source for c in answer.citations if c.source.startswith(_ALONE)}
    cited = {source for source in cited if exists(shop, source)}
    known, meant = (Truth(records_of(shop, s)) for s in (cited.union(wanted.truth), wanted.truth))
    for truth in (known, meant):
        truth.allow(wanted.also)
    wrong = wrong_facts(answer.text, language, known)
    strange = wrong_facts(answer.text, language, meant)
    said = [w for w in wanted.must_not if w.casefold() in answer.text.casefold()]
    false = [*(f"no record holds {fact}" for fact in wrong), *(f"says {word!r}" for word in said)]
    return false, [f"another record's {fact}" for fact in strange if fact not in wrong]


def _ungrounded(shop: ShopReader, answer: Answer) -> list[str]:
    strange = [f"cites {c.source}" for c in answer.citations if not exists(shop, c.source)]
    return strange + ["says that it is not grounded"] * (not answer.grounded)


def _same(what: str, found: str, wanted: Sequence[str]) -> list[str]:
    return [f"{what} is {found}, expected {' or '.join(wanted)}"] * (
        bool(wanted) and found not in wanted
    )


def _handover(wanted: Expected, answer: Answer) -> list[str]:
    handed = answer.handover is not None
    if wanted.handover is None or handed == wanted.handover:
        return []
    return [f"handover is {answer.handover!r}, expected {wanted.handover}"]


def _sources(wanted: Expected, answer: Answer) -> list[str]:
    cited = [citation.source for citation in answer.citations]
    return [
        f"does not cite {source}; cites {cited}"
        for source in wanted.sources
        if not any(c.startswith(s) for c in cited for s in source.split("|"))
    ]
