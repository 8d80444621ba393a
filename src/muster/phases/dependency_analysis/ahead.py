"""Read one thing after the other, and compute what was read meanwhile: the database works beside this program."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import TypeVar

AT_A_TIME = 2  # more would only hold more in memory: there is one connection to read from
One = TypeVar("One")
Read = TypeVar("Read")
Made = TypeVar("Made")


async def ahead(
    every: Iterable[One], read: Callable[[One], Awaitable[Read]], compute: Callable[[Read], Made]
) -> AsyncIterator[Made]:
    """What `compute` makes in a thread of what `read` gives of each, in order."""
    begun: deque[asyncio.Task[Made]] = deque()
    for one in every:
        begun.append(asyncio.create_task(asyncio.to_thread(compute, await read(one))))
        if len(begun) > AT_A_TIME:
            yield await begun.popleft()
    while begun:
        yield await begun.popleft()
