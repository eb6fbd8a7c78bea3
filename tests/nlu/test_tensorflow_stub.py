"""Rasa runs without TensorFlow: imports are answered, and what really needs it says so."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from nlu.environment import child_environment

INSTALL = "from nlu import tensorflow_stub\ntensorflow_stub.install()\n"


def run(python: Path, code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(python), "-c", code], env=child_environment(), capture_output=True, text=True, timeout=120, check=False
    )


IMPORTS = [
    "import tensorflow as tf; assert tf.keras.layers.Layer",
    "from tensorflow.python.types.core import GenericFunction",
    "from keras.utils import tf_utils\nimport jax.numpy",
    "import tensorflow as tf\nclass Mine(tf.keras.Model): pass",
    "import tensorflow as tf\nfrom typing import Optional, Union\nx: Union[tf.Tensor, int]\ny = tf.Tensor | None",
    "import tensorflow as tf\n@tf.function\ndef f(a): return a + 1\nassert f(1) == 2",
    "import rasa.model_training, rasa.nlu.classifiers.diet_classifier, rasa.core.policies.ted_policy",
    "import tensorflow_hub, tensorflow_text, tensorflow_addons, skops.io",
]


@pytest.mark.parametrize("code", IMPORTS)
def test_imports_are_answered(nlu_python: Path, code: str) -> None:
    done = run(nlu_python, INSTALL + code)
    assert done.returncode == 0, done.stderr


CALLS = [
    "import tensorflow as tf; tf.constant([1, 2])",
    "import tensorflow as tf\nclass Mine(tf.keras.Model): pass\nMine()",
    "import tensorflow as tf; tf.random.set_seed(1)",
]


@pytest.mark.parametrize("code", CALLS)
def test_a_real_call_says_what_is_missing(nlu_python: Path, code: str) -> None:
    done = run(nlu_python, INSTALL + code)
    assert done.returncode != 0
    assert "LABAS_NLU_TENSORFLOW=1" in done.stderr


def test_other_modules_are_left_alone(nlu_python: Path) -> None:
    done = run(nlu_python, INSTALL + "import tensorflowx")
    assert "No module named 'tensorflowx'" in done.stderr


def test_too_late_is_refused(nlu_python: Path) -> None:
    done = run(nlu_python, "import rasa\n" + INSTALL)
    assert "before rasa is imported" in done.stderr


def test_with_the_switch_what_is_there_is_left_alone(nlu_python: Path) -> None:
    code = "import os\nos.environ['LABAS_NLU_TENSORFLOW'] = '1'\n" + INSTALL + "print(tensorflow_stub.install())"
    done = run(nlu_python, code)
    assert "tensorflow_hub" in done.stdout
    assert "'tensorflow'" not in done.stdout
    assert "'keras'" not in done.stdout
