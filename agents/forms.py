"""The form of a wish: what of an order a buyer may choose, as the shop's rules and records allow.

Everything that a person reads in it comes in their language, amounts formatted; the widget only
draws it. A form says nothing about what will happen: that is the offer's (`agents.offers`).
"""

from collections.abc import Iterable, Iterator, Mapping

from pydantic import JsonValue

from agents.blanks import blanks_of
from agents.fields import Field, FieldKind, Form, FormItem, Option
from agents.journal import Place
from agents.kit import Kit
from agents.offers import KINDS, method_in, reason_in
from agents.run import Run
from agents.saying import say
from tools.access import readable_order
from tools.orders.change_payment import other_means
from tools.orders.lines import described, line_of, options_in_words, units_of
from tools.orders.money import chosen, customer_of, method_of, originals
from tools.orders.permission import Refusal, forbidden, refusal, rule_of, too_late
from tools.orders.promised import left_of, promised
from tradewind.base import Language, Money, Record
from tradewind.changes import ChangeKind
from tradewind.commerce import Customer, Order, OrderLine, Product, Variant
from tradewind.errors import ToolDenied
from tradewind.tool import ToolContext

MOST_UNITS = 20
"""Of one thing, the most that a form lists one by one."""
_SWAPS = frozenset(("orders.exchange", "orders.change_items"))
_ITEMS = frozenset(("orders.return", "orders.replace"))
_DAYS = frozenset(("orders.return", "orders.exchange"))
_ADDRESS, _PAYMENT = "orders.change_address", "orders.change_payment"
_REASONED = frozenset(("orders.cancel", "orders.replace", "refunds.ask"))
_MOVES_MONEY = frozenset(("orders.return", "refunds.ask")) | _SWAPS
"""Tools whose arguments name things of the order, a reason, where money goes to or comes from."""


class Opened(Record):
    """A form, or why there is none."""

    form: Form | None = None
    note: str = ""
    rule: str = ""
    legal: bool = False


async def open_form(run: Run, kit: Kit, language: Language, tool: str, order_id: str) -> Opened:
    """The form for a tool and an order. Raises ToolDenied for another's order, ToolRetry."""

    async def look(_: Place) -> Opened:
        return await run.off(_open, run.context, kit, language, tool, order_id)

    asked: dict[str, JsonValue] = {"tool": tool, "order": order_id, "language": language}
    return await run.take("tool", "orders.form", asked, "read", look, Opened)


def _open(context: ToolContext, kit: Kit, language: Language, tool: str, order_id: str) -> Opened:
    kind = KINDS.get(tool)
    if kind is None or f"form.{tool.replace('.', '_')}" not in kit.replies:
        raise ToolDenied(f"there is no form for {tool}.", "Ask a person.")
    order = readable_order(context, order_id)
    why = _against(context, order, kind, tool)
    fields = () if why else tuple(_fields(context, kit, language, tool, kind, order))
    swaps = next((field for field in fields if field.kind == "swaps"), None)
    if swaps is not None and not swaps.items:
        why = Refusal(f"{kind}.available", f"order {order.id}: nothing can come in its place.")
    if why:
        no = refusal(context, order, kind, why)
        return Opened(note=no.note, rule=no.rule, legal=no.legal)
    title = say(kit, language, f"form.{tool.replace('.', '_')}", order_no=order.id)
    words = {name: say(kit, language, f"form.{name}") for name in ("send", "missing", "kept")}
    return Opened(form=Form(tool=tool, order=order.id, title=title, fields=fields, **words))


def _against(context: ToolContext, order: Order, kind: ChangeKind, tool: str) -> Refusal | None:
    """What stands against it whatever is chosen."""
    rule = rule_of(context, kind)
    reason = rule.reasons[0] if rule.reasons else "-" if rule.needs_reason else ""
    why = forbidden(context, order, kind, tool, reason)
    if why is None and tool == _PAYMENT:
        means = other_means(context, order)
        return means if isinstance(means, Refusal) else None
    if why or tool not in _DAYS:
        return why
    ids = dict.fromkeys(line.product_id for line in order.lines)
    return too_late(context, order, kind, [context.shop.product(id_) for id_ in ids])


