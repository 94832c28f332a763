"""What a buyer is shown before anything is done for them: exactly what will happen, in their
language, and what their yes is bound to.

An offer is a tool's proposal that nobody has made yet: complete arguments with the versions and
prices that were looked at. Nothing stands in the ledger before the buyer has said yes to it.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from pydantic import JsonValue

from agents.acting import summary
from agents.effect import origins_of, ruling_on, typed_origins
from agents.events import Offer
from agents.journal import Place
from agents.kit import Kit
from agents.run import Run
from agents.saying import say
from tools.orders.asking import Terms
from tools.orders.lines import described, line_of, options_in_words
from tools.orders.money import customer_of, method_of
from tools.orders.permission import policy_of
from tradewind.base import Language, Money, Record
from tradewind.changes import ChangeKind, PaymentMethod
from tradewind.commerce import Order
from tradewind.effects import consent_hash
from tradewind.errors import ToolDenied
from tradewind.evidence import Evidence
from tradewind.tool import Proposal, Tool, ToolContext

KINDS: dict[str, ChangeKind] = {
    "orders.cancel": "cancel", "orders.change_address": "address",
    "orders.change_items": "items", "orders.change_payment": "payment",
    "orders.return": "return", "orders.exchange": "exchange", "orders.replace": "replacement",
    "refunds.ask": "refund",
}  # fmt: skip
"""The rule of the shop's policy that each tool goes by."""
_PAYPAL = "PayPal"
_UNPAID = frozenset(("orders.cancel",))
"""Tools that pay something back at once only where the shop's rules say so."""
_WHOLE = frozenset(("orders.cancel",))
"""Tools that are about all that was ordered."""


class Line(Record):
    """What happens to so many units of one thing: `other` comes in its place, for `cost`."""

    count: int
    what: str
    price: Money
    other: str = ""
    cost: Money | None = None


class Looked(Record):
    """What a look at a buyer's wish found: the proposal, or why there is none.

    `acts`: it is done right after their yes; else a person of the shop says yes as well. `method`
    is the means that money comes from or goes to. `run` is the one that looked, `minutes` how long
    a yes to it counts: a replay has neither.
    """

    note: str = ""
    rule: str = ""
    legal: bool = False
    arguments: dict[str, JsonValue] | None = None
    evidence: Evidence | None = None
    back: Money | None = None
    lines: tuple[Line, ...] = ()
    method: PaymentMethod | None = None
    acts: bool = False
    policy: str = ""
    version: int = 0
    day: date | None = None
    run: str = ""
    minutes: int = 0


async def look_at(run: Run, name: str, arguments: dict[str, JsonValue], *, typed: bool) -> Looked:
    """Look at a buyer's wish without proposing it. `typed`: into a form. Raises ToolDenied,
    ToolRetry."""

    async def look(_: Place) -> Looked:
        return await run.off(_look, run, name, arguments, typed)

    asked: dict[str, JsonValue] = {"arguments": arguments, "typed": typed}
    return await run.take("tool", f"{name}.offer", asked, "read", look, Looked)


def _look(run: Run, name: str, arguments: dict[str, JsonValue], typed: bool) -> Looked:
    tool, audience = run.tool(name), run.session.audience
    if tool is None or run.change is None or audience not in tool.audiences:
        raise ToolDenied(f"tool {name!r} is not open to {audience}s here.", "Ask the shop's staff.")
    if tool.name not in run.acts and not typed:
        raise ToolDenied(f"the request does not ask for {name}.", "Say what is to be done.")
    result = tool(run.context, arguments)
    proposal = result.proposal
    if proposal is None:
        return Looked(note=result.note, rule=result.rule, legal=result.legal)
    origins = (
        typed_origins(audience, tool, arguments) if typed
        else origins_of(run, tool, arguments, proposal.target, None)
    )  # fmt: skip
    ruling = ruling_on(tool, audience, origins, proposal, run.change.hands)
    seen = _seen(run.context, tool, proposal, acts=ruling.verdict == "act")
    minutes = run.change.hands.policy.offer_minutes
    return seen.model_copy(update={"run": run.journal.run, "minutes": minutes})


def _seen(context: ToolContext, tool: Tool, proposal: Proposal, *, acts: bool) -> Looked:
    told, order = proposal.arguments, context.shop.order(str(proposal.arguments.get("order_id")))
    found = Looked(arguments=told, evidence=proposal.evidence, back=proposal.amount, acts=acts)
    kind = KINDS.get(tool.name)
    if order is None or kind is None:
        return found
    rules = policy_of(context)
    return found.model_copy(update={
        "lines": tuple(_lines(context, tool.name, order, told)),
        "method": _method(context, order, str(told.get("method") or "")),
        "policy": f"{kind} of {rules.name}", "version": rules.version,
        "day": rules.date,
    })  # fmt: skip


