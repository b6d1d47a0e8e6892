"""The analyse stage: texts and their languages to sentiment and aspects."""

import numpy as np
import pyarrow as pa

from pipeline.analyse.own_aspects import own_opinions
from pipeline.config import AnalyseConfig
from pipeline.offsets import OffsetMap
from pipeline.protocols import Analyser, Opinion, Reading
from pipeline.sentences import split
from pipeline.tables import ASPECTS, LABELS, SENTIMENT, UNSCORED

DIGITS = 5  # probabilities are written to five decimals: more would be noise


def run(texts: pa.Table, languages: pa.Table, documents: pa.Table, *, config: AnalyseConfig, model: Analyser) -> tuple[pa.Table, pa.Table]:
    """Read sentiment and aspects of one part; the three tables hold the same documents. Texts that are the same are read once."""
    lang = {row["doc_id"]: row["lang"] for row in languages.to_pylist() if row["sentence"] is None}
    ids, cleans = texts["doc_id"].to_pylist(), texts["clean"].to_pylist()
    originals = dict(zip(documents["doc_id"].to_pylist(), documents["text"].to_pylist(), strict=True))
    distinct = list(dict.fromkeys((clean, lang[doc_id]) for doc_id, clean in zip(ids, cleans, strict=True)))
    spans = [split(clean, code) for clean, code in distinct]
    found = model.analyse([clean for clean, _ in distinct], spans, [code for _, code in distinct])
    readings = dict(zip(distinct, zip(spans, found, strict=True), strict=True))
    sentiment: list[dict[str, object]] = []
    aspects: list[dict[str, object]] = []
    for doc_id, clean, runs in zip(ids, cleans, texts["offsets"].to_pylist(), strict=True):
        sentences, reading = readings[clean, lang[doc_id]]
        offsets = OffsetMap(runs, len(clean))
        sentiment += _sentiment(doc_id, sentences, reading, offsets, config, len(clean))
        own = own_opinions(clean, sentences, lang[doc_id], reading, config.aspects)
        aspects += _aspects(doc_id, [*reading.opinions, *own], offsets, originals[doc_id])
    return pa.Table.from_pylist(sentiment, schema=SENTIMENT.schema), pa.Table.from_pylist(aspects, schema=ASPECTS.schema)


def _sentiment(
    doc_id: str, sentences: list[tuple[int, int]], reading: Reading, offsets: OffsetMap, config: AnalyseConfig, length: int
) -> list[dict[str, object]]:
    rows: list[tuple[str, int | None, tuple[int, int], np.ndarray]] = [("document", None, offsets.span(0, length), reading.document)]
    rows += [
        ("sentence", number, offsets.span(*span), p) for number, (span, p) in enumerate(zip(sentences, reading.sentences, strict=True))
    ]
    return [
        {"doc_id": doc_id, "level": level, "sentence": number, "start": start, "end": end}
        | {"label": _label(p, config.threshold)}
        | {f"p_{name}": round(float(value), DIGITS) for name, value in zip(LABELS, p, strict=True)}
        for level, number, (start, end), p in rows
    ]


def _label(probabilities: np.ndarray, threshold: float) -> str:
    best = int(probabilities.argmax())
    return LABELS[best] if probabilities[best] >= threshold else UNSCORED


def _aspects(doc_id: str, opinions: list[Opinion], offsets: OffsetMap, original: str) -> list[dict[str, object]]:
    rows = []
    for opinion in opinions:
        start = end = term = None
        if opinion.start is not None and opinion.end is not None:
            start, end = offsets.span(opinion.start, opinion.end)
            term = original[start:end]
        rows.append(
            {
                "doc_id": doc_id,
                "sentence": opinion.sentence,
                "start": start,
                "end": end,
                "term": term,
                "category": opinion.category,
                "polarity": opinion.polarity,
                "direction": opinion.direction,
                "probability": round(opinion.probability, DIGITS),
            }
        )
    return rows
