"""What ``bench/ablation.py`` puts together: sentences read once, views counted once, judges fitted on them."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nlu.components.calibration import Calibration
    from nlu.components.features import Words
    from nlu.components.views import Features

Array = Any  # numpy's, where numpy may not be there: the parent runs without


@dataclass(frozen=True)
class Texts:
    """Sentences as the judges read them; ``raw`` has words as written in place of normal forms."""

    words: list[Words]
    raw: list[Words]
    labels: list[str]
    varieties: list[str]
    sets: list[str]
    vectors: Array


@dataclass(frozen=True)
class Judge:
    """One judge's scores: of the held-out sentences in the order of the folds, and of the frozen sets."""

    held: Array
    test: Array
    save: Callable[[Path], None]
    features: int
    seconds: float


@dataclass
class Bench:
    """The sentences, the views counted so far, and the rows of the table."""

    train: Texts
    test: Texts
    config: dict[str, Any]
    views: dict[str, tuple[Features, Any]] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)

    def counted(self, names: Sequence[str]) -> tuple[Features, Features]:
        """Training and test sentences by these views, side by side."""
        from scipy import sparse

        from nlu.components.views import Features

        every = {name: (weight, least) for name, weight, least in [*self.config["views"], ["words", 1.0, 2]]}
        for name in names:
            if name not in self.views:
                view = name.removeprefix("raw_")
                raw = view != name
                known = Features.of(self.train.raw if raw else self.train.words, [(view, *every[view])])
                asked = self.test.raw if raw else self.test.words
                self.views[name] = known, sparse.vstack([row_of(known.views[0], words) for words in asked]).tocsr()
        parts = [self.views[name] for name in names]
        asked = [Features(known.views, matrix) for known, matrix in parts]
        return Features.joined([known for known, _ in parts]), Features.joined(asked)


def row_of(view: Any, words: Words) -> Any:
    """One message as one sparse row."""
    from scipy import sparse

    columns, values = view.vector(words)
    return sparse.csr_matrix((values, columns, [0, len(columns)]), shape=(1, len(view.vocabulary)))


@dataclass(frozen=True)
class Rows:
    """Some of the training sentences in some order, and their folds."""

    bench: Bench
    rows: list[int]

    def __post_init__(self) -> None:
        from nlu.components.calibration import folds_by_words

        words = [self.bench.train.words[i] for i in self.rows]
        folds = list(folds_by_words(words, self.labels, int(self.bench.config["folds"])))
        object.__setattr__(self, "folds", folds)

    folds: list[tuple[list[int], list[int]]] = field(init=False, default_factory=list)

    @property
    def labels(self) -> list[str]:
        return [self.bench.train.labels[i] for i in self.rows]

    @property
    def held(self) -> list[int]:
        """Which training sentences the held-out scores are of, in their order."""
        return [self.rows[i] for _, held in self.folds for i in held]

    def words(self, names: Sequence[str], learner: str) -> Judge:
        """A judge of words over some views."""
        from nlu.components.linear import LinearModel

        known, asked = self.bench.counted(names)
        known, labels = known.some(self.rows), self.labels
        strength = float(self.bench.config["strength" if learner == "margins" else "smoothing"])

        def learn(rows: Sequence[int] | None) -> LinearModel:
            some = known if rows is None else known.some(rows)
            right = labels if rows is None else [labels[i] for i in rows]
            return LinearModel.learn(some, right, learner=learner, strength=strength)  # type: ignore[arg-type]

        begun = time.perf_counter()
        centre = (lambda scores: scores) if learner == "margins" else centred
        held, whole = self._fit(learn, lambda model, rows: centre(model.scores_of(known.some(rows))))
        seconds = time.perf_counter() - begun
        return Judge(held, centre(whole.scores_of(asked)), lambda to: whole.save(to, learner), whole.size, seconds)

    def meaning(self) -> Judge:
        """The judge of sentence vectors."""
        from nlu.components.ridge import RidgeModel

        vectors, labels = self.bench.train.vectors[self.rows], self.labels
        penalty = float(self.bench.config["penalty"])

        def learn(rows: Sequence[int] | None) -> RidgeModel:
            every = range(len(labels)) if rows is None else rows
            return RidgeModel.fit(vectors[list(every)], [labels[i] for i in every], penalty)

        begun = time.perf_counter()
        held, whole = self._fit(learn, lambda model, rows: model.scores(vectors[list(rows)]))
        seconds = time.perf_counter() - begun
        asked = whole.scores(self.bench.test.vectors)
        return Judge(held, asked, lambda to: whole.save(to, "meaning"), vectors.shape[1], seconds)

    def _fit(self, learn: Callable[[Any], Any], score: Callable[[Any, Any], Array]) -> tuple[Array, Any]:
        """The held-out scores by the folds, and the model of all; the first in processes of their own."""
        import numpy as np

        from nlu.components.parallel import in_processes

        with in_processes(partial(_held_out, learn, score)) as judge:
            judged = judge(self.folds)
            whole = learn(None)
            held = np.vstack(list(judged))
        return held, whole

    def stack(self, judges: Sequence[Judge]) -> tuple[Array, Array]:
        """What the judges together make of the held-out sentences and of the frozen sets: probabilities."""
        import numpy as np

        from nlu.components.calibration import Calibration, softmax

        classes = sorted(set(self.labels))
        truth = [classes.index(self.bench.train.labels[i]) for i in self.held]
        sharpness = float(self.bench.config["sharpness"])
        fitted: Calibration = Calibration.fit([judge.held for judge in judges], truth, len(classes), sharpness)
        held, test = (
            np.hstack(blocks) @ fitted.weights + fitted.bias
            for blocks in zip(*((judge.held, judge.test) for judge in judges), strict=True)
        )
        return softmax(held), softmax(test)


