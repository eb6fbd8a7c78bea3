"""Runs the training graph of a model: node after node, and the last ones, which wait for nobody, side by side.

What reads the sentences (tokens, names, meanings) must come first; the classifiers and the tagger then learn from the
same sentences and know nothing of each other. The solvers hold the interpreter's lock, so these are processes.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from rasa.engine.graph import GraphNode

from nlu.components.parallel import in_processes
from nlu.runner import OrderedRunner, call

__all__ = ["TrainingRunner"]


class TrainingRunner(OrderedRunner):
    """An ``OrderedRunner`` for the training graph; every last node writes what it learnt into the model's folder."""

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """Run the graph. Only the first of the last nodes (in the pipeline's order) is in the answer: the others'
        work is in the model's folder, and their answers stay in their processes."""
        wanted = tuple(targets or self._schema.target_names)
        plan = self._plan(wanted)
        needed = {need for _, _, needs in plan for need in needs}
        done: dict[str, Any] = dict(inputs or {})
        for name, node, needs in plan:
            if name in needed:
                done[name] = call(node, needs, done)
        last = {name: (node, needs) for name, node, needs in plan if name not in needed}
        first, *others = [name for name in self._schema.nodes if name in last] or [None]
        with in_processes(partial(_call_all, last, done), processes=1) as run:
            results = run([others])  # the child begins; the first node, which spreads over all cores, stays here
            if first is not None:
                done[first] = call(*last[first], done)
            list(results)
        return {name: done[name] for name in wanted if name in done}


def _call_all(last: dict[str, tuple[GraphNode, tuple[str, ...]]], done: dict[str, Any], names: list[str]) -> None:
    for name in names:
        call(*last[name], done)
