"""A recorded run as an eval case: what was asked, what was answered, and the tape of its models.

A buyer's run becomes a case of its conversation up to it, a merchant's one of its plan, a defence
one of its advice. What the run said is what the case expects: look through it, and mend it where
the run was wrong.
"""

from array import array
from base64 import b64decode
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal, cast, get_args

from pydantic import JsonValue

from agents.engines.dossier import Dossier
from agents.events import Answer
from agents.grounding.mentions import find_mentions
from agents.kit import ThreadState
from agents.recording import Recording
from agents.run import FEATURE_BYTES
from evals.records import AnswerCase, BuyerTurn, Case, DossierCase, Expected, PlannerCase
from evals.shopview import exists
from evals.suites.planner import ask_kind
from evals.tape import Deck, Tape, pack
from evals.taped import chat_key, text_key
from evals.truth import unsaid
from retrieval.analyse import clean
from retrieval.search import MAX_QUERY
from tradewind.base import LANGUAGES, Language, Record
from tradewind.errors import InvalidInput
from tradewind.plan import InputType, Plan
from tradewind.ports.models import ChatRequest, Completion, EmbeddingModel
from tradewind.ports.storage import ShopReader
from tradewind.trace import Span

SuiteName = Literal["answer", "planner", "dossier"]

_KEPT = ("product/", "policy/", "faq/", "order/", "dispute/", "payment/")
"""Citations whose record has the same name in every import; the others' kind is kept."""

_INPUTS: tuple[InputType, ...] = get_args(InputType)


class Written(Record):
    """A case of a suite with its tape."""

    suite: SuiteName
    case: Case
    tape: Tape


def case_of(
    talk: Sequence[Recording], shop: ShopReader, embedding: Callable[[], EmbeddingModel]
) -> Written:
    """The last of these runs of one thread as a case. `embedding` opens what reads queries.

    Raises InvalidInput for a run that no case can stand for.
    """
    last = talk[-1]
    if last.run.status != "done":
        raise InvalidInput(f"run {last.run.id} {last.run.status}.", "Take one that is done.")
    if last.asked.dispute:
        suite, case, runs = "dossier", _dossier(last), [last]
    elif last.run.audience == "buyer":
        suite, case, runs = "answer", _answer(talk, shop), [*talk]
    else:
        suite, case, runs = "planner", _planner(last), [last]
    return Written(suite=suite, case=case, tape=_tape(runs, embedding))


def _answer(talk: Sequence[Recording], shop: ShopReader) -> AnswerCase:
    if talk[0].asked.known.turns or talk[0].asked.proven:
        raise InvalidInput(
            f"run {talk[0].run.id} leans on what came before it.", "Take an earlier one's thread."
        )
    answers = [Answer.model_validate(one.run.answer) for one in talk]
    languages = {answer.language for answer in answers}
    if len(languages) > 1:
        raise InvalidInput(f"the thread speaks {sorted(languages)}.", "A case has one language.")
    turns = [_turn(one, answer, shop) for one, answer in zip(talk, answers, strict=True)]
    return AnswerCase(
        id=talk[-1].run.id, why=_why(talk[-1]), language=_language(answers[-1].language),
        turns=tuple(turns),
    )  # fmt: skip


def _turn(recording: Recording, answer: Answer, shop: ShopReader) -> BuyerTurn:
    given = recording.asked.given
    unknown = given.keys() - {"order_id", "email"}
    if unknown:
        raise InvalidInput(f"the turn was given {sorted(unknown)}.", "A case has no such fields.")
    return BuyerTurn(
        text=recording.asked.text, order_id=given.get("order_id", ""), email=given.get("email", ""),
        expect=_expected(answer, shop),
    )  # fmt: skip


def _expected(answer: Answer, shop: ShopReader) -> Expected:
    cited = list(dict.fromkeys(citation.source for citation in answer.citations))
    kept = [s if s.startswith(_KEPT) else s.partition("/")[0] + "/" for s in cited]
    told: dict[str, JsonValue] = {
        "say": list(_facts(answer.text, answer.language)),
        "truth": [s for s in cited if s.startswith(_KEPT) and exists(shop, s)],
        "sources": list(dict.fromkeys(kept)),
        "intent": [answer.intent] if answer.intent else [],
        "asks": answer.asks or "nothing",
        "handover": answer.handover is not None,
    }
    return Expected.model_validate(told)


