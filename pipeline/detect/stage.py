"""The detect stage: texts to languages, per document and per sentence."""

import pyarrow as pa

from pipeline.config import DetectConfig
from pipeline.offsets import OffsetMap
from pipeline.protocols import Detector, Guess
from pipeline.sentences import split
from pipeline.tables import LANGUAGES

LONGEST = 20_000  # characters of a document that are shown to the detector: more do not change its mind


def run(texts: pa.Table, *, config: DetectConfig, model: Detector) -> tuple[pa.Table]:
    """Name the language of each document, split it by that language's rules, and name the language of each sentence."""
    cleans = texts["clean"].to_pylist()
    documents = model.detect([sample(clean) for clean in cleans])
    rows: list[dict[str, object]] = []
    for doc_id, clean, runs, guess in zip(texts["doc_id"].to_pylist(), cleans, texts["offsets"].to_pylist(), documents, strict=True):
        offsets = OffsetMap(runs, len(clean))
        spans = split(clean, guess.lang)
        sentences = [guess] if len(spans) == 1 else model.detect([clean[start:end] for start, end in spans])
        rows.append(_row(doc_id, None, offsets.span(0, len(clean)), guess))
        rows += [_row(doc_id, number, offsets.span(*span), each) for number, (span, each) in enumerate(zip(spans, sentences, strict=True))]
    return (pa.Table.from_pylist(rows, schema=LANGUAGES.schema),)


def sample(text: str) -> str:
    """A long text's beginning, middle and end, so that time is bounded and a menu at one end does not decide."""
    if len(text) <= LONGEST:
        return text
    third, middle = LONGEST // 3, len(text) // 2
    return "\n".join((text[:third], text[middle - third // 2 : middle + third // 2], text[-third:]))


def _row(doc_id: str, sentence: int | None, span: tuple[int, int], guess: Guess) -> dict[str, object]:
    return {
        "doc_id": doc_id,
        "sentence": sentence,
        "start": span[0],
        "end": span[1],
        "lang": guess.lang,
        "probability": guess.probability,
    }
