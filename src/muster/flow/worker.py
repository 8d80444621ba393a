"""A worker: claims items, keeps their leases, takes over from the dead, and wakes when there is work."""

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from muster.flow.run import Engine, execute
from muster.store import work
from muster.store.listening import Listener
from muster.store.work import Item
from muster.vocabulary.errors import StoreUnavailable, TransactionConflict

log = structlog.get_logger(__name__)
IDLE_POLL = 1.0


@dataclass
class Worker:
    """Runs up to `slots` items at once until `stop` is called."""

    engine: Engine
    slots: int = 2
    lease_seconds: float = 15.0
    tenant_cap: int = 1_000_000
    number: int = 0
    stopping: bool = False
    # By item and fence: after a lost connection an item may be claimed again while its first attempt still computes.
    busy: dict[tuple[int, int], asyncio.Task[None]] = field(default_factory=dict)
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def stop(self) -> None:
        """Finish what is running and claim no more."""
        self.stopping = True
        self.wake.set()

    @property
    def _wanted(self) -> bool:
        return bool(self.busy) or not self.stopping

    async def run(self) -> None:
        """Work until stopped; a lost database is waited for."""
        while self._wanted:
            try:
                await self._session()
            except (StoreUnavailable, TransactionConflict) as error:
                log.warning("worker_waits", error=str(error))
                await asyncio.sleep(0.5)

    async def _session(self) -> None:
        """One life under one life lock: as long as the listening connection lives."""
        async with Listener.open(self.engine.database.url, work.LIFE_LOCK, work.CHANNEL, self.wake) as listener:
            self.number = listener.number
            keeper = asyncio.create_task(self._keep(listener))
            try:
                while self._wanted and not keeper.done():
                    await self._fill()
            finally:
                keeper.cancel()
                with suppress(asyncio.CancelledError):
                    await keeper

    async def _fill(self) -> None:
        """Claim as many items as there are free slots; sleep where there are none of either."""
        self.wake.clear()
        items: list[Item] = []
        free = self.slots - len(self.busy)
        if free > 0 and not self.stopping:
            async with self.engine.database.transaction(None, authority="engine") as tx:
                items = await work.claim(tx, self.number, free, self.tenant_cap, self.lease_seconds)
        for item in items:
            self._begin(item)
        if not items:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.wake.wait(), IDLE_POLL)

    def _begin(self, item: Item) -> None:
        task = asyncio.create_task(execute(self.engine, item))
        self.busy[item.id, item.fence] = task
        task.add_done_callback(lambda done: self._ended(item, done))

    def _ended(self, item: Item, done: asyncio.Task[None]) -> None:
        del self.busy[item.id, item.fence]
        self.wake.set()
        if not done.cancelled() and done.exception() is not None:
            log.error("item_fault", work=item.id, error=str(done.exception()))

    async def _keep(self, listener: Listener) -> None:
        """Renew own leases and hand back what dead workers held; ends when the life lock's connection is gone."""
        while True:
            await asyncio.sleep(min(0.5, self.lease_seconds / 3) * random.uniform(0.8, 1.2))
            await listener.check()
            async with self.engine.database.transaction(None, authority="engine") as tx:
                await work.renew(tx, self.number, [item_id for item_id, _ in self.busy], self.lease_seconds)
                await work.reap(tx, self.number)
