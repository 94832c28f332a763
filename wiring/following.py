"""Following disputes: what the processor tells of them now goes into the shop's records."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
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
    """A dispute after a look at the processor's; `was` is its state before. `error` says why there
    was no answer."""

    id: str
    was: DisputeState
    state: DisputeState
    status: str = ""
    submissions: int | None = None
    due_by: Time | None = None
    closed_at: Time | None = None
    error: str = ""


def read_pace() -> Pace:
    return read_data(DISPUTES / "following.toml", Pace)


def follow(platform: Platform, tenant: str, dispute_id: str = "") -> list[Followed]:
    """Look at one dispute, or at all that are not decided, and write what is told.

    Raises NotFound; InvalidInput where no processor is connected, or the dispute is elsewhere.
    """
    address = followed_address(platform.settings.disputes)
    if not address:
        raise InvalidInput(
            "no processor is connected that could be asked.",
            "Set TRADEWIND_DISPUTES=stripe: and the shop's key; or import the disputes again.",
        )
    asked = [_named(platform, tenant, dispute_id)] if dispute_id else _open(platform, tenant)
    account = StripeAccount(address, lambda: platform.stripe_key(tenant), PATIENCE)
    if asked:
        account.client()
    return [_look(platform, tenant, account, dispute) for dispute in asked]


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
    """One look; what goes wrong with one dispute does not stop the others."""
    try:
        platform.hear(tenant, account.dispute(before.id))
    except (ToolFailed, BackendError) as error:
        return Followed(id=before.id, was=before.state, state=before.state, error=str(error))
    now = platform.database.shop(tenant).dispute(before.id) or before
    return Followed(
        id=now.id, was=before.state, state=now.state, status=now.status,
        submissions=now.submissions, due_by=now.due_by, closed_at=now.closed_at,
    )  # fmt: skip


def follow_all(platform: Platform, tenants: Iterable[Tenant]) -> Sequence[Followed]:
    """One look at the open disputes of the shops that have a key."""
    found: list[Followed] = []
    for tenant in tenants:
        try:
            if platform.stripe_key(tenant.id):
                found += follow(platform, tenant.id)
        except PlatformError as error:
            _log.error("shop %s: %s", tenant.id, error)
    for one in found:
        if one.error:
            _log.warning("dispute %s: %s", one.id, one.error)
    return found


async def following(platform: Platform) -> None:
    """Look at all shops' open disputes, again and again, off the event loop."""
    if not followed_address(platform.settings.disputes):
        return
    pause = read_pace().minutes * 60
    while True:
        try:
            tenants = await platform.assistant.off(platform.database.tenants().tenants)
            await asyncio.to_thread(follow_all, platform, tenants)
        except PlatformError as error:
            _log.error("%s", error)
        await asyncio.sleep(pause)
