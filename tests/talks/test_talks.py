"""Golden talks: real messages, read by the real model, answered by the whole shell. Ids are compared, never wording.

``--update-talks`` rewrites what we say in the files; the difference is then read by a person.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from dialogues.reading import VARIETIES
from tests.bot.shell import Talker, ids, shell

FOLDER = Path(__file__).parent
# Which language somebody writes shows after a greeting or two ("السلام عليكم" is Arabic and Darija).
GREETINGS = 2
FILES = sorted(FOLDER.glob("*/*.yml"))


def load(file: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    return loaded


@pytest.mark.parametrize("file", FILES, ids=[f"{f.parent.name}/{f.stem}" for f in FILES])
def test_talk(file: Path, tmp_path: Path, real_reader: Talker, request: pytest.FixtureRequest) -> None:
    talk = load(file)
    start = datetime.fromisoformat(str(talk["now"])).replace(tzinfo=UTC)
    languages: set[str] = set()
    found = []
    with shell(tmp_path, start=start, talker=real_reader) as played:
        for turn in talk["talk"]:
            said = played.say(turn["they"])
            if len(found) >= GREETINGS and "language" not in file.stem and file.stem != "misunderstandings":
                languages |= {m.language for m in said}
            found.append({**turn, "we": ids(said)})
    if request.config.getoption("--update-talks"):
        file.write_text(
            yaml.safe_dump({**talk, "talk": found}, allow_unicode=True, sort_keys=False, width=120), "utf-8"
        )
    assert found == talk["talk"]
    assert languages <= {file.parent.name}


def test_each_kind_of_talk_is_had_in_all_four_varieties() -> None:
    varieties = defaultdict(set)
    for file in FILES:
        varieties[file.stem].add(file.parent.name)
    assert {name: sorted(set(VARIETIES) - had) for name, had in varieties.items() if had != set(VARIETIES)} == {}
