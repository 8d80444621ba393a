"""One bar per phase on a terminal."""

from collections.abc import Sequence
from types import TracebackType
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from muster.cli.output import MESSAGES
from muster.store.flows import FlowRow
from muster.vocabulary.phases import PHASE_ORDER


class Progress:
    """Bars that count imports per phase, the part of an import that is done included."""

    def __init__(self, wanted: bool) -> None:
        columns = (TextColumn("{task.description:<22}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bars = Bars(*columns, console=MESSAGES, disable=not (wanted and MESSAGES.is_terminal))
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "Progress":
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def update(self, rows: Sequence[FlowRow], runs: Sequence[Sequence[dict[str, Any]]]) -> None:
        """Show how far every phase came over all imports."""
        for phase in PHASE_ORDER:
            if phase not in self._tasks:
                self._tasks[phase] = self._bars.add_task(phase.value, total=len(rows))
            done = sum(_part(run) for flow_runs in runs for run in flow_runs if run["phase"] == phase)
            self._bars.update(self._tasks[phase], completed=round(done, 2), total=len(rows))


def _part(run: dict[str, Any]) -> float:
    if run["state"] == "completed":
        return 1.0
    return min(0.99, run["rows_done"] / run["rows_total"]) if run["rows_total"] else 0.0
