"""What each part of the intent classifier is worth, on our data. Prints one JSON object; with ``--markdown`` a table.

    uv run python bench/ablation.py [--markdown] [--quick]

Every variant is trained on the same sentences and measured three times: on the sentences held out in the folds of the
training (messages of the same words are in one fold), and on the two frozen sets of ``nlu evaluate``. The held-out
figures flatter the stacked variants a little, since what weighs the judges was fitted on the same sentences; the frozen
sets flatter nobody. Sentences are tokenized, searched for names and encoded once; each view is counted once; a variant
costs its fits only (three folds and the whole): seven minutes of processor for all of it, a good half of that by the
clock on two quiet cores. ``--quick`` leaves out what needs other training sentences than all of them.

Variants, each with what stands above it unless it says otherwise: letter runs of the words' normal forms; the
consonant skeleton (its letter runs and words); word classes; concepts (those are one linear SVM, weighed into
probabilities); the second judge of words (complement naive Bayes); the judge of meaning, asked always; asked only where
the words leave doubt, which is what is served. "raw" takes words as they are written in place of normal forms.
"spread": over three trainings of ours with the sentences in another order, which changes folds and solver's path.

It runs in the NLU's environment, as a child of the command above. Seconds are wall time of the fits, on a shared
machine only a hint; megabytes are those of the intent classifier's files in the archive.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ablation_parts import Array, Bench, Judge, Rows, read_texts

CHILDREN, SELF = resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF
VARIETIES = ("ary", "ary-Latn", "ar", "fr", "mixed")
SVM = ("letters", "bone_letters", "bone_words", "classes", "concepts")
RAW = "raw_letters"
SEEDS = (1, 2)  # and the order of the files, which makes three


def on_doubt(sure: float, words: Array, everything: Array) -> tuple[Array, Array]:
    """By words where these are sure, else by everything; and which ones were not."""
    import numpy as np

    asked = words.max(axis=1) < sure
    return np.where(asked[:, None], everything, words), asked


def tell(
    bench: Bench, rows: Rows, name: str, held: Array, test: Array, judges: Sequence[Judge], asked: Any = None
) -> dict[str, Any]:
    """One row of the table, also shown on standard error as soon as it is known."""
    classes = sorted(set(rows.labels))
    train = bench.train
    row: dict[str, Any] = {"variant": name}
    row["held_out"] = by_variety(
        [train.varieties[i] for i in rows.held], [train.labels[i] for i in rows.held], held, classes
    )
    for part in ("first", "strangers"):
        some = [i for i, of in enumerate(bench.test.sets) if of == part]
        labels = [bench.test.labels[i] for i in some]
        row[part] = by_variety([bench.test.varieties[i] for i in some], labels, test[some], classes)
    with tempfile.TemporaryDirectory() as folder:
        for judge in judges:
            judge.save(Path(folder))
        row["megabytes"] = round(sum(path.stat().st_size for path in Path(folder).iterdir()) / 1e6, 1)
    row["features"] = sum(judge.features for judge in judges)
    row["seconds"] = round(sum(judge.seconds for judge in judges), 1)
    row["asks_meaning"] = None if asked is None else round(float(asked.mean()), 3)
    sys.stderr.write(f"{name}: strangers {row['strangers']['all']:.4f}, {row['seconds']} s\n")
    return row


def by_variety(
    varieties: Sequence[str], labels: Sequence[str], chances: Array, classes: Sequence[str]
) -> dict[str, float]:
    """Macro-F1 of each variety and of all."""
    from nlu.evaluation.figures import macro_f1, scores_of

    given = [classes[i] for i in chances.argmax(axis=1)]
    found = {}
    for variety in (*VARIETIES, "all"):
        pairs = [(r, g) for of, r, g in zip(varieties, labels, given, strict=True) if variety in (of, "all")]
        if pairs:
            found[variety] = round(macro_f1(scores_of(pairs)), 4)
    return found


def ours(bench: Bench, chosen: list[int], name: str, letters: str = "letters") -> dict[str, Any]:
    """What is served, trained on some sentences."""
    rows = Rows(bench, chosen)
    words = "raw_words" if letters == RAW else "words"
    judges = [rows.words((letters, *SVM[1:]), "margins"), rows.words((words, "bone_words"), "counts"), rows.meaning()]
    by_words, by_all = rows.stack(judges[:2]), rows.stack(judges)
    sure = float(bench.config["sure"])
    (held, _), (test, asked) = (on_doubt(sure, *pair) for pair in zip(by_words, by_all, strict=True))
    row = tell(bench, rows, name, held, test, judges, asked)
    # Views are counted over all sentences: of a model of some of them they tell neither its features nor its size.
    return row if len(chosen) == len(bench.train.labels) else row | {"features": None, "megabytes": None}


def run(quick: bool) -> dict[str, Any]:
    """Every variant."""
    from nlu import quiet, tensorflow_stub

    tensorflow_stub.install()
    quiet.settle()
    from nlu.components.intent import LinearIntentClassifier

    begun = time.perf_counter()
    train, test = read_texts()
    bench = Bench(train, test, LinearIntentClassifier.get_default_config())
    every = Rows(bench, list(range(len(train.labels))))

    def add(name: str, judges: Sequence[Judge]) -> tuple[Array, Array]:
        held, test_chances = every.stack(judges)
        bench.rows.append(tell(bench, every, name, held, test_chances, judges))
        return held, test_chances

    add("raw letters", [every.words((RAW,), "margins")])
    steps = {"letters": 1, "+ skeleton": 3, "+ classes": 4, "+ concepts": 5}
    for name, count in steps.items():
        svm = every.words(SVM[:count], "margins")
        add(name, [svm])
    bench.rows.append(tell(bench, every, "the same SVM, not weighed", svm.held, svm.test, [svm]))
    counts, meaning = every.words(("words", "bone_words"), "counts"), every.meaning()
    by_words = add("+ counts", [svm, counts])
    by_all = add("+ meaning, always", [svm, counts, meaning])
    bench.rows[-1]["asks_meaning"] = 1.0
    sure = float(bench.config["sure"])
    (held, _), (asked_held, asked) = (on_doubt(sure, *pair) for pair in zip(by_words, by_all, strict=True))
    bench.rows.append(tell(bench, every, "+ meaning on doubt (ours)", held, asked_held, [svm, counts, meaning], asked))
    add("meaning alone", [meaning])
    if not quick:
        others(bench)
    return {
        "bench": "ablation",
        "sentences": len(train.labels),
        "measured": {name: test.sets.count(name) for name in ("first", "strangers")},
        "rows": bench.rows,
        "spread": spread(bench.rows),
        "seconds": round(time.perf_counter() - begun),
        "processor_seconds": round(sum(sum(resource.getrusage(who)[:2]) for who in (CHILDREN, SELF))),
    }


def others(bench: Bench) -> None:
    """The variants that train on other sentences, or on the same in another order."""
    import numpy as np

    count = len(bench.train.labels)
    bench.rows.append(ours(bench, list(range(count)), "ours, raw words", RAW))
    shuffled = np.random.default_rng(7).permutation(count)
    for part in (4, 2):
        bench.rows.append(ours(bench, sorted(shuffled[: count // part].tolist()), f"ours, {100 // part} % of the data"))
    alone = [
        ours(bench, [i for i, of in enumerate(bench.train.varieties) if of == variety], f"{variety} alone")
        for variety in VARIETIES[:4]
    ]
    joined = {
        part: {
            variety: row[part][variety]
            for variety, row in zip(VARIETIES[:4], alone, strict=True)
            if variety in row[part]
        }
        for part in ("held_out", "first", "strangers")
    }
    unknown = dict.fromkeys(("megabytes", "features", "asks_meaning"))
    seconds = round(sum(row["seconds"] for row in alone), 1)
    bench.rows.append({"variant": "four models, each of one variety", **joined, **unknown, "seconds": seconds})
    for seed in SEEDS:
        order = np.random.default_rng(seed).permutation(count).tolist()
        bench.rows.append(ours(bench, order, f"ours, order {seed}"))


def spread(rows: Iterable[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Largest less smallest macro-F1 over the trainings of ours that differ in order only."""
    same = [row for row in rows if "(ours)" in row["variant"] or "order" in row["variant"]]
    return {
        part: {
            key: round(max(row[part][key] for row in same) - min(row[part][key] for row in same), 4)
            for key in same[0][part]
        }
        for part in ("held_out", "first", "strangers")
    }


