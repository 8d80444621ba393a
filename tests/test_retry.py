"""Trying again: the decorator with a clock that only counts, and the engine's rule as a table."""

import asyncio

import pytest

from muster.flow.retry import async_retry, delay_before_next
from muster.vocabulary.errors import (
    FileDamaged,
    MusterError,
    StepTimeout,
    StoreUnavailable,
    TransactionConflict,
    WorkerLost,
)


class Call:
    """Fails as often as it is told to, and counts."""

    def __init__(self, failures: int, error: type[Exception] = ConnectionError) -> None:
        self.failures, self.error, self.calls = failures, error, 0

    async def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self.failures:
            raise self.error(f"call {self.calls}")
        return "done"


@pytest.fixture
def sleeps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were waited, none of which pass."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return waited


def wrapped(call: Call, **options: object):  # type: ignore[no-untyped-def]
    @async_retry(**options)  # type: ignore[arg-type]
    async def fetch() -> str:
        """Fetch it."""
        return await call()

    return fetch


async def test_success_at_the_first_attempt_calls_once(sleeps: list[float]) -> None:
    call = Call(0)
    assert await wrapped(call)() == "done"
    assert (call.calls, sleeps) == (1, [])


async def test_a_transient_error_is_tried_again(sleeps: list[float]) -> None:
    call = Call(2)
    assert await wrapped(call)() == "done"
    assert (call.calls, sleeps) == (3, [1.0, 2.0])


async def test_after_the_last_attempt_the_last_error_comes_unchanged(sleeps: list[float]) -> None:
    call = Call(9)
    with pytest.raises(ConnectionError, match="^call 4$"):
        await wrapped(call)()
    assert (call.calls, sleeps) == (4, [1.0, 2.0, 4.0])


async def test_other_errors_are_not_tried_again(sleeps: list[float]) -> None:
    call = Call(1, KeyError)
    with pytest.raises(KeyError):
        await wrapped(call, exceptions=(ConnectionError,))()
    assert (call.calls, sleeps) == (1, [])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"max_retries": 0}, []),
        ({"max_retries": 2, "initial_delay": 0.5, "backoff_factor": 3.0}, [0.5, 1.5]),
        ({"backoff_factor": 1.0}, [1.0, 1.0, 1.0]),
    ],
)
async def test_the_delays_are_initial_times_factor_to_the_attempt(
    sleeps: list[float], options: dict[str, float], expected: list[float]
) -> None:
    with pytest.raises(ConnectionError):
        await wrapped(Call(99), **options)()
    assert sleeps == expected


async def test_the_wrapped_function_keeps_its_name_and_each_attempt_is_logged(
    sleeps: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    fetch = wrapped(Call(1))
    assert (fetch.__name__, fetch.__doc__) == ("fetch", "Fetch it.")
    await fetch()
    said = capsys.readouterr()
    assert all(word in said.out + said.err for word in ("retry", "attempt", "delay", "call 1"))


@pytest.mark.parametrize(
    ("error", "delays"),
    [
        (FileDamaged(), []),
        (MusterError(), []),
        (WorkerLost(), [0.5, 1.0, 2.0]),
        (StepTimeout(), [0.5]),
        (TransactionConflict(), [0.5, 1.0] + [2.0] * 17),
        (StoreUnavailable(), [0.5, 1.0, 2.0, 4.0, 8.0, 16.0] + [30.0] * 5),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, MusterError) else "",
)
def test_the_engine_is_as_patient_as_the_error_deserves(error: MusterError, delays: list[float]) -> None:
    assert [delay_before_next(error, attempt) for attempt in range(1, len(delays) + 2)] == [*delays, None]