def _held_out(
    learn: Callable[[Any], Any], score: Callable[[Any, Any], Array], fold: tuple[list[int], list[int]]
) -> Array:
    kept, held = fold
    return score(learn(kept), held)


def centred(scores: Array) -> Array:
    return scores - scores.mean(axis=-1, keepdims=True)


def read_texts() -> tuple[Texts, Texts]:
    """Our training sentences and the frozen sets, tokenized, searched for names and encoded."""
    from rasa.engine.graph import ExecutionContext, GraphSchema
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

    from nlu.components.importer import FolderImporter
    from nlu.components.meaning import SentenceMeaning
    from nlu.components.namefinder import NameFinder
    from nlu.environment import PROJECT
    from nlu.evaluation.sets import read_sets
    from nlu.examples import read_examples
    from nlu.models import DATA

    data = FolderImporter(str(PROJECT / "config.yml"), None, [str(DATA)]).get_nlu_data()
    cases = [case for case in read_sets(trained=read_examples(DATA)).cases if case.kind == "intent"]
    asked = TrainingData([Message(data={"text": text, "intent": "asked"}) for text in {case.text: 0 for case in cases}])
    context = ExecutionContext(GraphSchema({}))
    with tempfile.TemporaryDirectory() as folder:
        storage = LocalModelStorage.create(Path(folder))
        finder = NameFinder.create({}, storage, Resource("names"), context)
        finder.train(data)
        encoder = SentenceMeaning.create({}, storage, Resource("meaning"), context)
        for part in (data, asked):
            encoder.process_training_data(finder.process_training_data(part))
    messages = [message for message in data.intent_examples if message.get("text")]
    by_text = {message.get("text"): message for message in asked.training_examples}
    train = texts_of(messages, [(str(m.get("intent")), str(m.get("variety")), "") for m in messages])
    test = texts_of([by_text[case.text] for case in cases], [(str(c.intent), c.variety, c.set) for c in cases])
    return train, test


def texts_of(messages: Sequence[Any], told: Sequence[tuple[str, str, str]]) -> Texts:
    """Messages with their (label, variety, set)."""
    import numpy as np

    from nlu.components.meaning import meaning_of
    from nlu.components.namefinder import spans_of
    from nlu.components.tokenizer import tokens_of
    from nlu.concepts import Concepts
    from nlu.words import words_of

    concepts = Concepts.read()
    words = [words_of(tokens_of(message), spans_of(message), concepts) for message in messages]
    raw = [
        replace(found, norms=tuple(token.text.lower() for token in tokens_of(message)))
        for found, message in zip(words, messages, strict=True)
    ]
    vectors = np.array([meaning_of(message) for message in messages], dtype=np.float32)
    labels, varieties, sets = (list(column) for column in zip(*told, strict=True))
    return Texts(words, raw, labels, varieties, sets, vectors)
