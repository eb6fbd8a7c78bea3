"""Answers Rasa's imports of TensorFlow where TensorFlow is not installed.

Rasa imports TensorFlow from many modules, also when no component of the pipeline uses it; that costs 450 MB and eight
seconds at every start. With this finder in place those imports give placeholders: fit to be subclassed, to stand in an
annotation or to decorate, and refusing with a clear error when really called. So everything in Rasa works except what
is TensorFlow at heart (DIET, TED, UnexpecTED, ConveRT, the language-model featurizer); for those the NLU environment
is installed with its ``tensorflow`` extra, the switch ``LABAS_NLU_TENSORFLOW=1`` is set, and only what is then still
missing (``tensorflow_hub``, ``tensorflow_text``, ``jax``) is answered here.

skops is answered too: importing it walks every module in memory, and our components do not use it.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

__all__ = ["SWITCH", "TensorFlowMissingError", "install", "is_installed", "wants_tensorflow"]

SWITCH = "LABAS_NLU_TENSORFLOW"
ALWAYS_ANSWERED = ("jax", "tensorflow_addons", "tensorflow_hub", "tensorflow_text")
ANSWERED_WITHOUT_TENSORFLOW = ("keras", "skops", "tensorflow")


class TensorFlowMissingError(ImportError):
    """A placeholder was called: a component that needs TensorFlow is in use without it."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} was called, but TensorFlow is not in this environment. Install the NLU project with its extra "
            f"(uv sync --project nlu --extra tensorflow) and set {SWITCH}=1."
        )


class _PlaceholderType(type):
    """The type of placeholders: any attribute is another placeholder; a call refuses, except as a bare decorator."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _placeholder(f"{cls.__module__}.{cls.__qualname__}.{name}")

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if not cls.__dict__.get("_is_placeholder"):  # a real subclass written by someone, for example a Keras layer
            raise TensorFlowMissingError(cls.__qualname__)
        if len(args) == 1 and not kwargs and callable(args[0]):  # @tf.function over a method
            return args[0]
        raise TensorFlowMissingError(f"{cls.__module__}.{cls.__qualname__}")

    def __or__(cls, other: Any) -> Any:  # "tf.Tensor | None" in an annotation
        return cls

    def __getitem__(cls, item: Any) -> Any:
        return cls


def _placeholder(full_name: str) -> Any:
    module, _, name = full_name.rpartition(".")
    return _PlaceholderType(name, (), {"__module__": module, "_is_placeholder": True})


class _PlaceholderModule(ModuleType):
    """A module in which every public name is a placeholder."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = _placeholder(f"{self.__name__}.{name}")
        setattr(self, name, value)
        return value


class StubFinder(MetaPathFinder, Loader):
    """Finds the named top-level packages and everything under them, before any other finder is asked."""

    def __init__(self, packages: Sequence[str]) -> None:
        self.packages = frozenset(packages)

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> Any:
        """The spec of a placeholder module, or None when the name is not one of ours."""
        if fullname.partition(".")[0] not in self.packages:
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """An empty placeholder module."""
        module = _PlaceholderModule(spec.name)
        module.__path__ = []
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run: the names are made when asked for."""


def wants_tensorflow() -> bool:
    """Whether the switch asks for the real TensorFlow."""
    return os.environ.get(SWITCH, "").strip().lower() in {"1", "true", "yes", "on"}


def is_installed() -> bool:
    """Whether the finder is in place in this process."""
    return any(isinstance(finder, StubFinder) for finder in sys.meta_path)


def install() -> tuple[str, ...]:
    """Put the finder in place, before Rasa is imported; gives the names of the packages it answers.

    With the switch on, a package that is really there is left alone. Raises RuntimeError if Rasa was imported before.
    """
    if is_installed():
        return tuple(sorted(next(f for f in sys.meta_path if isinstance(f, StubFinder)).packages))
    if "rasa" in sys.modules:
        raise RuntimeError("tensorflow_stub.install() must run before rasa is imported")
    if wants_tensorflow():
        names = tuple(name for name in ALWAYS_ANSWERED if importlib.util.find_spec(name) is None)
    else:
        names = ALWAYS_ANSWERED + ANSWERED_WITHOUT_TENSORFLOW
    sys.meta_path.insert(0, StubFinder(names))
    return tuple(sorted(names))
