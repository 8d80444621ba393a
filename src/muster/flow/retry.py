"""Trying again: a pure rule for the engine, and a decorator for calls that leave the process."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import structlog

from muster.vocabulary.errors import MusterError, StepTimeout, StoreUnavailable, TransactionConflict

P = ParamSpec("P")
R = TypeVar("R")

# Error -> (most attempts, longest delay in seconds). A database that is away or full comes back within minutes;
# a conflict passes at once and may come again; what ran into its time limit mostly does so again.
PATIENCE: dict[type[MusterError], tuple[int, float]] = {
    StoreUnavailable: (12, 30.0),
    TransactionConflict: (20, 2.0),
    StepTimeout: (2, 1.0),
    MusterError: (4, 10.0),
}
log = structlog.get_logger(__name__)


STOP, SKIP, RETRY = "stop", "skip", "retry"  # what becomes of a chunk that fails


def chunk_delay(error: MusterError, attempt: int, policy: str, retries: int) -> float | None:
    """As delay_before_next, for a chunk: it is tried again `retries` times at most, with the policy `stop` never."""
    return None if policy == STOP or attempt > retries else delay_before_next(error, attempt)


def delay_before_next(error: MusterError, attempt: int) -> float | None:
    """Seconds to wait before attempt `attempt + 1` (the first attempt is 1); None where trying again is no use."""
    most, longest = next(PATIENCE[kind] for kind in type(error).__mro__ if kind in PATIENCE)
    if not error.retryable or attempt >= most:
        return None
    return min(longest, 0.25 * 2.0**attempt)


def async_retry(
    max_retries: int = 3,
    initial_delay: float = 1.0,
    backoff_factor: float = 2.0,
    exceptions: tuple[type[BaseException], ...] = (Exception,),
) -> Callable[[Callable[P, Awaitable[R]]], Callable[P, Awaitable[R]]]:
    """Call again after these exceptions: one try and `max_retries` more, initial_delay * backoff_factor ** n s apart.

    The last error is raised as it came; other exceptions are not caught.
    """

    def decorate(call: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
        @wraps(call)
        async def again(*args: P.args, **kwargs: P.kwargs) -> R:
            for attempt in range(max_retries):
                try:
                    return await call(*args, **kwargs)
                except exceptions as error:
                    delay = initial_delay * backoff_factor**attempt
                    log.warning("retry", call=call.__name__, attempt=attempt + 1, delay=delay, error=str(error))
                    await asyncio.sleep(delay)
            return await call(*args, **kwargs)

        return again

    return decorate
