"""Reads ``danger_signs.yml`` and the words in ``danger/`` into rules; a bad file is refused with the line of the fault.

The grammar is poor on purpose, so that a nurse can read a rule and say whether it is right: words, phrases with small
gaps, lists of them, and signs near each other. The head of the file explains it; a rule that needs more is Python.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal, cast, get_args

import yaml

from nlu.danger_age import AGE_LISTS
from nlu.danger_forms import BONES_LENGTH, bones, folded
from nlu.danger_scope import DESPITE, GRAMMAR
from nlu.danger_words import MAX_GAP, Lexicon, Slot, WordPattern

__all__ = ["RULES", "WORDS", "Alternative", "BadRules", "Kind", "Rule", "Rules", "Sign", "Stance", "load_rules"]

RULES = Path(__file__).parent / "data" / "danger_signs.yml"
WORDS = RULES.with_name("danger")
"""The folder of the word lists and the grammar lists, by kind of danger; their order does not matter."""

Kind = Literal["medical", "poison", "self_harm", "violence"]
Review = Literal["pending", "confirmed"]
Stance = Literal["is", "not", "about"]
_NEAR = 6
_NONE: frozenset[str] = frozenset()
_MODES = {(False, False): "exact", (False, True): "prefix", (True, False): "suffix", (True, True): "inside"}


class BadRules(ValueError):
    """The rules cannot be used; the text names the file and the line, both for the person who edits it."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing to look for: a list of the lexicon, and whether it must be so, be denied, or only be spoken of."""

    stance: Stance
    words: int


@dataclass(frozen=True)
class Alternative:
    """All ``signs`` within ``within`` words (None: anywhere in the message) and none of ``unless`` beside them.

    ``alone``: and the message says nothing else.
    """

    signs: tuple[Sign, ...]
    within: int | None
    unless: tuple[Sign, ...]
    alone: bool = False

    @cached_property
    def needs(self) -> frozenset[int]:
        """The lists without which it cannot hold."""
        return frozenset(sign.words for sign in self.signs)


