"""The folder of a run as the stages before `aggregate` leave it, of texts that nobody wrote: labels, aspects and all else are drawn by lot."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from pipeline import manifest
from pipeline.languages import CODES
from pipeline.store import Store
from pipeline.tables import ASPECTS, DIRECTIONS, DOCUMENTS, LABELS, LANGUAGES, REJECTS, SENTIMENT, TEXTS, Spec
from pipeline.taxonomy import load
from pipeline.work import SCRATCH

PART = 2000  # texts, as `read` makes them
MONTHS, BRANDS, CHANNELS = 12, 6, 5
SENTENCES = 3  # of each text
BEGINS = np.datetime64("2025-11-01", "us")
SEED = 12


def write_readings(out: Path, texts: int, model: str) -> None:
    """Documents, texts, languages, sentiment and aspects of so many texts in five languages, with the notes that they are finished."""
    store, aspects = Store(out), load().ids
    written: dict[str, list[str]] = {spec.name: [] for spec in (DOCUMENTS, TEXTS, LANGUAGES, SENTIMENT, ASPECTS, REJECTS)}
    for number, first in enumerate(range(0, texts, PART)):
        rows = min(PART, texts - first)
        tables = _part(first, rows, aspects, np.random.default_rng([SEED, number]))
        for spec, table in zip((DOCUMENTS, TEXTS, LANGUAGES, SENTIMENT, ASPECTS), tables, strict=True):
            written[spec.name].append(store.write(spec, number, table))
        for origin in ("read", "clean"):
            written[REJECTS.name].append(store.write(REJECTS, number, REJECTS.schema.empty_table(), origin=origin))
    tally = {"records": texts, "documents": texts, "rejects": 0, "sources": []}
    more = {
        DOCUMENTS.name: {"key": "made", "rejects": written[REJECTS.name][::2], "written": written["texts"], "tally": tally, "inputs": []},
        TEXTS.name: {"key": "made"},
        SENTIMENT.name: {"model": model, "aspects": []},
    }
    for spec in (DOCUMENTS, TEXTS, LANGUAGES, SENTIMENT):
        manifest.write(out / SCRATCH / f"{spec.name}.json", {"parts": written[spec.name], **more.get(spec.name, {})})


def _part(first: int, rows: int, aspects: tuple[str, ...], rng: np.random.Generator) -> tuple[pa.Table, ...]:
    ids = pa.array([f"d{first + i}" for i in range(rows)])
    lang = pa.array(CODES).take(pa.array(rng.integers(len(CODES), size=rows)))
    words = rng.integers(20, 30, size=rows)
    text = pa.array([f"Text {first + i} " + "of some words " * (n // 3) for i, n in enumerate(words)])
    length = np.array([len(each) for each in text.to_pylist()])
    mood = rng.dirichlet((0.5, 0.3, 0.6, 0.1), size=rows)
    tables = [_documents(first, ids, text, mood, rng)]
    alone = {"duplicate": pa.array(["none"] * rows), "cluster": ids}
    offsets = pa.array([[0, 0, int(n)] for n in length], TEXTS.schema.field("offsets").type)
    tables.append(pa.table({"doc_id": ids, "clean": text, "offsets": offsets, "fixes": _empty(TEXTS, "fixes", rows), **alone}))
    # a row for the document, then one for each of its sentences
    each = np.repeat(np.arange(rows), 1 + SENTENCES)
    sentence = np.tile(np.arange(-1, SENTENCES), rows)
    whole = sentence < 0
    third = length[each] // SENTENCES
    place = {
        "doc_id": ids.take(pa.array(each)),
        "sentence": pa.array(sentence, pa.int32(), mask=whole),
        "start": pa.array(np.where(whole, 0, sentence * third), pa.int32()),
        "end": pa.array(np.where(whole, length[each], (sentence + 1) * third), pa.int32()),
    }
    heard = {name: _empty(LANGUAGES, name, len(each)) for name in ("shares", "spans")}
    said = {"lang": lang.take(pa.array(each)), "probability": np.full(len(each), 0.99), "mixed": np.zeros(len(each), bool)}
    tables.append(pa.table({**place, **said, **heard}))
    p = 0.7 * mood[each] + 0.3 * rng.dirichlet((0.5,) * 4, size=len(each))
    label = pa.array(LABELS).take(pa.array(p.argmax(axis=1)))
    level = pa.array(np.where(whole, "document", "sentence"))
    read = {f"p_{name}": np.round(p[:, k], 5) for k, name in enumerate(LABELS)}
    tables.append(pa.table({**place, "level": level, "label": label, **read}).select(SENTIMENT.schema.names))
    return (*tables, _aspects(ids, length, mood, aspects, rng))


def _documents(first: int, ids: pa.Array, text: pa.Array, mood: np.ndarray, rng: np.random.Generator) -> pa.Table:
    rows = len(ids)
    day = rng.integers(0, MONTHS * 30 * 86_400, size=rows).astype("timedelta64[s]")
    stars = np.clip(np.rint(3 + 2.5 * (mood[:, 2] - mood[:, 0]) + rng.normal(0, 0.6, size=rows)), 1, 5)
    answered = (stars <= 2) & (rng.random(rows) < 0.5)
    wait = (rng.exponential(5 * 86_400, size=rows)).astype("timedelta64[s]")
    author = (rng.pareto(1.1, size=rows) * 50_000).astype(np.int64)  # few write much
    columns = {
        "doc_id": ids,
        "text": text,
        "source": pa.array(["made.csv"] * rows),
        "line": np.arange(first + 2, first + 2 + rows),
        "rating": pa.array(stars, pa.float32(), mask=rng.random(rows) < 0.1),
        "time": pa.array(BEGINS + day, pa.timestamp("us")),
        "channel": pa.array([f"channel {i}" for i in rng.integers(CHANNELS, size=rows)]),
        "brand": pa.array([f"Brand {i}" for i in rng.integers(BRANDS, size=rows)]),
        "author": pa.array([f"u{i}" for i in author], mask=rng.random(rows) < 0.1),
        "reply": pa.array(["Thank you."] * rows, mask=~answered),
        "reply_time": pa.array(BEGINS + day + wait, pa.timestamp("us"), mask=~answered),
        "weight": pa.nulls(rows, DOCUMENTS.schema.field("weight").type),
        "dimensions": _empty(DOCUMENTS, "dimensions", rows),
    }
    return pa.table({name: columns[name] for name in DOCUMENTS.schema.names})


def _aspects(ids: pa.Array, length: np.ndarray, mood: np.ndarray, aspects: tuple[str, ...], rng: np.random.Generator) -> pa.Table:
    """On average an opinion and a half a text; some name the same aspect twice."""
    each = np.repeat(np.arange(len(ids)), rng.poisson(1.5, size=len(ids)))
    which = np.minimum(rng.geometric(0.08, size=len(each)) - 1, len(aspects) - 1)
    blamed = rng.random(len(each)) < mood[each, 0] + mood[each, 3] / 2 + mood[each, 1] / 2
    amount = rng.random(len(each))
    sentence = rng.integers(SENTENCES, size=len(each))
    start = sentence * (length[each] // SENTENCES)
    columns = {
        "doc_id": ids.take(pa.array(each)),
        "sentence": sentence,
        "start": start,
        "end": start + 4,
        "term": pa.array(["word"] * len(each)),
        "category": pa.array(aspects).take(pa.array(which)),
        "polarity": pa.array(np.where(amount > 0.9, "neutral", np.where(blamed, "negative", "positive"))),
        "direction": pa.array(np.where(amount < 0.02, *DIRECTIONS), mask=amount > 0.04),
        "probability": np.round(rng.uniform(0.4, 1, size=len(each)), 5),
    }
    return pa.table({name: columns[name] for name in ASPECTS.schema.names})


def _empty(spec: Spec, name: str, rows: int) -> pa.Array:
    return pa.array([[]] * rows, spec.schema.field(name).type)
