"""Registers our components with Rasa's recipe when there is one, that is while training.

Serving needs no recipe: the graph is in the model. Importing the recipe would pull all of Rasa Core into the server, so
it is only used where something else has imported it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

__all__ = ["component"]

Class = TypeVar("Class", bound=type)


def component(*kinds: str, is_trainable: bool) -> Callable[[Class], Class]:
    """Class decorator; ``kinds`` are names of ``DefaultV1Recipe.ComponentType``."""

    def register(cls: Class) -> Class:
        recipe_module = sys.modules.get("rasa.engine.recipes.default_recipe")
        if recipe_module is None:
            return cls
        recipe = recipe_module.DefaultV1Recipe
        types = [recipe.ComponentType[kind] for kind in kinds]
        registered: Class = recipe.register(types, is_trainable=is_trainable)(cls)
        return registered

    return register