def _lines(
    context: ToolContext, tool: str, order: Order, told: dict[str, JsonValue]
) -> Iterator[Line]:
    if tool in _WHOLE:
        for line in order.lines:
            yield Line(count=line.quantity, what=described(line), price=line.price)
        return
    items, new = _texts(told.get("items")), _texts(told.get("new_items"))
    if not new:
        for item, count in Counter(items).items():
            line = line_of(order, item)
            yield Line(count=count, what=described(line), price=line.price)
        return
    prices = Terms.model_validate(told["terms"]).prices
    for (item, other, cost), count in Counter(zip(items, new, prices, strict=True)).items():
        line = line_of(order, item)
        product = context.shop.product(line.product_id)
        variants = product.variants if product else ()
        options = next((v.options for v in variants if v.id == other), dict[str, str]())
        yield Line(
            count=count, what=described(line), price=line.price,
            other=options_in_words(options) or other, cost=cost,
        )  # fmt: skip


def _texts(value: JsonValue) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _method(context: ToolContext, order: Order, method_id: str) -> PaymentMethod | None:
    """The means of payment as the customer knows it; of one that is not kept its id alone."""
    if not method_id:
        return None
    known = method_of(customer_of(context.shop, order), method_id)
    return known or PaymentMethod(id=method_id)


def make_offer(
    run: Run, kit: Kit, language: Language, tool: str, looked: Looked, turn: int
) -> Offer:
    """The offer of what was found. `turn` is that of the thread in which it is put."""
    arguments = looked.arguments or {}
    return Offer(
        tool=tool, arguments=arguments, hash=consent_hash(tool, arguments),
        text=in_words(kit, language, tool, looked), policy=looked.policy, language=language,
        run=looked.run, turn=turn, expires_at=run.now() + timedelta(minutes=looked.minutes),
    )  # fmt: skip


def in_words(kit: Kit, language: Language, tool: str, looked: Looked) -> str:
    """All that the buyer reads before they say yes, a line each."""
    told = looked.arguments or {}
    key = f"confirm.{tool.replace('.', '_')}"
    if looked.evidence is not None and key not in kit.replies:
        head = summary(kit, language, looked.evidence)
    else:
        head = say(kit, language, key, order_no=told.get("order_id") or "")
    lines = [head, *(_line(kit, language, line) for line in looked.lines)]
    lines += _money(kit, language, tool, looked)
    if address := _address(kit, language, told.get("address")):
        lines.append(say(kit, language, "confirm.address", address=address))
    if reason := str(told.get("reason") or ""):
        lines.append(say(kit, language, "confirm.reason", reason=reason_in(kit, language, reason)))
    if told.get("photo"):
        lines.append(say(kit, language, "confirm.photo"))
    if looked.version:
        by = {"version": looked.version, "of_day": looked.day}
        lines.append(say(kit, language, "confirm.rule", **by))
    lines.append(say(kit, language, "confirm.at_once" if looked.acts else "confirm.person"))
    return "\n".join(filter(None, lines))


def _line(kit: Kit, language: Language, line: Line) -> str:
    told = {"n": line.count, "what": line.what, "price": line.price}
    if not line.other:
        return say(kit, language, "confirm.line", **told)
    return say(kit, language, "confirm.swap", **told, other=line.other, cost=line.cost)


def _money(kit: Kit, language: Language, tool: str, looked: Looked) -> Iterator[str]:
    """What is paid or goes back, and where it goes."""
    told, way = looked.arguments or {}, method_in(kit, language, looked.method)
    if terms := told.get("terms"):
        more = Terms.model_validate(terms).difference
        size = more.model_copy(update={"minor": abs(more.minor)})
        sign = "pays" if more.minor > 0 else "gets_back" if more.minor < 0 else "stays"
        yield say(kit, language, f"confirm.{sign}", amount=size, method=way)
    elif tool == "refunds.ask":
        yield say(kit, language, "confirm.asks", amount=Money.model_validate(told["amount"]))
        yield say(kit, language, "confirm.goes_to", method=way)
        yield say(kit, language, "confirm.no_refund")
    elif tool == "orders.return":
        yield say(kit, language, "confirm.goes_to", method=way)
    elif tool == "orders.change_payment":
        yield say(kit, language, "confirm.paid_by", method=way)
    elif tool in _UNPAID and not (looked.back and looked.back.minor):
        yield say(kit, language, "confirm.no_refund")
    elif tool == "orders.cancel":
        original = method_in(kit, language, None)
        yield say(kit, language, "confirm.gets_back", amount=looked.back, method=original)


def method_in(kit: Kit, language: Language, method: PaymentMethod | None) -> str:
    """A means of payment in words, as far as it may be told: kind, brand, the last four digits."""
    if method is None:
        return say(kit, language, "form.original")
    kind = _PAYPAL if method.kind == "paypal" else say(kit, language, f"form.{method.kind}")
    rest = " ".join(filter(None, (method.brand, f"•••• {method.last4}" if method.last4 else "")))
    return f"{kind} ({rest})" if rest else kind


def reason_in(kit: Kit, language: Language, reason: str) -> str:
    """A reason in the reader's language; a shop's own as the shop wrote it."""
    key = f"reason.{reason.replace(' ', '_')}"
    return say(kit, language, key) if key in kit.replies else reason


def _address(kit: Kit, language: Language, value: JsonValue) -> str:
    """An address in a line, its country by name."""
    if not isinstance(value, dict):
        return str(value or "")
    told = {name: str(part) for name, part in value.items() if part}
    if code := told.get("country"):
        told["country"] = say(kit, language, "form.country_name", code=code)
    return ", ".join(told.values())
