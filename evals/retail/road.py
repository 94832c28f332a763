"""An action of the tasks, done through our own tools: a buyer's form, their proof, the policy,
the ledger, a person's yes, the sandbox, the shop's records."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from agents.buying import offer_in
from agents.delivery import Hands
from agents.desk import Desk
from agents.events import Answer
from agents.recording import Doing, Replying
from agents.service import verify
from evals.retail.data import Action, Json
from evals.worlds import World
from tradewind.base import Record
from tradewind.effects import Rule
from tradewind.errors import SpecError
from tradewind.people import Actor, Session

Confirm = Literal["yes", "no", "nobody", "silence", "declined"]
"""Who says yes: the buyer and the shop, the buyer alone (the shop says no, or nothing), nobody (the
buyer says nothing, or no)."""


class Done(Record):
    """What became of an action: "done", "refused" (by the records or the policy), "waiting"
    (nobody said yes), "rejected"; `rule` and `why` as the buyer's answer tells them."""

    status: str
    rule: str = ""
    why: str = ""


@dataclass(frozen=True)
class Counter:
    """The shop's counter: where a buyer of the tasks is served."""

    world: World

    async def serve(self, db: Json, user: str, action: Action, confirm: Confirm = "yes") -> Done:
        """Do one action for a user, who proves the order with its number and their e-mail."""
        shop = self.world.open_shop()
        hands = shop.hands
        if hands is None:
            raise SpecError("the retail shop changes nothing", "Open it with hands.")
        allow(hands, self.world)
        session = self._session(db, user, action)
        name, arguments = ours(action)
        form = Doing(tool=name, arguments=arguments)
        accepted = await self.world.assistant.accept(session, shop, f"form {name}", form=form)
        shown = (await self.world.assistant.answer(accepted)).answer
        offer = offer_in(shown)
        if offer is None:
            return _refused(shown)
        if confirm == "silence":
            return Done(status="offered")
        reply = Replying(offered=offer.run, hash=offer.hash, yes=confirm != "declined")
        accepted = await self.world.assistant.accept(session, shop, "yes", reply=reply)
        ended = await self.world.assistant.answer(accepted)
        effects = hands.ledger.of_run(ended.run)
        if not effects:
            return Done(status="declined") if confirm == "declined" else _refused(ended.answer)
        if confirm != "nobody":
            desk, staff = Desk(self.world.assistant), self.world.session("merchant")
            (asked,) = hands.ledger.pending(session.thread)
            await desk.decide(staff, shop, asked.id, yes=confirm == "yes")
        (effect,) = hands.ledger.of_run(ended.run)
        waits = effect.status == "proposed"
        return Done(status="waiting" if waits else effect.status, why=effect.error or "")

    def close_open(self) -> None:
        """Reject what is still asked about."""
        hands = self.world.open_shop().hands
        for asked in hands.ledger.pending() if hands else ():
            effect = hands.ledger.get(asked.effect) if hands else None
            if hands and effect:
                hands.drop(effect, "nobody answered")

    def _session(self, db: Json, user: str, action: Action) -> Session:
        """The buyer, as far as they are proven: the order by its number and their own e-mail."""
        bare = self.world.session("buyer")
        session = bare.model_copy(update={"actor": Actor(id=user, audience="buyer")})
        if action.name == "modify_user_address":
            return session.model_copy(update={"customer": user})
        email, reader = db["users"][user]["email"], self.world.open_shop().reader
        proven = verify(reader, str(action.arguments["order_id"]), email)
        return session.model_copy(update={"verified_order": proven or None})


def _refused(answer: Answer) -> Done:
    told = answer.details
    why = told.get("note") or ("the order is not proven" if answer.asks == "identity" else "")
    return Done(status="refused", rule=str(told.get("rule", "")), why=str(why))


def allow(hands: Hands, world: World) -> None:
    """Let buyers' wishes be put to people, once for a shop."""
    if hands.rules.rules(None, hands.clock()):
        return
    for n, tool in enumerate(sorted({name for name, _ in _OURS.values()})):
        hands.rules.put(Rule(
            id=f"ru_retail_{n}", tenant=world.tenant.id, tool=tool, mode="ask",
            audiences=("buyer",), granted_by="eval", created_at=hands.clock(),
        ))  # fmt: skip


def ours(action: Action) -> tuple[str, dict[str, Any]]:
    """Our tool for an action of the tasks, and its arguments."""
    name, arguments = _OURS[action.name]
    return name, arguments(action.arguments)


def _place(told: Json) -> Json:
    parts = {
        "line1": "address1", "line2": "address2", "city": "city", "region": "state",
        "postcode": "zip",
    }  # fmt: skip
    address = {ours: told[theirs] for ours, theirs in parts.items() if told[theirs]}
    country = "US" if told["country"] == "USA" else told["country"]
    return address | {"country": country}


def _swap(told: Json) -> Json:
    return _returned(told) | {"new_items": told["new_item_ids"]}


def _returned(told: Json) -> Json:
    return {
        "order_id": told["order_id"], "items": told["item_ids"],
        "method": told["payment_method_id"],
    }  # fmt: skip


_OURS: dict[str, tuple[str, Callable[[Json], Json]]] = {
    "cancel_pending_order": (
        "orders.cancel", lambda t: {"order_id": t["order_id"], "reason": t["reason"]},
    ),
    "modify_pending_order_address": (
        "orders.change_address", lambda t: {"order_id": t["order_id"], "address": _place(t)},
    ),
    "modify_pending_order_payment": (
        "orders.change_payment",
        lambda t: {"order_id": t["order_id"], "method": t["payment_method_id"]},
    ),
    "modify_pending_order_items": ("orders.change_items", _swap),
    "return_delivered_order_items": ("orders.return", _returned),
    "exchange_delivered_order_items": ("orders.exchange", _swap),
    "modify_user_address": (
        "customers.change_address",
        lambda t: {"customer_id": t["user_id"], "address": _place(t)},
    ),
}  # fmt: skip
