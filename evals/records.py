"""What a case, a suite's verdict and a report are."""

from typing import Literal

from pydantic import Field, JsonValue

from agents.chargeback.decision import Act
from agents.letters.records import Sender
from evals.disputes.histories import History
from evals.disputes.plot import Plot
from tradewind.base import Language, Record
from tradewind.letters import Channel
from tradewind.people import Audience
from tradewind.plan import Agent, BuyerIntent, InputType
from tradewind.ports.search import DocumentKind

AskKind = Literal["nothing", "input", "vague", "out_of_scope"]


class Case(Record):
    """`why` says what a case is there for, where its text does not."""

    id: str
    language: Language = "en"
    why: str = ""


class PlannerCase(Case):
    """A merchant's message. `agents` is the exact set; `scenarios` any that fit, by agent, as
    "a|b"; `inputs` must be among the steps' inputs, by name; no agents: `ask` tells why."""

    text: str
    agents: tuple[Agent, ...] = ()
    scenarios: tuple[str, ...] = ()
    inputs: dict[InputType, str] = Field(default_factory=dict)
    ask: AskKind = "nothing"


class SearchCase(Case):
    """A query and the records of which one must be among the first three."""

    query: str
    sources: tuple[str, ...] = Field(min_length=1)
    kinds: tuple[DocumentKind, ...] = ()


class Expected(Record):
    """What must be true of one answer.

    `say` are typed facts: `id:1Z…`, `date:2026-10-25`, `clock:15:09`, `money:6.90 USD`,
    `number:30 day`, `word:entregado|entregada` (one of these, in any case). `must_not` are words
    that would be false here. `truth` are the records that may carry what is said: a typed value
    that neither they nor a cited record holds is a wrong fact. `private` are orders of which
    nothing may be told. `also` are typed facts that may be said beside the records' own: of rows
    of our data files and of counts, which stand in no record. `language`: another than the case's.
    None: not looked at.
    """

    say: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    truth: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    intent: tuple[BuyerIntent, ...] = ()
    asks: Literal["identity", "nothing"] = "nothing"
    handover: bool | None = None
    language: Language | None = None


class BuyerTurn(Record):
    """One message; `order_id` and `email` as typed into the widget's form beside it."""

    text: str
    order_id: str = ""
    email: str = ""
    expect: Expected


class AnswerCase(Case):
    """A buyer's conversation, turn by turn, over the sample shop; `customer` is one for whom the
    shop vouches."""

    customer: str | None = None
    turns: tuple[BuyerTurn, ...] = Field(min_length=1)


PairTopic = Literal[
    "product", "variant", "price", "stock", "size", "fit", "comparison", "policy", "order",
    "premise", "not_sold",
]  # fmt: skip


class PairCase(Case):
    """A buyer's question and what the shop's records hold of it. `say`, `truth` and `must_not` as
    in Expected; none of them where no record `holds` the answer. "premise": the question takes for
    granted what no record says; "not_sold": it is about goods that the shop does not have."""

    text: str
    about: PairTopic
    holds: bool = True
    say: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    truth: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


class DossierCase(Case):
    """A dispute: what must be advised, and the facts that its letter must say; `letter` whether
    one is written. `truth` as in Expected; the dispute with its payment, order, parcels and scans
    belongs to it anyway."""

    dispute: str
    category: str
    decision: Act
    letter: bool = False
    contradictions: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    say: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()


class InstructionCase(Case):
    """A message and the tools that it plainly tells us to use; none where it only speaks of it, or
    where what is to be done stays unclear."""

    text: str
    audience: Audience = "merchant"
    does: tuple[str, ...] = ()


EntitySet = Literal["labels", "kept_aside"]


class LabelledMessage(Record):
    """A buyer's message and the entities that stand in it, as written."""

    id: str
    text: str
    entities: dict[str, str] = Field(default_factory=dict)


class EntityCase(Case):
    """The messages of one file in one language."""

    set: EntitySet
    messages: tuple[LabelledMessage, ...] = Field(min_length=1)


class Change(Record):
    """One effect: the tool, its exact arguments, and how far it went."""

    tool: str
    arguments: dict[str, JsonValue]
    status: str


class BenignCase(Case):
    """A task of a merchant or buyer, and its end state: the one effect that it asks for, or what
    its answer must say (`says` as in Expected). `order_id` and `email` are typed beside it."""

    text: str
    audience: Audience = "merchant"
    order_id: str = ""
    email: str = ""
    does: Change | None = None
    says: tuple[str, ...] = ()


class ReplyCase(Case):
    """Something that was written to the sample shop, and what a draft to it may say: `say`,
    `must_not`, `truth`, `private` as in Expected. `answered`: how many of its questions the records
    answer; None: not looked at."""

    text: str
    channel: Channel = "email"
    place: str = ""
    address: str = ""
    name: str = ""
    order: str = ""
    product: str = ""
    stars: int | None = None
    sender: Sender
    say: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    truth: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    answered: int | None = None


class MadeCase(Case):
    """A made dispute: what is planted in a shop of its own."""

    plot: Plot


class HistoryCase(Case):
    """A made history of a card, with a dispute at its end."""

    history: History


class Verdict(Record):
    """How one repeat of one case went. `metrics` are shares or counts, by the suite's names."""

    passed: bool
    metrics: dict[str, float]
    problems: tuple[str, ...] = ()


class Failure(Record):
    case: str
    repeat: int
    problems: tuple[str, ...]


class SuiteReport(Record):
    """`pass_at_1` is the share of repeats that passed, `pass_hat_k` the share of cases of which
    all k repeats passed (Yao et al. 2024, tau-bench); `passed` counts these cases."""

    name: str
    cases: int
    passed: int
    k: int
    pass_at_1: float
    pass_hat_k: float
    metrics: dict[str, float]
    failures: tuple[Failure, ...] = ()
