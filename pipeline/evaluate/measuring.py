"""Everything about one model on some labelled texts, as plain values: what evaluation.json holds."""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from pipeline import __version__, artifacts, models, stages, taxonomy
from pipeline.config import AnalyseConfig, DetectConfig
from pipeline.corpus.format import corpus_files
from pipeline.evaluate import corpora, own_format, readings
from pipeline.evaluate.baselines import baselines
from pipeline.evaluate.calibrating import calibration
from pipeline.evaluate.ceiling import ceiling
from pipeline.evaluate.classifiers import available
from pipeline.evaluate.comparison import differences, in_words
from pipeline.evaluate.cost import cost
from pipeline.evaluate.gallery import gallery
from pipeline.evaluate.identification import identification
from pipeline.evaluate.labelled import Labelled, fingerprint
from pipeline.evaluate.parallel import consistency
from pipeline.evaluate.scoring import Score, groups, scores, signature, tally
from pipeline.evaluate.slices import worst
from pipeline.evaluate.tasks import BY_KEY, MACRO, K
from pipeline.protocols import Analyser, Reading
from pipeline.store import digest
from pipeline.tables import LABELS

SHORT = 12  # characters of a hash in a signature


@dataclass(frozen=True)
class Asked:
    """What to evaluate: corpora, how their columns and labels are read, which split, which models, and where to write."""

    corpora: tuple[Path, ...]
    out: Path
    model: str = "first"
    against: str | None = None
    split: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    baselines: bool = True


class Told(Protocol):
    """Hears how far an evaluation is."""

    def begin(self, stage: str, total: int | None, unit: str) -> None:
        """A step begins."""
        ...

    def advance(self, amount: int) -> None:
        """So much more is done."""
        ...

    def end(self) -> None:
        """The step is over."""
        ...


def measure(asked: Asked, told: Told) -> dict[str, Any]:
    """Read the texts and score the readings. Raises PolyvoxError when a corpus or a model cannot be used."""
    every = corpora.load(asked.corpora, asked.columns, asked.labels)
    texts = corpora.chosen(every, asked.split)
    kept = asked.out / "readings"
    read = [_read(name, texts, kept, told) for name in (asked.model, asked.against) if name]
    values = described(asked, texts, read[0])
    found, confused = identification(texts, models.detector(DetectConfig()))
    mark = _model_mark(asked.model)
    data = {each["name"]: each["sha256"][:SHORT] for each in values["corpora"]}
    values["scores"] += _rows(found, "detector", data)
    values["named_instead"] = confused
    train, origin = corpora.training(every) if asked.baselines else ([], "")
    values["baselines"] = []
    if train:
        told.begin("baselines", None, "texts")
        encoder = artifacts.find("encoder").sha256
        for name, found in baselines(train, texts, lambda: models.encoder("encoder"), encoder, kept):
            values["baselines"] += [row | {"reader": name} for row in _rows(found, name, data)]
        told.end()
    values["baselines_from"] = origin
    values["ceiling"] = [
        row for path in asked.corpora for row in _rows(ceiling(path), "second annotation", {path.name: _second_mark(path)})
    ]
    values["notes"] = [*_notes(asked.baselines, origin, bool(values["ceiling"])), *_learnt(asked, texts)]
    if asked.against:
        compared = differences(texts, read[0], read[1])
        values["against"] = {"name": asked.against, "sha256": artifacts.find(asked.against).sha256}
        names = _called(asked.model, asked.against)
        values["comparison"] = {"rows": [asdict(each) for each in compared], "words": in_words(compared, *names)}
        values["against_scores"] = _rows(scores(texts, read[1], sides=False), _model_mark(asked.against), data)
    values["cost"] = cost(lambda: models.analyser(AnalyseConfig(model=asked.model)), asked.model, reading_key(asked.model), texts, kept)
    values["signature"] = mark
    return values


def described(asked: Asked, texts: Sequence[Labelled], read: Sequence[Reading]) -> dict[str, Any]:
    """The part that follows from texts and readings alone."""
    model = artifacts.find(asked.model)
    names = sorted({text.corpus for text in texts})
    held = [[text for text in texts if text.corpus == name] for name in names]
    data = {name: fingerprint(part) for name, part in zip(names, held, strict=True)}
    short = {name: sha[:SHORT] for name, sha in data.items()}
    found = [*scores(texts, read), *consistency(texts, read)]
    return {
        "version": __version__,
        "model": {"name": asked.model, "sha256": model.sha256},
        "against": None,
        "comparison": None,
        "corpora": [
            {"name": name, "sha256": data[name], "texts": len(part), "splits": sorted({text.split for text in part})}
            for name, part in zip(names, held, strict=True)
        ],
        "scores": _rows(found, _model_mark(asked.model), short),
        "confusion": {"labels": list(LABELS), "rows": confusions(texts, read)},
        "calibration": calibration(texts, read),
        "slices": worst(texts, read),
        "gallery": gallery(texts, read),
    }


