"""Reads a folder of Rasa YAML with Rasa's reader and remembers which variety folder each sentence came from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import read_config_file

from nlu.components.parallel import in_processes
from nlu.examples import VARIETIES
from nlu.progress import report

__all__ = ["FolderImporter"]


class FolderImporter(TrainingDataImporter):
    """Every NLU file under the given folders or files, whatever their layout."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
    ) -> None:
        self._config = read_config_file(config_file) if config_file else {}
        paths = [training_data_paths] if isinstance(training_data_paths, str) else training_data_paths or []
        self._data: TrainingData | None = None
        self._files = sorted(file for path in paths for file in _yaml_files(Path(path)))

    def get_config(self) -> dict[str, Any]:
        """The pipeline's configuration."""
        return dict(self._config)

    def get_config_file_for_auto_config(self) -> str | None:
        """None: our configuration is complete, and Rasa must not write into it."""
        return None

    def get_domain(self) -> Domain:
        """Empty: no dialogue is trained."""
        return Domain.empty()

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """None: no dialogue is trained."""
        return StoryGraph([])

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """All sentences; each has its ``variety`` where its folder is named after one. Read once, then remembered.

        The parts are joined in one go: merging file by file, as Rasa does, copies everything at each file.
        """
        if self._data is None:
            self._data = self._read()
        return self._data

    def _read(self) -> TrainingData:
        parts: list[TrainingData] = []
        with in_processes(_read_file) as read:
            for number, part in enumerate(read(self._files)):
                if part is not None:
                    parts.append(part)
                report("reading", (number + 1) / len(self._files))
        synonyms: dict[str, str] = {}
        for part in parts:
            synonyms.update(part.entity_synonyms)
        return TrainingData(
            training_examples=[message for part in parts for message in part.training_examples],
            entity_synonyms=synonyms,
            regex_features=[feature for part in parts for feature in part.regex_features],
            lookup_tables=[table for part in parts for table in part.lookup_tables],
        )


def _read_file(file: Path) -> TrainingData | None:
    """One file by Rasa's reader, which checks its form at length; None for a file that holds no sentences."""
    if not RasaYAMLReader.is_yaml_nlu_file(str(file)):
        return None
    part: TrainingData = RasaYAMLReader().read(str(file))
    if file.parent.name in VARIETIES:
        for message in part.training_examples:
            message.set("variety", file.parent.name)
    return part


def _yaml_files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return [*path.rglob("*.yml"), *path.rglob("*.yaml")]
