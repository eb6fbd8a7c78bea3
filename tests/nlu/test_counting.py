"""A sentence is counted in training as it is counted when a model is asked: two ways of counting, the same numbers."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from nlu.environment import child_environment

# Runs in the NLU environment, which has numpy and scipy.
_COUNT = """
import json, sys
import numpy as np
from nlu.components.features import LETTERS, VIEWS, Words
from nlu.components.views import Features

documents = [Words(*(tuple(view) for view in document)) for document in json.load(sys.stdin)]
apart = {}
for name in [*LETTERS, *VIEWS]:
    known = Features.of(documents, [(name, 0.7, 2)])
    farthest = 0.0
    for document, row in zip(documents, known.matrix.toarray()):
        asked = np.zeros_like(row)
        columns, values = known.views[0].vector(document)
        asked[columns] = values
        farthest = max(farthest, float(np.abs(asked - row).max()))
    apart[name] = [known.matrix.nnz, farthest]
print(json.dumps(apart))
"""
SENTENCES = [
    (["bghit", "rdv", "m3a", "tbib"], ["bgt", "rdv", "m", "tbb"], ["^", "<service>", "$"], ["want", "visit"]),
    (["bghit", "rdv", "rdv"], ["bgt", "rdv", "rdv"], ["^", "bghit", "$"], ["want", "visit", "visit"]),
    (["بغيت", "موعد"], ["bgt", "mwd"], ["^", "<service>", "$"], ["want"]),
    (["a"], ["a"], [], []),
    ([], [], [], []),
    (["jamais", "vu"], ["jms", "v"], ["^", "$"], []),
]


def test_counted_in_training_as_when_asked(nlu_python: Path) -> None:
    done = subprocess.run(
        [str(nlu_python), "-c", _COUNT],
        input=json.dumps(SENTENCES),
        capture_output=True,
        text=True,
        check=True,
        env=child_environment(),
        cwd=Path(__file__).parents[2],
    )
    apart = json.loads(done.stdout)
    assert set(apart) == {"letters", "bone_letters", "words", "bone_words", "classes", "concepts"}
    for name, (counted, farthest) in apart.items():
        assert counted > 0, name
        assert farthest < 1e-6, (name, farthest)
