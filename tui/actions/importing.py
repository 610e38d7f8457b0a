"""Bringing annotations in: the file's name, then what would come, then all of it as one step."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from storage.errors import ManiculaError
from storage.exchange.taking import Import, Report, summary
from storage.passages import Progress, StoppedError, counting
from tui.actions import action
from tui.panels.prompt import Prompt, Question

if TYPE_CHECKING:
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen

_AGAIN = "gi looks again."


@action("app.import")
def bring_in(screen: ReaderScreen, run: Run) -> str | None:
    """Ask for a file, and say what would come out of it before anything does."""
    del run
    library = screen.session.library
    if library.readonly:
        return "This library cannot be written, so nothing can come in."

    def accept(typed: str) -> str | None:
        try:
            path = Path(typed.strip()).expanduser()
            found = path.is_file()
        except (OSError, RuntimeError, ValueError) as error:
            reason = str(getattr(error, "strerror", "") or error).rstrip(".")
            return f"This path cannot be looked at: {reason}."
        if not found:
            return f"There is no file {path}."
        screen.message = f"Looking through {path.name} …"
        screen.begin(_look, screen, path)
        return None

    hints = (("enter", "look"), ("esc", "close"))
    screen.open_panel(Prompt("import from:", f"{Path.cwd()}/", accept=accept, hints=hints))
    return None


async def _look(screen: ReaderScreen, path: Path) -> None:
    """Read a file in the background, and ask whether what is in it shall come in."""
    problems: list[str] = []
    work: list[Import] = []

    def run(progress: Progress, stopped: Callable[[], bool]) -> None:
        try:
            found = Import(screen.session.library, progress=counting(progress, stopped))
            found.read(path)
            work.append(found)
        except ManiculaError as error:
            problems.append(str(error))

    try:
        await screen.in_thread(run)
    except (StoppedError, asyncio.CancelledError):
        screen.message = f"{path.name} was not taken in: {_AGAIN}"
        raise
    screen.message = "".join(problems)
    if work and screen.free():
        _ask(screen, work[0])
    elif work:
        screen.message = f"{path.name} is looked through, but your hands were full: {_AGAIN}"
    screen.sync()


def _ask(screen: ReaderScreen, work: Import) -> None:
    try:
        (report,) = work.run(dry=True)
    except ManiculaError as error:
        screen.message = str(error)
        return
    if not any(count for (_, fate), count in report.fates.items() if fate in {"new", "changed"}):
        screen.message = f"{report.path.name}: {summary(report)}{_missing(report)}"
        return

    def accept() -> None:
        try:
            (done,) = work.run()
        except ManiculaError as error:
            screen.message = str(error)
            return
        screen.show_taken(f"{summary(done)} · u takes it back{_missing(done)}")

    screen.open_panel(Question(f"Take it in? {summary(report)}", accept))


def _missing(report: Report) -> str:
    """Return a sentence about what stays out; manicula import tells each of it."""
    titles = list(report.strangers)
    parts = [f" Not here: {', '.join(titles[:3])}{' …' if len(titles) > 3 else ''}."] if titles else []  # noqa: PLR2004  # as many as fit
    parts += [f" {report.problems[0]}"] if report.problems else []
    parts += [f" {len(report.problems) - 1} more such; manicula import tells them."] if len(report.problems) > 1 else []
    return "".join(parts)
