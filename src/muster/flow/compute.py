"""Where heavy pure functions run: any concurrent.futures.Executor; results enter only through the fenced commit."""

import asyncio
import multiprocessing
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import TypeVar

from muster.vocabulary.errors import MusterError, StepTimeout, UnexpectedFault, WorkerLost

In = TypeVar("In")
Out = TypeVar("Out")


class Compute:
    """An executor with a time limit per call."""

    def __init__(self, kind: str, workers: int) -> None:
        self._executor: Executor = (
            ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
            if kind == "processes"
            else ThreadPoolExecutor(workers, thread_name_prefix="compute")
        )

    def __enter__(self) -> "Compute":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def run(self, function: Callable[[In], Out], argument: In, timeout: float) -> Out:
        """The function's result. Raises StepTimeout, WorkerLost, the function's own MusterError, or UnexpectedFault for any other."""
        future = asyncio.get_running_loop().run_in_executor(self._executor, function, argument)
        try:
            return await asyncio.wait_for(future, timeout)
        except TimeoutError as error:
            raise StepTimeout(f"{function.__module__}.{function.__name__} took longer than {timeout:g} s.") from error
        except BrokenProcessPool as error:
            raise WorkerLost("A compute process ended in the middle of a step.") from error
        except MusterError:
            raise
        except Exception as error:
            raise UnexpectedFault(
                f"{type(error).__name__} in {function.__module__}.{function.__name__}: {error}"
            ) from error
