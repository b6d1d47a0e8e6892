"""Draw texts to be labelled by people, so that the labels say something of all texts: strata, allocation, inclusion probabilities."""

import hashlib
from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.aggregate.lineup import confidences, line_up
from pipeline.languages import CODES
from pipeline.stats.allocation import allocate
from pipeline.tables import LABELS

SURE = 0.7  # the classifier is right about half as often below as above, so both are drawn from
LANGUAGE_FLOOR = 50  # labels a language: with fewer an interval is wider than 28 points
STRATUM_FLOOR = 5  # labels a stratum: fewer give no variance within it

FRAME = pa.schema(
    [
        pa.field("doc_id", pa.string(), False),
        pa.field("lang", pa.string(), False),
        pa.field("said", pa.string(), False, {"note": "label that the classifier gave"}),
        pa.field("confidence", pa.float32(), False, {"note": "its probability"}),
    ]
)
DRAWN = pa.schema(
    [
        pa.field("doc_id", pa.string(), False),
        pa.field("lang", pa.string(), False),
        pa.field("stratum", pa.string(), False, {"note": "a code of this sample: it must not tell the labeller what the classifier said"}),
        pa.field("probability", pa.float64(), False, {"note": "of being drawn"}),
    ]
)


def frame(documents: pa.Table, languages: pa.Table, sentiment: pa.Table) -> pa.Table:
    """The scored texts of one part in the languages that Polyvox serves (schema `FRAME`)."""
    rows = line_up(documents, languages, sentiment)
    best = confidences(rows["doc_id"], sentiment)
    table = pa.table({"doc_id": rows["doc_id"], "lang": rows["lang"], "said": rows["label"], "confidence": best}, schema=None)
    kept = pc.and_(pc.is_in(table["said"], value_set=pa.array(LABELS)), pc.is_in(table["lang"], value_set=pa.array(CODES)))
    return table.filter(kept).cast(FRAME)


def draw(frames: Iterable[pa.Table], size: int, seed: str) -> pa.Table:
    """A stratified random sample of about `size` texts (schema `DRAWN`), by language, label and confidence, in random order.

    Neyman allocation by how unsure the classifier is, with floors of 5 a stratum and 50 a language as far as there are texts and `size`
    allows: the floors are lowered, but not below 1, when they ask for more than `size`. The same texts, size and seed give the same sample, whatever
    the order or the parts.
    """
    table = pa.concat_tables([FRAME.empty_table(), *frames]).combine_chunks()
    ids, langs = table["doc_id"].to_pylist(), table["lang"].to_pylist()
    confidence = table["confidence"].to_numpy().astype(np.float64)
    strata = sorted(set(zip(langs, table["said"].to_pylist(), (confidence >= SURE).tolist(), strict=True)))
    number = {stratum: i for i, stratum in enumerate(strata)}
    member = np.array(
        [number[s] for s in zip(langs, table["said"].to_pylist(), (confidence >= SURE).tolist(), strict=True)], dtype=np.int64
    )
    sizes = np.bincount(member, minlength=len(strata))
    right = np.bincount(member, weights=confidence, minlength=len(strata)) / np.maximum(sizes, 1)
    floors = _floors([lang for lang, _, _ in strata], sizes, size)
    wanted = allocate(sizes, np.sqrt(right * (1 - right)), size, floors) if strata else sizes
    order = np.array([_hash(seed, each) for each in ids], dtype=np.uint64)
    chosen = [place for h in range(len(strata)) for place in _smallest(order, np.flatnonzero(member == h), int(wanted[h]))]
    chosen.sort(key=lambda place: _hash(seed + "order", ids[place]))
    sample = "\x1f".join((seed, *(ids[place] for place in chosen)))
    codes = [f"{stratum[0]}-{_hash(sample, repr(stratum)) % 16**8:08x}" for stratum in strata]  # in no order, and of no other sample
    return pa.table(
        {
            "doc_id": [ids[place] for place in chosen],
            "lang": [langs[place] for place in chosen],
            "stratum": [codes[member[place]] for place in chosen],
            "probability": [float(wanted[member[place]] / sizes[member[place]]) for place in chosen],
        },
        schema=DRAWN,
    )


def _floors(langs: list[str], sizes: np.ndarray, total: int) -> np.ndarray:
    """The least to draw from each stratum."""
    floors = np.minimum(sizes, STRATUM_FLOOR)
    for lang in dict.fromkeys(langs):
        own = np.array([each == lang for each in langs])
        lack = min(LANGUAGE_FLOOR, int(sizes[own].sum())) - int(floors[own].sum())
        if lack > 0:
            floors[own] = allocate(sizes[own], np.ones(own.sum()), LANGUAGE_FLOOR, floors[own])
    if floors.sum() > total:
        floors = np.minimum(floors, np.maximum(1, floors * total // floors.sum()))
    return np.asarray(floors)


def _smallest(order: np.ndarray, places: np.ndarray, number: int) -> list[int]:
    return [int(place) for place in places[np.argsort(order[places], kind="stable")][:number]]


def _hash(seed: str, doc_id: str) -> int:
    return int.from_bytes(hashlib.blake2b(f"{seed}\x1f{doc_id}".encode(), digest_size=8).digest(), "little")