@dataclass(frozen=True, slots=True)
class Rule:
    """A danger sign with where it comes from; it holds when one alternative does.

    ``despite``: what does not undo it, of ``DESPITE``.
    """

    id: str
    kind: Kind
    source: str
    review: Review
    any: tuple[Alternative, ...]
    despite: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules in the order of the file, most urgent first, with the words they need."""

    rules: tuple[Rule, ...]
    lexicon: Lexicon
    grammar: dict[str, int]
    ages: tuple[int, ...]


@dataclass(slots=True)
class _Reader:
    lexicon: Lexicon = field(default_factory=Lexicon)
    lists: dict[str, int] = field(default_factory=dict)
    unread: dict[str, yaml.Node] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    phrases: dict[str, int] = field(default_factory=dict)

    def fail(self, node: yaml.Node, what: str) -> BadRules:
        return BadRules(f"{node.start_mark.name}:{node.start_mark.line + 1}: {what}")

    def mapping(self, node: yaml.Node, allowed: set[str], needed: set[str]) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            raise self.fail(node, "expected a mapping")
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = self.text(key)
            if name in found:
                raise self.fail(key, f"{name!r} is given twice")
            if allowed and name not in allowed:
                raise self.fail(key, f"unknown key {name!r}; known: {', '.join(sorted(allowed))}")
            found[name] = value
        if missing := needed - found.keys():
            raise self.fail(node, f"missing: {', '.join(sorted(missing))}")
        return found

    def items(self, node: yaml.Node) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            raise self.fail(node, "expected a list with at least one item")
        return list(node.value)

    def text(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            raise self.fail(node, "expected some text")
        return str(node.value).strip()

    def word(self, node: yaml.Node, written: str) -> WordPattern:
        if written.startswith("~"):
            left = bones(folded(written[1:]))
            if len(left) < BONES_LENGTH:
                raise self.fail(node, f"{written!r}: without vowels ({left}) it fits too many words")
            return WordPattern("bones", folded(written[1:]))
        if written.startswith("="):
            return WordPattern("bare", folded(written[1:]))
        if written.startswith("^"):
            return WordPattern("fuzzy", folded(written[1:]))
        core = written.strip("+")
        form = folded(core)
        if (len(core) < len(written) and len(form) < 2) or not form:
            raise self.fail(node, f"{written!r} is no usable word")
        if not form.isalnum():
            raise self.fail(node, f"{written!r}: write words apart as the reader sees them, without {form!r} in one")
        return WordPattern(_MODES[written.startswith("+"), written.endswith("+")], form)

    def phrase(self, node: yaml.Node, written: str) -> Iterator[Slot]:
        gap = 0
        for piece in written.split():
            if piece == "..":
                gap = MAX_GAP
                continue
            words: set[WordPattern] = set()
            lists: set[int] = set()
            for option in piece.split("|"):
                if option.startswith("<") and option.endswith(">"):
                    lists.add(self.named(node, option[1:-1]))
                else:
                    words.add(self.word(node, option))
            yield Slot(frozenset(words), frozenset(lists), gap)
            gap = 0
        if gap or written.startswith(".."):
            raise self.fail(node, f"{written!r} begins or ends with '..'")

    def named(self, node: yaml.Node, name: str) -> int:
        """The number of list ``name``, read now if it is not yet: a list has a higher number than its parts."""
        if name not in self.lists:
            if name not in self.unread:
                raise self.fail(node, f"no list <{name}>, or one that needs itself")
            self.lists[name] = self.word_list(self.unread.pop(name))
        self.used.add(name)
        return self.lists[name]

    def word_list(self, node: yaml.Node) -> int:
        phrases = [tuple(self.phrase(item, self.text(item))) for item in self.items(node)]
        number = self.lexicon.new_list()
        for phrase in phrases:
            self.lexicon.add(number, phrase)
        return number

    def sign(self, node: yaml.Node) -> Sign:
        written = self.text(node)
        stance: Stance = "is"
        name: Stance
        for name in ("not", "about"):
            if written.startswith(name + " "):
                stance, written = name, written[len(name) :].strip()
        if written not in self.phrases:
            if written.startswith("<") and written.endswith(">") and " " not in written and "|" not in written:
                self.phrases[written] = self.named(node, written[1:-1])
            else:
                phrase = tuple(self.phrase(node, written))
                self.phrases[written] = self.lexicon.new_list()
                self.lexicon.add(self.phrases[written], phrase)
        return Sign(stance, self.phrases[written])

    def signs(self, node: yaml.Node) -> tuple[Sign, ...]:
        return tuple(self.sign(item) for item in self.items(node))

    def alternative(self, node: yaml.Node, unless: tuple[Sign, ...]) -> Alternative:
        if isinstance(node, yaml.ScalarNode):
            return Alternative((self.sign(node),), 0, unless)
        found = self.mapping(node, {"sign", "alone", "near", "within", "all", "unless"}, set())
        if len(found.keys() & {"sign", "alone", "near", "all"}) != 1:
            raise self.fail(node, "give one of: sign, alone, near, all")
        if "unless" in found:
            unless += self.signs(found["unless"])
        if "sign" in found:
            return Alternative((self.sign(found["sign"]),), 0, unless)
        if "alone" in found:
            return Alternative((self.sign(found["alone"]),), 0, unless, alone=True)
        if "all" in found:
            if "within" in found:
                raise self.fail(found["within"], "'within' goes with 'near'")
            return Alternative(self.signs(found["all"]), None, unless)
        reach = self.text(found["within"]) if "within" in found else str(_NEAR)
        if not reach.isdecimal() or not 0 < int(reach) <= 40:
            raise self.fail(found["within"], "'within' is a number of words from 1 to 40")
        return Alternative(self.signs(found["near"]), int(reach), unless)

    def rule(self, node: yaml.Node, seen: set[str]) -> Rule:
        keys = {"id", "kind", "source", "review", "any"}
        found = self.mapping(node, keys | {"unless", "despite"}, keys)
        name, kind, review = (self.text(found[k]) for k in ("id", "kind", "review"))
        if name in seen or not all(part.isalnum() and part.isascii() for part in name.split("-")):
            raise self.fail(found["id"], f"{name!r}: an id is kebab-case and stands once")
        if kind not in get_args(Kind):
            raise self.fail(found["kind"], f"kind is one of {', '.join(get_args(Kind))}")
        if review not in get_args(Review):
            raise self.fail(found["review"], f"review is one of {', '.join(get_args(Review))}")
        seen.add(name)
        unless = self.signs(found["unless"]) if "unless" in found else ()
        alternatives = tuple(self.alternative(item, unless) for item in self.items(found["any"]))
        despite = frozenset(self.text(item) for item in self.items(found["despite"])) if "despite" in found else _NONE
        if despite - DESPITE:
            raise self.fail(found["despite"], f"'despite' names some of {', '.join(sorted(DESPITE))}")
        source = self.text(found["source"])
        return Rule(name, cast("Kind", kind), source, cast("Review", review), alternatives, despite)

    def read(self, roots: list[yaml.Node]) -> Rules:
        parts: dict[str, list[yaml.Node]] = {"ordinary": [], "words": [], "grammar": [], "rules": []}
        for root in roots:
            for key, node in self.mapping(root, set(parts), set()).items():
                parts[key].append(node)
        if missing := [key for key, nodes in parts.items() if not nodes]:
            raise self.fail(roots[0], f"missing: {', '.join(missing)}")
        ordinary = (item for node in parts["ordinary"] for item in self.items(node))
        self.lexicon.known = frozenset(folded(self.text(item)) for item in ordinary)
        for name in AGE_LISTS:
            self.lists[name] = self.lexicon.new_list()
        words, grammar = self.merged(parts["words"], set()), self.merged(parts["grammar"], set(GRAMMAR))
        if missing := [name for name in GRAMMAR if name not in grammar]:
            raise self.fail(parts["grammar"][0], f"missing: {', '.join(missing)}")
        self.unread = dict(words)
        roles = {name: self.word_list(node) for name, node in grammar.items()}
        seen: set[str] = set()
        rules = tuple(self.rule(item, seen) for node in parts["rules"] for item in self.items(node))
        for name, node in words.items():
            if name not in self.used:
                raise self.fail(node, f"list <{name}> is used by no rule")
        return Rules(rules, self.lexicon, roles, tuple(self.lists[name] for name in AGE_LISTS))

    def merged(self, nodes: list[yaml.Node], allowed: set[str]) -> dict[str, yaml.Node]:
        """The entries of several mappings as one."""
        found: dict[str, yaml.Node] = {}
        for node in nodes:
            for name, value in self.mapping(node, allowed, set()).items():
                if name in found:
                    raise self.fail(value, f"list {name!r} is given twice")
                found[name] = value
        return found


def _root(path: Path) -> yaml.Node:
    try:
        with path.open(encoding="utf-8") as file:
            root = yaml.compose(file, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadRules(f"{path}:{line}: {error.problem}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadRules(f"{path}:1: cannot be read") from error
    if root is None:
        raise BadRules(f"{path}:1: is empty")
    return root


@lru_cache(maxsize=4)
def load_rules(rules: Path = RULES, words: Path = WORDS) -> Rules:
    """The rules of the file ``rules`` with the lists of the folder ``words``, read once.

    Raises ``BadRules`` with file and line when they are not sound.
    """
    return _Reader().read([_root(path) for path in (rules, *sorted(words.glob("*.yml")))])
