"""What agents work with and what belongs to nobody: catalogue, replies, prompts, readers."""

from dataclasses import dataclass

from agents.assent import Assent
from agents.chargeback.rules import Rules
from agents.dialogue import Dialogue
from agents.events import Offer
from agents.fields import Filling
from agents.glossary import Glossary
from agents.hours import InboxRules
from agents.insights.attributes import Attributes
from agents.insights.records import InsightRules
from agents.instructions import Instructions
from agents.letters.places import PlaceRules
from agents.measures.definitions import Definitions, Words
from agents.neighbours import Neighbours
from agents.questions import Questions
from agents.reading import Reader
from agents.tongues import Tongues
from prompts.replies import Replies
from prompts.texts import Prompts
from tradewind.base import Language, Record
from tradewind.catalog import Catalog
from tradewind.plan import Plan


@dataclass(frozen=True)
class Kit:
    """Read once at startup, shared by all runs. `names` are kinds of goods whose name holds
    another's, see `agents.goods`."""

    catalog: Catalog
    replies: Replies
    letters: Replies
    prompts: Prompts
    neighbours: Neighbours
    instructions: Instructions
    dialogue: Dialogue
    tongues: Tongues
    assent: Assent
    glossary: Glossary
    names: Glossary
    questions: Questions
    merchant_reader: Reader
    buyer_reader: Reader
    rules: Rules
    inbox: InboxRules
    verdicts: Words
    measures: Definitions
    places: PlaceRules
    insights: InsightRules
    attributes: Attributes


class Request(Record):
    """What an engine is asked: the text, its English form where one was made, the inputs.
    `instructed` is that of PlanStep; `proven`, that an order of the buyer's is."""

    text: str
    language: Language
    english: str = ""
    inputs: dict[str, str]
    instructed: bool = False
    proven: bool = False


class ThreadState(Record):
    """What a thread remembers between turns. `verified_order` was proven, see `agents.service`;
    `questions` were asked about the dispute `dispute_id`. `intent` is a buyer's last one, `product`
    the id of the product last told of, `market` the country last named. `told_of` is the hold of a
    person's that the buyer was told of, see `agents.reception`. `tongue` is the language that a
    buyer asked to go on in, `tongue_from` the one that they spoke before; `offer` what they may say
    yes to, see `agents.buying`, `filling` the form that their words may fill in,
    `wish` the scenario that waits for a proof of the order."""

    language: Language = "en"
    order_id: str = ""
    email: str = ""
    postcode: str = ""
    verified_order: str = ""
    dispute_id: str = ""
    intent: str = ""
    product: str = ""
    market: str = ""
    turns: int = 0
    asked: Plan | None = None
    questions: tuple[str, ...] = ()
    told_of: str = ""
    tongue: Language | None = None
    tongue_from: Language | None = None
    offer: Offer | None = None
    filling: Filling | None = None
    wish: str = ""
