"""Readings of labelled texts, kept on disk by the hash of the model and of the text, so that a second evaluation is quick."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple
from pathlib import Path

import numpy as np

from pipeline.errors import StorageError
from pipeline.evaluate.labelled import Labelled, Span
from pipeline.protocols import Analyser, Opinion, Reading
from pipeline.sentences import split

AT_ONCE = 128  # texts read between two writes: a few seconds of work
DIGITS = 6


def borders(text: Labelled) -> list[Span]:
    """Its sentences: those of the corpus, else those that the analyse stage would see."""
    return list(text.sentences) if text.sentences is not None else split(text.text, text.lang)


def read(
    model: Callable[[], Analyser], key: str, texts: Sequence[Labelled], folder: Path, told: Callable[[int], None] = lambda amount: None
) -> list[Reading]:
    """One reading per text, taken from `folder` where `key` (what decides a reading besides the text) has read it before.

    `model` opens the analyser and is called only when there is something new to read; `told` hears how many texts were done.
    """
    path = folder / f"{key[:16]}.jsonl"
    known = dict(_kept(path))
    spans = [borders(text) for text in texts]
    keys = [_key(text.text, each, text.lang) for text, each in zip(texts, spans, strict=True)]
    first = {each: i for i, each in reversed(list(enumerate(keys)))}  # a text that occurs twice is read once
    new = [i for each, i in first.items() if each not in known]
    told(len(texts) - len(new))
    if new:
        analyser = model()
        new.sort(key=lambda i: len(texts[i].text))  # texts of like length are read together
        for at in range(0, len(new), AT_ONCE):
            part = new[at : at + AT_ONCE]
            chosen = [texts[i] for i in part]
            found = analyser.analyse([text.text for text in chosen], [spans[i] for i in part], [text.lang for text in chosen])
            readings = [_rounded(each) for each in found]
            known |= {keys[i]: reading for i, reading in zip(part, readings, strict=True)}
            _keep(path, {keys[i]: reading for i, reading in zip(part, readings, strict=True)})
            told(len(part))
    return [known[each] for each in keys]


def _key(text: str, spans: Sequence[Span], lang: str) -> str:
    return hashlib.sha256(json.dumps([text, spans, lang], ensure_ascii=False).encode()).hexdigest()[:32]


def _rounded(reading: Reading) -> Reading:
    """As it comes back from disk, so that the first evaluation gives the same numbers as the second."""
    return _reading(json.loads(_line("", reading)))


def _line(key: str, reading: Reading) -> str:
    document, sentences = (np.asarray(each, dtype=np.float64).round(DIGITS).tolist() for each in (reading.document, reading.sentences))
    opinions = [[*astuple(each)[:-1], round(float(each.probability), DIGITS)] for each in reading.opinions]
    return json.dumps({"key": key, "document": document, "sentences": sentences, "opinions": opinions}, ensure_ascii=False)


def _reading(row: dict[str, list[list[float]]]) -> Reading:
    opinions = [Opinion(*each) for each in row["opinions"]]  # type: ignore[arg-type]
    return Reading(np.array(row["document"]), np.array(row["sentences"]).reshape(-1, 4), opinions)


def _kept(path: Path) -> Iterator[tuple[str, Reading]]:
    """What was kept; a line that was cut off when a run was stopped is read again."""
    if path.exists():
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                try:
                    row = json.loads(line)
                    yield row["key"], _reading(row)
                except (ValueError, KeyError, TypeError):
                    continue


def _keep(path: Path, readings: dict[str, Reading]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write("\n" + "\n".join(_line(key, reading) for key, reading in readings.items()) + "\n")
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}. Choose another --out.") from error
