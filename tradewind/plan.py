"""Scenarios, intents and plans."""

from typing import Literal

from pydantic import Field, JsonValue, SerializerFunctionWrapHandler, model_serializer

from tradewind.base import Record
from tradewind.people import Audience

Agent = Literal["chargeback", "service", "ads", "studio"]
Engine = Literal["answer", "dossier", "survey", "tune", "produce", "reply", "insights"]
Tier = Literal["small", "base", "large", "vision", "image", "embed"]
InputType = Literal[
    "order_id", "dispute_id", "tracking_no", "email", "postcode", "product",
    "market", "language", "amount", "date", "file", "text", "percent", "address",
    "item", "method", "reason", "customer", "version",
]  # fmt: skip
BuyerIntent = Literal[
    "order_status", "delivery_estimate", "customs_duties", "product_question", "stock_price",
    "return_refund", "cancel_order", "change_address", "damaged_or_wrong_item",
    "payment_invoice", "discount_coupon", "human_agent", "off_topic", "attack",
]  # fmt: skip


class InputSpec(Record):
    """One thing a scenario needs; asked for when required and not in the message.

    `found` are regular expressions, case ignored, whose group `v` is the value, where it is some
    of the message's words and no entity.
    """

    type: InputType
    required: bool = False
    found: tuple[str, ...] = ()


class Scenario(Record):
    """One thing a merchant or buyer can ask for, read from `scenarios/<agent>/<id>.toml`.

    `status` "planned" means: understood and named by the planner, not yet carried out.
    `intent` is the buyer intent it answers, where buyers may ask for it. `act` is the tool that
    writes, where it changes something outside. `form`: a buyer fills one in for it, see
    `agents.forms`; without `replies` it is for nothing else. `arguments` go to the tools beside
    the inputs. `replies` are the reply keys to try, in order, with facts in braces
    (`order_status.{shipment.state}`); those listed in `handover` call a person. `exact`:
    where no line of the texts found answers, a buyer is told that first and a person is called.
    `after` names scenarios that go first when both are in one plan.
    `signs` are regular expressions, case ignored, that leave little doubt within the agent; in a
    buyer's message they tell what was bought already from what is not (`agents.reading`).
    `commands` are, by language, those that tell to do what `act` does, and `requests` those that
    do so as a question; see `agents.instructions`. `wishes` are those that say, anywhere in a
    buyer's message, that they want what the `form` is for.
    """

    id: str
    title: str
    agent: Agent
    engine: Engine
    status: Literal["ready", "planned"] = "planned"
    audiences: tuple[Audience, ...] = ("merchant",)
    intent: BuyerIntent | None = None
    inputs: dict[str, InputSpec] = Field(default_factory=dict)
    tools: tuple[str, ...] = ()
    act: str = ""
    form: bool = False
    evidence: tuple[str, ...] = ()
    prompt: str = ""
    exact: bool = False
    tier: Tier = "base"
    needs: tuple[str, ...] = ()
    arguments: dict[str, str] = Field(default_factory=dict)
    after: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()
    handover: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    commands: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    requests: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    wishes: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    examples: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Intent(Record):
    """What a buyer wants, and the ids, amounts and names found in the text."""

    language: str
    intent: BuyerIntent
    confidence: float
    entities: dict[str, str]


class PlanStep(Record):
    """One scenario with its inputs; `after` holds the indexes of the steps it waits for.

    `instructed`: it changes something, and the words are a plain instruction to do so.
    """

    scenario: str
    agent: Agent
    inputs: dict[str, str] = Field(default_factory=dict)
    after: tuple[int, ...] = ()
    instructed: bool = False

    @model_serializer(mode="wrap")
    def _told(self, handler: SerializerFunctionWrapHandler) -> dict[str, JsonValue]:
        """Told only where it is so: older journals know no such word."""
        told: dict[str, JsonValue] = handler(self)
        return told if self.instructed else {k: v for k, v in told.items() if k != "instructed"}


class Plan(Record):
    """What will be done. No steps: `ask` is a question back, or says that it is out of scope."""

    language: str
    steps: tuple[PlanStep, ...] = ()
    ask: str | None = None
    out_of_scope: bool = False
