"""Shows a run's progress: a live bar on a terminal, one line per phase anywhere else."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

PHASES = {
    "search": "Search",
    "rewrite": "Rewrite",
    "history": "Finished dates",
    "verify": "Verify",
    "keys": "Keys",
    "land": "Land",
    "plan": "Plan",
    "build": "Build models",
    "measure": "Measure dates",
    "export": "Export",
    "audit": "Audit",
    "publish": "Publish",
    "rules": "Check rules",
    "champion build": "Rules in force",
    "champion measure": "  by date",
    "challenger build": "Changed rules",
    "challenger measure": "  by date",
}


class ProgressView:
    """Callable as progress(phase, step, done, total); a context manager that stops the live display."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live: Progress | None = None
        self._task: TaskID | None = None
        self._phase = ""
        if console.is_terminal:
            self._live = Progress(
                SpinnerColumn(),
                TextColumn("{task.description:<13}"),
                BarColumn(bar_width=28),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TextColumn("[dim]{task.fields[step]}"),
                console=console,
            )

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            if error is None:
                self._finish()
            self._live.stop()

    def __call__(self, phase: str, step: str, done: int, total: int) -> None:
        if phase != self._phase:
            self._finish()
            self._phase = phase
            title = PHASES.get(phase, phase)
            if self._live:
                self._task = self._live.add_task(title, total=None, step="")
            else:
                self._console.print(f"{title} ...", highlight=False)
        if self._live and self._task is not None and step:
            self._live.update(self._task, completed=done, total=total or None, step=step)

    def _finish(self) -> None:
        if self._live and self._task is not None:
            task = self._live.tasks[self._task]
            total = task.total or 1
            self._live.update(self._task, completed=total, total=total, step="")
            self._live.stop_task(self._task)
