"""A person of the shop answers what the advice on a dispute asks: checked, then kept as theirs."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from pydantic import JsonValue

from agents.chargeback.telling import Point, Telling, points_of
from agents.engines.dossier import gather_dispute
from agents.events import Answer
from agents.journal import Place
from agents.kit import Kit, Request
from agents.run import Run
from agents.saying import say
from tradewind.base import Language, Record, Time
from tradewind.commerce import SourceRow, Statement
from tradewind.errors import InvalidInput, NotFound, ToolDenied
from tradewind.plan import Scenario
from tradewind.ports.storage import ShopReader, ShopStore

ADVISE = "chargeback.advise"
"""The scenario that gathers a dispute's records and says what is advised then."""
TICK = timedelta(microseconds=1)
SOURCE = "stated"
"""What a statement's row names as its source."""


class Stating(Record):
    """What was stated in a turn."""

    statements: tuple[Statement, ...]


async def find_points(
    run: Run, kit: Kit, scenario: Scenario, dispute_id: str, telling: Telling
) -> tuple[Point, ...]:
    """What is told, checked against the records. Raises NotFound, InvalidInput."""
    request = Request(text="", language="en", inputs={"dispute_id": dispute_id})
    evidence = await gather_dispute(run, kit, scenario, request)
    if not evidence:
        raise NotFound(f"there is no dispute {dispute_id}.", "See `tradewind disputes list`.")
    return points_of(await _known(run, telling), evidence, kit.rules)


async def _known(run: Run, telling: Telling) -> Telling:
    """The order and payment under their own ids. Raises InvalidInput for one that the shop has
    not."""
    if not (telling.order or telling.payment):
        return telling
    asked: dict[str, JsonValue] = {"order": telling.order, "payment": telling.payment}
    found = await run.look("disputes.tell.known", asked, _ids(telling))
    assert isinstance(found, dict)
    for name in ("order", "payment"):
        if asked[name] and not found[name]:
            raise InvalidInput(
                f"the shop has no {name} {asked[name]}.", f"Import the {name} first, or check it."
            )
    return telling.model_copy(update=found)


def _ids(telling: Telling) -> Callable[[ShopReader], JsonValue]:
    def read(shop: ShopReader) -> JsonValue:
        order = shop.order(telling.order) if telling.order else None
        payment = shop.payment(telling.payment) if telling.payment else None
        return {"order": order.id if order else "", "payment": payment.id if payment else ""}

    return read


def state(
    points: Sequence[Point], dispute_id: str, by: str, at: Time, mark: str
) -> tuple[Statement, ...]:
    """The statements of one telling. The same `mark` gives the same ids."""
    return tuple(
        Statement(
            id=f"st_{mark}_{n}", dispute_id=dispute_id, about=point.about, value=point.value,
            right=point.right, was=point.was, by=by, at=at,
        )
        for n, point in enumerate(points, start=1)
    )  # fmt: skip


def keep(
    shop: ShopStore, points: Sequence[Point], dispute_id: str, by: str, at: Time, mark: str
) -> tuple[Statement, ...]:
    """Keep them beside the shop's records, later than what was stated before, which stays."""
    before = [s.at for s in shop.statements_of(dispute_id) if mark not in s.id]
    stated = state(points, dispute_id, by, max([at, *(b + TICK for b in before)]), mark)
    _put(shop, stated)
    return stated


def _put(shop: ShopStore, statements: Sequence[Statement]) -> None:
    shop.put(SourceRow(record=item, raw={}, source=SOURCE) for item in statements)


async def tell_in_turn(
    run: Run, kit: Kit, language: Language, inputs: Mapping[str, str], telling: Telling
) -> Answer | None:
    """Keep what a message of the shop's own staff answers; the answer that says why not, where it
    cannot be. A run that is done again keeps it once."""
    dispute_id = inputs["dispute_id"]
    try:
        points = await find_points(run, kit, kit.catalog[ADVISE], dispute_id, telling)
        await _keep_in_turn(run, points, dispute_id)
    except (InvalidInput, NotFound, ToolDenied) as error:
        text = say(kit, language, "dispute.not_told")
        return Answer(text=text, language=language, details={"refused": str(error)})
    return None


async def _keep_in_turn(run: Run, points: Sequence[Point], dispute_id: str) -> None:
    """Raises ToolDenied for buyers, and where nothing can be kept."""
    now, by = run.now(), run.session.actor.id

    async def act(place: Place) -> Stating:
        mark = f"{run.journal.run}_{place[0]}_{place[1]}"
        if run.stubbed:
            return Stating(statements=state(points, dispute_id, by, now, mark))
        records = run.change.hands.records if run.change else None
        if records is None or run.session.audience == "buyer":
            raise ToolDenied("nothing can be stated here.", "Open the shop with its hands.")
        return Stating(statements=await run.off(keep, records, points, dispute_id, by, now, mark))

    asked: dict[str, JsonValue] = {
        "dispute": dispute_id, "points": [p.model_dump(mode="json") for p in points]
    }  # fmt: skip
    await run.take("tool", "disputes.tell", asked, "draft", act, Stating)


def revoke(shop: ShopStore, dispute_id: str, statement_id: str, by: str, at: Time) -> Statement:
    """Take one back; again changes nothing. Raises NotFound."""
    told = shop.statements_of(dispute_id)
    found = next((item for item in told if item.id == statement_id), None)
    if found is None:
        raise NotFound(
            f"there is no statement {statement_id} on dispute {dispute_id}.",
            f"See `tradewind disputes show {dispute_id}`.",
        )
    if found.revoked_at is not None:
        return found
    ended = found.model_copy(update={"revoked_at": at, "revoked_by": by})
    _put(shop, [ended])
    return ended
