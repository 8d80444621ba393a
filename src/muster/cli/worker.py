"""muster worker: more hands on the same database, on this or another machine."""

import asyncio
import signal
from typing import Annotated

from cyclopts import Parameter

from muster.cli.command import command
from muster.cli.output import say
from muster.cli.session import engine, opened
from muster.flow.worker import Worker
from muster.settings import read as read_settings


@command
async def worker(
    *,
    slots: Annotated[int | None, Parameter(help="Steps at once; default MUSTER_WORKERS.")] = None,
    tenant_cap: Annotated[int, Parameter(help="Most steps of one client at once on all workers.")] = 1_000_000,
) -> None:
    """Work until SIGTERM or SIGINT; what runs then is finished first."""
    settings = read_settings()
    async with opened(settings) as database, engine(settings, database) as ready:
        hands = Worker(ready, slots or settings.workers, settings.lease_seconds, tenant_cap)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, hands.stop)
        say("The worker is ready.")
        await hands.run()
