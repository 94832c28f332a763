"""Following disputes: what the processor tells of them now goes into the shop's records."""

import asyncio
import logging
from collections.abc import Iterable
from datetime import date

from connectors.outside import followed_address
from connectors.stripe_account import StripeAccount
from connectors.stripe_filing import PATIENCE
from tradewind.base import Record, Time
from tradewind.commerce import Dispute, DisputeState
from tradewind.datafile import read_data
from tradewind.errors import BackendError, InvalidInput, NotFound, PlatformError, ToolFailed
from tradewind.people import Tenant
from wiring.platform import DISPUTES, Platform

DECIDED: frozenset[DisputeState] = frozenset(("won", "lost", "closed"))
_log = logging.getLogger("tradewind.following")


class Pace(Record):
    """`data/disputes/following.toml`."""

    version: int
    as_of: date
    source: str
    confidence: str
    minutes: int
    most: int


class Followed(Record):
    """A dispute after a look at the processor's; `was` is its state before. `error` says why
    nothing was told, `unanswered` that the processor could not be reached."""

    id: str
    was: DisputeState
    state: DisputeState
    status: str = ""
    submissions: int | None = None
    due_by: Time | None = None
    closed_at: Time | None = None
    error: str = ""
    unanswered: bool = False


def read_pace() -> Pace:
    return read_data(DISPUTES / "following.toml", Pace)


def follow(platform: Platform, tenant: str, dispute_id: str = "") -> list[Followed]:
    """Look at one dispute, or at all that are not decided, and write what is told. Where the
    processor does not answer, the rest is left for the next time.

    Raises NotFound; InvalidInput where no processor is connected, or the dispute is elsewhere;
    ToolFailed for a shop without a key.
    """
    account = _account(platform, tenant)
    asked = [_named(platform, tenant, dispute_id)] if dispute_id else _open(platform, tenant)
    found: list[Followed] = []
    for dispute in asked:
        found.append(_look(platform, tenant, account, dispute))
        if found[-1].unanswered:
            break
    return found


def _account(platform: Platform, tenant: str) -> StripeAccount:
    address = followed_address(platform.settings.disputes)
    if not address:
        raise InvalidInput(
            "no processor is connected that could be asked.",
            "Set TRADEWIND_DISPUTES=stripe: and the shop's key; or import the disputes again.",
        )
    account = StripeAccount(address, lambda: platform.stripe_key(tenant), PATIENCE)
    account.client()
    return account


def _named(platform: Platform, tenant: str, dispute_id: str) -> Dispute:
    found = platform.database.shop(tenant).dispute(dispute_id)
    if found is None:
        raise NotFound(f"there is no dispute {dispute_id}.", "See `tradewind disputes list`.")
    if found.processor != "stripe":
        raise InvalidInput(
            f"dispute {found.id} is at {found.processor or 'a processor unknown'}.",
            "Import it again to see how it stands.",
        )
    return found


def _open(platform: Platform, tenant: str) -> list[Dispute]:
    known = platform.database.shop(tenant).disputes()
    return [d for d in known if d.processor == "stripe" and d.state not in DECIDED][
        : read_pace().most
    ]


def _look(platform: Platform, tenant: str, account: StripeAccount, before: Dispute) -> Followed:
    """One look; what is refused for one dispute does not stop the others."""
    try:
        platform.hear(tenant, account.dispute(before.id))
    except (ToolFailed, BackendError) as error:
        return Followed(
            id=before.id, was=before.state, state=before.state, error=str(error),
            unanswered=isinstance(error, BackendError),
        )  # fmt: skip
    now = platform.database.shop(tenant).dispute(before.id) or before
    return Followed(
        id=now.id, was=before.state, state=now.state, status=now.status,
        submissions=now.submissions, due_by=now.due_by, closed_at=now.closed_at,
    )  # fmt: skip


async def follow_all(platform: Platform, tenants: Iterable[Tenant]) -> list[Followed]:
    """One look at the open disputes of the shops that have a key, each off the event loop: who is
    called off waits for one answer, not for all."""
    found: list[Followed] = []
    for tenant in tenants:
        try:
            if await asyncio.to_thread(platform.stripe_key, tenant.id):
                found += await _follow_shop(platform, tenant.id)
        except PlatformError as error:
            _log.error("shop %s: %s", tenant.id, error)
    for one in found:
        if one.error:
            _log.warning("dispute %s: %s", one.id, one.error)
    return found


async def _follow_shop(platform: Platform, tenant: str) -> list[Followed]:
    account, found = _account(platform, tenant), list[Followed]()
    for dispute in await asyncio.to_thread(_open, platform, tenant):
        found.append(await asyncio.to_thread(_look, platform, tenant, account, dispute))
        if found[-1].unanswered:
            break
    return found


async def following(platform: Platform) -> None:
    """Look at all shops' open disputes, again and again, off the event loop."""
    if not followed_address(platform.settings.disputes):
        return
    pause = read_pace().minutes * 60
    while True:
        try:
            tenants = await platform.assistant.off(platform.database.tenants().tenants)
            await follow_all(platform, tenants)
        except PlatformError as error:
            _log.error("%s", error)
        await asyncio.sleep(pause)