def markdown(found: dict[str, Any]) -> str:
    """The table for docs/decisions: macro-F1 in percent, strangers by variety."""
    head = [
        "variant",
        "held out",
        "first",
        "strangers",
        *(f"{v}" for v in VARIETIES),
        "asks meaning",
        "features",
        "MB",
        "s",
    ]
    lines = [f"| {' | '.join(head)} |", "|---" + "|---:" * (len(head) - 1) + "|"]

    def percent(value: float | None) -> str:
        return "" if value is None else f"{100 * value:.1f}"

    for row in found["rows"]:
        cells = [row["variant"], *(percent(row[part].get("all")) for part in ("held_out", "first", "strangers"))]
        cells += [percent(row["strangers"].get(variety)) for variety in VARIETIES]
        cells += [percent(row["asks_meaning"])]
        cells += ["" if row[key] is None else str(row[key]) for key in ("features", "megabytes", "seconds")]
        lines.append(f"| {' | '.join(cells)} |")
    if found["spread"]:
        wide = found["spread"]
        cells = [
            "spread of ours over three orders",
            *(percent(wide[part]["all"]) for part in ("held_out", "first", "strangers")),
        ]
        cells += [percent(wide["strangers"][variety]) for variety in VARIETIES]
        lines.append(f"| {' | '.join([*cells, '', '', '', ''])} |")
    measured = " and ".join(f"{count} ({name})" for name, count in found["measured"].items())
    return (
        f"{found['sentences']} training sentences; measured on {measured}; {found['seconds']} s in all,"
        f" {found['processor_seconds']} s of processor.\n\n" + "\n".join(lines)
    )


def main() -> int:
    """Run in the NLU's environment as a child, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--markdown", action="store_true", help="a table instead of JSON")
    parser.add_argument("--quick", action="store_true", help="only what trains on all sentences in one order")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        print(json.dumps(run(options.quick)))
        return 0
    from nlu.environment import child_environment, ensure_environment

    command = [str(ensure_environment()), __file__, "--inside", *(["--quick"] if options.quick else [])]
    done = subprocess.run(command, env=child_environment(), stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        return 1
    found = json.loads(done.stdout.splitlines()[-1])
    print(markdown(found) if options.markdown else json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
