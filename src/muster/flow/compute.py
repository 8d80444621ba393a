"""Where heavy pure functions run: any concurrent.futures.Executor; results enter only through the fenced commit."""

import asyncio
import gc
import importlib
import importlib.util
import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, ThreadPoolExecutor
from types import TracebackType
from typing import Any, TypeVar

from muster.flow.allocation import few_arenas, give_back
from muster.vocabulary.errors import MusterError, StepTimeout, UnexpectedFault, UsageError, WorkerLost

In = TypeVar("In")
Out = TypeVar("Out")
CLUSTER = "dask://"
CONNECTING = 10  # seconds
COLLECTED_AT = (
    100_000  # objects made since, at which Python looks for cycles; at its own 700 that took 2 per cent of a run
)


def _begin() -> None:
    """A compute process whose worker was killed would wait for ever: its siblings keep the pipe to it open."""
    few_arenas()
    gc.set_threshold(COLLECTED_AT)

    def follow() -> None:
        parent = multiprocessing.parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def _end(executor: Executor) -> None:
    """Take nothing more and cancel what waits. A cluster's executor cancels whatever it is not told to wait for."""
    if isinstance(executor, ProcessPoolExecutor | ThreadPoolExecutor):
        executor.shutdown(wait=False, cancel_futures=True)
    else:
        executor.shutdown(wait=False)


class Compute:
    """An executor with a time limit per call. One that broke or hangs is replaced before the next call."""

    def __init__(self, kind: str, workers: int) -> None:
        """`kind` is threads, processes, or dask://host:port of a scheduler, which has workers of its own."""
        give_back()
        self._kind, self._workers = kind, workers
        self._cluster: Any = None
        self._executor = self._fresh()

    def _fresh(self) -> Executor:
        if self._kind.startswith(CLUSTER):
            return self._of_cluster(f"tcp://{self._kind.removeprefix(CLUSTER)}")
        if self._kind != "processes":
            return ThreadPoolExecutor(self._workers, thread_name_prefix="compute")
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._workers, mp_context=context, initializer=_begin)

    def _of_cluster(self, address: str) -> Executor:
        """An executor of a Dask cluster. Not pure: a step that is tried again is computed again."""
        if importlib.util.find_spec("distributed") is None:
            raise UsageError("MUSTER_COMPUTE names a Dask cluster.", hint="Install muster[dask].")
        if self._cluster is not None:
            self._cluster.close(timeout=0)
        try:
            self._cluster = importlib.import_module("distributed").Client(address, timeout=CONNECTING)
        except OSError as error:
            raise WorkerLost(f"The Dask scheduler at {address} does not answer: {error}.") from error
        executor: Executor = self._cluster.get_executor(pure=False)
        return executor

    def _replace(self, worn: Executor) -> None:
        """What else ran on the worn one ends too and is tried again; a thread cannot be ended and is left behind."""
        if self._executor is not worn:
            return
        self._executor = self._fresh()
        processes = list(worn._processes.values()) if isinstance(worn, ProcessPoolExecutor) and worn._processes else []
        _end(worn)
        for process in processes:
            process.kill()

    def __enter__(self) -> "Compute":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _end(self._executor)
        if self._cluster is not None:
            self._cluster.close()

    async def run(self, function: Callable[[In], Out], argument: In, timeout: float) -> Out:
        """The function's result. Raises StepTimeout, WorkerLost, the function's own MusterError, or UnexpectedFault."""
        executor, name = self._executor, getattr(function, "__qualname__", repr(function))
        try:
            future = asyncio.wrap_future(executor.submit(function, argument))
            return await asyncio.wait_for(future, timeout)
        except TimeoutError as error:
            self._replace(executor)
            raise StepTimeout(f"{name} took longer than {timeout:g} s.") from error
        except BrokenExecutor as error:
            self._replace(executor)
            raise WorkerLost("A compute process ended in the middle of a step.") from error
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if self._cluster is None or not future.cancelled() or (task is not None and task.cancelling()):
                raise  # it is we who are stopped
            self._replace(executor)
            raise WorkerLost("The cluster gave a step up.") from error
        except MusterError:
            raise
        except Exception as error:
            raise UnexpectedFault(f"{type(error).__name__} in {name}: {error}") from error