def confusions(texts: Sequence[Labelled], read: Sequence[Reading]) -> list[dict[str, Any]]:
    """Counts of document labels per corpus, language and split; rows are true."""
    task = BY_KEY["document", MACRO]
    tallied = tally(task, texts, read)
    place = {int(number): row for row, number in enumerate(tallied.texts)}
    found = []
    for (corpus, lang, split), members in groups(texts).items():
        rows = [place[i] for i in members if i in place]
        if rows:
            matrix = tallied.counts[rows].sum(axis=0).reshape(K, K).astype(int)
            found.append({"corpus": corpus, "lang": lang, "split": split, "matrix": matrix.tolist()})
    return found


def repository_fingerprint() -> str:
    """Hash of the test split of data/corpus, as `make evaluate` measures it."""
    every = own_format.labelled(corpus_files([corpora.REPOSITORY]), corpora.REPOSITORY.name)
    return fingerprint([text for text in every if text.split == "test"])


def dumped(values: Mapping[str, Any]) -> str:
    """JSON with one row a line, so that a change of a number is a change of its line."""
    parts = []
    for name, value in values.items():
        if isinstance(value, list) and value:
            inside = ",\n  ".join(json.dumps(_plain(each), ensure_ascii=False) for each in value)
            parts.append(f" {json.dumps(name)}: [\n  {inside}\n ]")
        else:
            parts.append(f" {json.dumps(name)}: {json.dumps(_plain(value), ensure_ascii=False)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _plain(value: Any) -> Any:
    """NaN and numbers of numpy have no JSON."""
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _read(name: str, texts: Sequence[Labelled], kept: Path, told: Told) -> list[Reading]:
    told.begin(f"reading with {name}", len(texts), "texts")
    found = readings.read(_opener(name), reading_key(name), texts, kept, told.advance)
    told.end()
    return found


def _opener(name: str) -> Callable[[], Analyser]:
    """With all cores: the readings are the same."""
    return lambda: models.analyser(AnalyseConfig(model=name), os.cpu_count() or 1)


def reading_key(name: str) -> str:
    """What decides a reading besides the text."""
    return digest(
        models.sha256s(("encoder", name)),
        artifacts.code_sha256(*stages.BY_NAME["analyse"].code),
        artifacts.file_sha256(taxonomy.default_path()),
    )


def _model_mark(name: str) -> str:
    return f"model={Path(name).name}@{artifacts.find(name).sha256[:SHORT]}"


def _second_mark(path: Path) -> str:
    return digest(*(artifacts.file_sha256(file) for file in sorted((path / "second").glob("*.jsonl"))))[:SHORT]


def _rows(found: Sequence[Score], reader: str, data: Mapping[str, str]) -> list[dict[str, Any]]:
    return [asdict(each) | {"signature": signature(each, reader, data, __version__)} for each in found]


def _called(model: str, against: str) -> tuple[str, str]:
    """Two models by the names of their folders, or by their paths where these are the same.

    >>> _called("/tmp/x/mine", "first"), _called("a/mine", "b/mine")
    (('mine', 'first'), ('a/mine', 'b/mine'))
    """
    short = Path(model).name, Path(against).name
    return short if short[0] != short[1] else (model, against)


def _learnt(asked: Asked, texts: Sequence[Labelled]) -> Iterator[str]:
    """Whether a model is measured on texts that it was adapted to."""
    for name in (asked.model, asked.against):
        known = models.learnt(name) if name else frozenset()
        if seen := sum(models.text_mark(text.text) in known for text in texts):
            yield f"`{name}` was adapted to {seen:,} of these {len(texts):,} texts: its scores here are too good."


def _notes(wanted: bool, origin: str, annotated_twice: bool) -> list[str]:
    notes = ["Texts were read with the sentence borders of their corpus, where it has any."]
    if not wanted:
        notes.append("Baselines were not asked for.")
    elif not origin:
        notes.append("There are no baselines: the corpora have no training split, and data/corpus is not here.")
    elif not available():
        notes.append("scikit-learn is not installed, so that two baselines are missing: pip install 'polyvox[evaluate]'.")
    if not annotated_twice:
        notes.append("No corpus here was annotated twice, so that it is not known how far people agree on it.")
    return notes
