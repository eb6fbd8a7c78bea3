"""Long work shown while it goes on: a bar on a terminal, a line a step elsewhere, always on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

Show = Callable[[str, float | None], None]


@contextmanager
def progress() -> Iterator[Show]:
    """A function ``show(what, share)``; ``share`` is 0 to 1, or None when the length is not known."""
    console = Console(stderr=True)
    if not console.is_terminal:
        last: list[str] = []

        def line(what: str, share: float | None) -> None:
            if last != [what]:
                last[:] = [what]
                print(f"labas: {what} …", file=sys.stderr, flush=True)

        yield line
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, visible=False)

        def draw(what: str, share: float | None) -> None:
            bar.update(
                task, description=what, total=1.0 if share is not None else None, completed=share or 0, visible=True
            )

        yield draw