def _facts(text: str, language: str) -> Iterable[str]:
    """The ids, dates, times and amounts of an answer, as `Expected.say` writes them."""
    found: dict[str, None] = {}
    for mention in find_mentions(text, language):
        readings = sorted(mention.readings, reverse=True)
        match mention.kind:
            case "id":
                found[f"id:{mention.text}"] = None
            case "date" | "clock":
                found[f"{mention.kind}:{readings[0]}"] = None
            case "money":
                found[f"money:{readings[0].replace('|', ' ')}"] = None
            case _:
                pass
    return [fact for fact in found if not unsaid([fact], text, language)]


def _planner(recording: Recording) -> PlannerCase:
    if recording.asked.known != ThreadState():
        raise InvalidInput(
            f"run {recording.run.id} leans on earlier turns, a planner's case has none.",
            "Take the first run of its thread.",
        )
    found = next((span for span in recording.spans if span.name == "plan"), None)
    if found is None:
        raise InvalidInput(f"run {recording.run.id} has no plan.", "Take another run.")
    fields = {k: v for k, v in found.attributes.items() if k in Plan.model_fields}
    plan = Plan.model_validate(fields)
    inputs = {n: v for step in plan.steps for n, v in step.inputs.items() if n != "text"}
    return PlannerCase(
        id=recording.run.id, why=_why(recording), language=_language(plan.language),
        text=recording.asked.text, agents=tuple(dict.fromkeys(s.agent for s in plan.steps)),
        scenarios=tuple(step.scenario for step in plan.steps),
        inputs={name: inputs[name] for name in _INPUTS if name in inputs}, ask=ask_kind(plan),
    )  # fmt: skip


def _dossier(recording: Recording) -> DossierCase:
    made = Dossier.model_validate(recording.run.answer)
    found = made.advice.assessment
    letter = "\n".join(claim.text for claim in made.claims)
    return DossierCase(
        id=recording.run.id, why=_why(recording), dispute=made.dispute, category=made.category,
        decision=made.advice.decision.act, letter=bool(made.claims),
        contradictions=tuple(item.id for item in found.contradictions),
        missing=found.missing, say=tuple(_facts(letter, "en")),
    )  # fmt: skip


def _why(recording: Recording) -> str:
    return f"recorded {recording.run.started_at:%Y-%m-%d}"


def _language(name: str) -> Language:
    known: dict[str, Language] = {language: language for language in LANGUAGES}
    return known.get(name, "en")


def _tape(runs: Sequence[Recording], embedding: Callable[[], EmbeddingModel]) -> Tape:
    completions: dict[str, Completion] = {}
    vectors: dict[str, str] = {}
    for span in (span for one in runs for span in one.effects()):
        if span.kind == "model" and span.error is not None:
            raise InvalidInput(
                f"a model failed in run {span.run}: {span.error}.", "A tape cannot hold that."
            )
        if span.kind == "model" and isinstance(span.request, str):
            head = span.request.encode()[:FEATURE_BYTES].decode(errors="ignore")
            vectors[text_key(span.name, head, "query")] = pack(array("f", _bytes(span)))
        elif span.kind == "model":
            request = ChatRequest.model_validate(span.request)
            completions[chat_key(span.name, request)] = Completion.model_validate(span.response)
        elif span.name.endswith(".search"):
            vectors |= _queries(span, embedding())
    return Tape(
        recorded_at=datetime.now(UTC).replace(microsecond=0), completions=completions,
        vectors=vectors, reach=runs[-1].asked.reach[-1],
    )  # fmt: skip


def _bytes(span: Span) -> bytes:
    return b64decode(cast(str, span.response))


def _queries(span: Span, embedding: EmbeddingModel) -> dict[str, str]:
    """The vectors that a search asks for: of the text and of its English form."""
    known = Deck().facts("embed").name
    if embedding.name != known:
        raise InvalidInput(
            f"the run searched with {embedding.name}, cases search with {known}.",
            "Set TRADEWIND_MODEL_EMBED to the default and ask again.",
        )
    asked = cast(dict[str, JsonValue], span.request)
    given = (str(asked.get("text", "")), str(asked.get("english", "")))
    texts = [text for text in (clean(one[:MAX_QUERY]).strip() for one in given) if text]
    made = embedding.embed(texts, "query")
    keys = [text_key(embedding.name, text, "query") for text in texts]
    return {key: pack(vector) for key, vector in zip(keys, made, strict=True)}
