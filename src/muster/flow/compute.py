"""Where heavy pure functions run: any concurrent.futures.Executor; results enter only through the fenced commit."""

import asyncio
import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, ThreadPoolExecutor
from types import TracebackType
from typing import TypeVar

from muster.vocabulary.errors import MusterError, StepTimeout, UnexpectedFault, WorkerLost

In = TypeVar("In")
Out = TypeVar("Out")


def _end_with_parent() -> None:
    """A compute process whose worker was killed would wait for ever: its siblings keep the pipe to it open."""

    def follow() -> None:
        parent = multiprocessing.parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


class Compute:
    """An executor with a time limit per call. One that broke or hangs is replaced before the next call."""

    def __init__(self, kind: str, workers: int) -> None:
        self._kind, self._workers = kind, workers
        self._executor = self._fresh()

    def _fresh(self) -> Executor:
        if self._kind != "processes":
            return ThreadPoolExecutor(self._workers, thread_name_prefix="compute")
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._workers, mp_context=context, initializer=_end_with_parent)

    def _replace(self, worn: Executor) -> None:
        """What else ran on the worn one ends too and is tried again; a thread cannot be ended and is left behind."""
        if self._executor is not worn:
            return
        self._executor = self._fresh()
        processes = list(worn._processes.values()) if isinstance(worn, ProcessPoolExecutor) and worn._processes else []
        worn.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()

    def __enter__(self) -> "Compute":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def run(self, function: Callable[[In], Out], argument: In, timeout: float) -> Out:
        """The function's result. Raises StepTimeout, WorkerLost, the function's own MusterError, or UnexpectedFault."""
        executor, name = self._executor, getattr(function, "__qualname__", repr(function))
        try:
            future = asyncio.get_running_loop().run_in_executor(executor, function, argument)
            return await asyncio.wait_for(future, timeout)
        except TimeoutError as error:
            self._replace(executor)
            raise StepTimeout(f"{name} took longer than {timeout:g} s.") from error
        except BrokenExecutor as error:
            self._replace(executor)
            raise WorkerLost("A compute process ended in the middle of a step.") from error
        except MusterError:
            raise
        except Exception as error:
            raise UnexpectedFault(f"{type(error).__name__} in {name}: {error}") from error
