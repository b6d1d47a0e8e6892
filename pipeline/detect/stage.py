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
    the document. A detector sees one sentence at a time, so that a document of any length is read whole."""
    cleans = texts["clean"].to_pylist()
    first = model.detect([sample(clean) for clean in cleans])
    places = [split(clean, guess.lang) for clean, guess in zip(cleans, first, strict=True)]
    sentences = [clean[start:end] for clean, own in zip(cleans, places, strict=True) for start, end in own]
    guesses, spans = iter(model.detect(sentences)), iter(model.spans(sentences))
    rows: list[dict[str, object]] = []
    for doc_id, clean, offsets, own, guess in zip(
        texts["doc_id"].to_pylist(), cleans, texts["offsets"].to_pylist(), places, first, strict=True
    ):
        heard = [Heard(place, next(guesses), tuple(next(spans))) for place in own]
        rows += _rows(doc_id, clean, OffsetMap(offsets, len(clean)), heard, guess)
    return (pa.Table.from_pylist(rows, schema=LANGUAGES.schema),)


@dataclass(frozen=True)
class Heard:
    """What a detector said of the sentence at `place` of its document; `spans` are places in the sentence."""

    place: tuple[int, int]
    guess: Guess
    spans: tuple[Span, ...]


def _rows(doc_id: str, clean: str, offsets: OffsetMap, heard: Sequence[Heard], first: Guess) -> Iterator[dict[str, object]]:
    sentences = [clean[each.place[0] : each.place[1]] for each in heard]
    letters = [vote.letters(sentence, each.spans) for sentence, each in zip(sentences, heard, strict=True)]
    guess = vote.language([each.guess for each in heard], sentences) if heard else first
    yield _row(doc_id, None, offsets.span(0, len(clean)), guess, sum(letters, Counter()), None)
    for number, (each, own) in enumerate(zip(heard, letters, strict=True)):
        at = each.place[0]
        spans = [{"start": start, "end": end, "lang": lang} for lang, start, end in _moved(each.spans, at, offsets)]
        yield _row(doc_id, number, offsets.span(*each.place), each.guess, own, spans)


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
