"""Heavy fits side by side: the linear solver holds the interpreter's lock, so threads would wait for each other."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

__all__ = ["in_processes"]

T = TypeVar("T")
R = TypeVar("R")

# What the children run; they are forked, so they have it, and only arguments and results travel.
_work: Callable[[Any], Any] | None = None


@contextmanager
def in_processes(
    work: Callable[[T], R], processes: int | None = None
) -> Iterator[Callable[[Iterable[T]], Iterator[R]]]:
    """A ``map`` that spreads ``work`` over the processor's cores, results in order; one process where only one fits.

    ``processes``: how many children, by default one a core. What is mapped begins at once, whoever reads the results.
    """
    global _work
    cores = os.cpu_count() or 1
    forks = "fork" in multiprocessing.get_all_start_methods() and not multiprocessing.current_process().daemon
    if cores < 2 or not forks:  # a child may have no children of its own
        yield lambda items: map(work, items)
        return
    _work = work
    try:
        with multiprocessing.get_context("fork").Pool(processes or cores) as pool:
            yield lambda items: pool.imap(_call, items)
    finally:
        _work = None


def _call(item: Any) -> Any:
    assert _work is not None
    return _work(item)
