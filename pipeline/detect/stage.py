"""The detect stage: texts in, the language of each document and sentence out, and where a text switches."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from pipeline.config import DetectConfig
from pipeline.detect import vote
from pipeline.offsets import OffsetMap
from pipeline.protocols import Detector, Guess, Span
from pipeline.sentences import split
from pipeline.tables import LANGUAGES

LONGEST = 20_000  # characters of a document that choose the rules by which it is split into sentences; all its sentences are read


def run(texts: pa.Table, *, config: DetectConfig, model: Detector) -> tuple[pa.Table]:
    """Split each document by the rules of the language that it seems to be in, name the language of each sentence, and from these that of
    the document. A detector sees one sentence at a time, so that a document of any length is read whole. Texts that are the same are read once."""
    cleans = texts["clean"].to_pylist()
    distinct = list(dict.fromkeys(cleans))
    heard = dict(zip(distinct, _listen(distinct, model), strict=True))
    rows: list[dict[str, object]] = []
    for doc_id, clean, offsets in zip(texts["doc_id"].to_pylist(), cleans, texts["offsets"].to_pylist(), strict=True):
        rows += _rows(doc_id, heard[clean], OffsetMap(offsets, len(clean)))
    return (pa.Table.from_pylist(rows, schema=LANGUAGES.schema),)


@dataclass(frozen=True)
class Heard:
    """What a detector said of the stretch at `place` of a text; `spans` are places in the stretch, `letters` counts by language."""

    place: tuple[int, int]
    guess: Guess
    spans: tuple[Span, ...]
    letters: Counter[str]


def _listen(texts: Sequence[str], model: Detector) -> Iterator[list[Heard]]:
    """Of each text: the whole, then its sentences."""
    first = model.detect([sample(text) for text in texts])
    places = [split(text, guess.lang) for text, guess in zip(texts, first, strict=True)]
    sentences = [text[start:end] for text, own in zip(texts, places, strict=True) for start, end in own]
    guesses, spans, words = iter(model.detect(sentences)), iter(model.spans(sentences)), iter(sentences)
    for text, own, guess in zip(texts, places, first, strict=True):
        parts = [_heard(place, next(guesses), tuple(next(spans)), next(words)) for place in own]
        said = [part.guess for part in parts]
        whole = vote.language(said, [text[start:end] for start, end in own]) if parts else guess
        yield [Heard((0, len(text)), whole, (), sum((part.letters for part in parts), Counter())), *parts]


def _heard(place: tuple[int, int], guess: Guess, spans: tuple[Span, ...], sentence: str) -> Heard:
    return Heard(place, guess, spans, vote.letters(sentence, spans))


def _rows(doc_id: str, heard: Sequence[Heard], offsets: OffsetMap) -> Iterator[dict[str, object]]:
    whole, *sentences = heard
    yield _row(doc_id, None, offsets.span(*whole.place), whole.guess, whole.letters, None)
    for number, each in enumerate(sentences):
        spans = [{"start": start, "end": end, "lang": lang} for lang, start, end in _moved(each.spans, each.place[0], offsets)]
        yield _row(doc_id, number, offsets.span(*each.place), each.guess, each.letters, spans)


def _moved(spans: Sequence[Span], at: int, offsets: OffsetMap) -> Iterator[tuple[str, int, int]]:
    for span in spans:
        yield span.lang, *offsets.span(at + span.start, at + span.end)


def sample(text: str) -> str:
    """A long text's beginning, middle and end, so that time is bounded and a menu at one end does not decide."""
    if len(text) <= LONGEST:
        return text
    third, middle = LONGEST // 3, len(text) // 2
    return "\n".join((text[:third], text[middle - third // 2 : middle + third // 2], text[-third:]))


def _row(
    doc_id: str, sentence: int | None, place: tuple[int, int], guess: Guess, letters: Counter[str], spans: list[dict[str, object]] | None
) -> dict[str, object]:
    return {
        "doc_id": doc_id,
        "sentence": sentence,
        "start": place[0],
        "end": place[1],
        "lang": guess.lang,
        "probability": guess.probability,
        "mixed": vote.mixed(letters),
        "shares": vote.ranked(letters),
        "spans": spans,
    }
