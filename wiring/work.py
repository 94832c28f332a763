"""The recovery worker: what a process that died left behind is carried on by another."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager, suppress
from itertools import count

from agents.resuming import Recovered, has_work, recover
from tradewind.errors import PlatformError
from tradewind.people import Tenant
from wiring.following import following
from wiring.platform import Platform

PAUSE = 5.0
"""Seconds between two passes."""
ASK_AGAIN = 12
"""Passes after which the outside is asked once more about what is unknown."""

_log = logging.getLogger("tradewind.work")


async def pass_over(
    platform: Platform, tenants: Iterable[Tenant], *, again: bool = True
) -> dict[str, Recovered]:
    """One pass over the unfinished work of some tenants: what was done for those that had some. A
    tenant whose stores fail is told and passed by."""
    done: dict[str, Recovered] = {}
    for tenant in tenants:
        try:
            if await has_work(platform.assistant, platform.stores(tenant.id), again=again):
                shop = platform.shop(tenant.id)
                done[tenant.id] = await recover(platform.assistant, tenant, shop)
        except PlatformError as error:
            _log.error("shop %s: %s", tenant.id, error)
    return done


@asynccontextmanager
async def working(platform: Platform) -> AsyncGenerator[None]:
    """Passes over all tenants, again and again, while the block runs; beside them a slower look at
    what became of disputes."""
    tasks = [asyncio.create_task(_go_on(platform)), asyncio.create_task(following(platform))]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _go_on(platform: Platform) -> None:
    for number in count():
        try:
            tenants = await platform.assistant.off(platform.database.tenants().tenants)
            await pass_over(platform, tenants, again=number % ASK_AGAIN == 0)
        except PlatformError as error:
            _log.error("%s", error)
        await asyncio.sleep(PAUSE)