def _fields(
    context: ToolContext, kit: Kit, language: Language, tool: str, kind: ChangeKind, order: Order
) -> Iterator[Field]:
    def field(name: str, kind: FieldKind, key: str, **more: object) -> Field:
        label = say(kit, language, f"form.{key}")
        if more.get("required") is False:
            label = say(kit, language, "form.optional", label=label)
        return Field.model_validate({"name": name, "kind": kind, "label": label, **more})

    rule = rule_of(context, kind)
    if tool in _SWAPS:
        items = tuple(_swaps(context, kit, language, kind, order))
        yield field("items", "swaps", "swaps", items=items, options=_keep(kit, language))
    elif tool in _ITEMS:
        yield field("items", "items", "items", items=tuple(_items(order)))
    elif tool == _ADDRESS:
        blanks = blanks_of(kit, language, order, fixed=rule.same_country)
        yield field("address", "address", "address", blanks=blanks)
    elif tool == _PAYMENT:
        yield field(
            "method", "choice", "pay_by", options=_other_means(context, kit, language, order)
        )
    if tool in _REASONED and rule.reasons:
        reasons = tuple(
            Option(id=one, label=reason_in(kit, language, one)) for one in rule.reasons
        )  # fmt: skip
        yield field("reason", "choice", "reason", options=reasons, required=rule.needs_reason)
    elif tool in _REASONED and rule.needs_reason:
        yield field("reason", "text", "reason")
    methods = _methods(context, kit, language, kind, order) if tool in _MOVES_MONEY else ()
    if len(methods) > 1:
        yield field("method", "choice", "method", options=methods)
    if kind == "replacement" and rule.needs_photo:
        yield field("photo", "photo", "photo")


def _keep(kit: Kit, language: Language) -> tuple[Option, ...]:
    return (Option(id="", label=say(kit, language, "form.keep")),)


def _items(order: Order) -> Iterator[FormItem]:
    for item, count in units_of(order).items():
        yield FormItem(id=item, label=described(line_of(order, item)), most=min(count, MOST_UNITS))


def _swaps(
    context: ToolContext, kit: Kit, language: Language, kind: ChangeKind, order: Order
) -> Iterator[FormItem]:
    """What can be had in place of each item; one for which there is nothing is left out."""
    promises = promised(context)
    for item, count in units_of(order).items():
        line = line_of(order, item)
        product = context.shop.product(line.product_id)
        same = rule_of(context, kind).same_variant
        found = _others(promises, product, line, same=same) if product else []
        options = tuple(_option(promises, kit, language, line, other) for other in found)
        if options:
            yield FormItem(
                id=item, label=described(line), most=min(count, MOST_UNITS), options=options
            )


def _others(
    promises: Mapping[str, int], product: Product, line: OrderLine, *, same: bool
) -> list[Variant]:
    return [
        v for v in product.variants
        if (same or v.id != line.variant_id) and v.available is not False
        and v.price is not None and v.price.currency == line.price.currency
        and left_of(promises, v) != 0
    ]  # fmt: skip


def _option(
    promises: Mapping[str, int], kit: Kit, language: Language, line: OrderLine, other: Variant
) -> Option:
    cost = other.price or line.price
    more = cost.minor - line.price.minor
    size = Money(minor=abs(more), currency=cost.currency)
    key = "form.more" if more > 0 else "form.less" if more < 0 else "form.same"
    parts = [options_in_words(other.options) or other.id, say(kit, language, key, amount=size)]
    if (left := left_of(promises, other)) is not None:
        parts.append(say(kit, language, "form.left", n=left))
    return Option(id=other.id, label=" · ".join(parts))


def _methods(
    context: ToolContext, kit: Kit, language: Language, kind: ChangeKind, order: Order
) -> tuple[Option, ...]:
    """The means of payment that the rules allow."""
    customer = customer_of(context.shop, order)
    kept = [method.id for method in customer.methods] if customer else []
    ids = [*originals(context.shop, order), *kept]
    allowed = [
        id_ for id_ in dict.fromkeys(filter(None, ids))
        if not isinstance(chosen(context, order, kind, id_), Refusal)
    ]  # fmt: skip
    return _means(kit, language, customer, allowed)


def _other_means(
    context: ToolContext, kit: Kit, language: Language, order: Order
) -> tuple[Option, ...]:
    """The means that may pay in place of the one that did."""
    found = other_means(context, order)
    kept = () if isinstance(found, Refusal) else found
    return _means(kit, language, customer_of(context.shop, order), kept)


def _means(
    kit: Kit, language: Language, customer: Customer | None, ids: Iterable[str]
) -> tuple[Option, ...]:
    return tuple(
        Option(id=id_, label=method_in(kit, language, method_of(customer, id_))) for id_ in ids
    )
