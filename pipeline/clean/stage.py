"""Clean one part: documents become cleaned texts and rejects. Duplicates are marked later, over all parts."""

import re
import unicodedata

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.clean.cleaned import CLEANED
from pipeline.clean.fixer import Cleaned, apply
from pipeline.clean.fixers import PLACEHOLDERS, fixers
from pipeline.clean.likeness import BANDS, SHINGLE, WORDS, exact_key, normal, sketches
from pipeline.config import CleanConfig
from pipeline.contract import conform
from pipeline.tables import REJECTS

EXCERPT = 80  # characters: enough to recognise a row in its file
_PLACEHOLDER = re.compile("|".join(map(re.escape, PLACEHOLDERS)))
_FACE = re.compile(r"[:;=8xX]['\u2019]?-?[()DPpOo3/\\|*\[\]]|[)(]-?[:;=]|\^_*\^|<3")


def run(documents: pa.Table, *, config: CleanConfig) -> tuple[pa.Table, pa.Table]:
    """Cleaned texts (`CLEANED`) and rejects; every document is in one of them.

    Leaves `documents` as they are: the cleaned text stands beside the original, with the map of offsets between them.
    """
    chain = fixers(config)
    texts = documents["text"].to_pylist()
    distinct = {text: apply(text, chain) for text in dict.fromkeys(texts)}  # people often write the same: once is enough
    results = [distinct[text] for text in texts]
    reasons = [_reason(result) for result in results]
    kept = pa.array([not reason for reason in reasons], pa.bool_())
    kept_texts = _texts(
        documents["doc_id"].filter(kept), [result for result, reason in zip(results, reasons, strict=True) if not reason], config
    )
    rejects = _rejects(documents.filter(pc.invert(kept)), [reason for reason in reasons if reason])
    return conform(kept_texts, CLEANED), conform(rejects, REJECTS)


def _texts(doc_ids: pa.ChunkedArray, results: list[Cleaned], config: CleanConfig) -> pa.Table:
    numbers = {text: number for number, text in enumerate(dict.fromkeys(result.text for result in results))}
    normals = [normal(text) for text in numbers]
    long = [number for text, number in numbers.items() if _comparable(text, normals[number], config)]
    found = sketches([normals[number] for number in long], long, config.similarity)
    alike = {
        "key": pa.array(map(exact_key, normals), pa.int64()),
        "bands": _lists(found.bands, long, len(normals), BANDS),
        "sketch": _lists(found.sketch, long, len(normals), WORDS),
    }
    place = pa.array([numbers[result.text] for result in results], pa.int64())
    return pa.table(
        {
            "doc_id": doc_ids,
            "clean": pa.array([result.text for result in results], pa.string()),
            "offsets": pa.array([result.offsets for result in results], pa.list_(pa.int32())),
            "fixes": pa.array([result.fixes for result in results], pa.list_(pa.string())),
            **{name: values.take(place) for name, values in alike.items()},
        }
    )


def _comparable(text: str, normalised: str, config: CleanConfig) -> bool:
    return config.near_duplicates and len(text) >= config.min_chars and len(normalised) >= SHINGLE


def _lists(values: np.ndarray, rows: list[int], total: int, width: int) -> pa.ListArray:
    """A list of `width` numbers in the given rows, an empty list in the others."""
    sizes = np.zeros(total, dtype=np.int32)
    sizes[rows] = width
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(values.ravel(), pa.int64()))


def _reason(result: Cleaned) -> str:
    """Why nothing is left of a text to analyse; empty where something is. What cleaning did not change, reading has accepted."""
    rest = _PLACEHOLDER.sub("", result.text)
    masked = rest != result.text
    if not result.fixes or _FACE.search(rest) or any(unicodedata.category(character)[0] in "LNS" for character in rest):
        return ""
    if masked:
        return "nothing to analyse: only links, account names or contact data"
    if "!" in rest or "?" in rest:
        return ""
    if "boilerplate" in result.fixes:
        return "nothing to analyse: only site furniture"
    if "html" in result.fixes:
        return "nothing to analyse: only markup"
    return "nothing to analyse: only invisible characters, spaces or signs"


def _rejects(documents: pa.Table, reasons: list[str]) -> pa.Table:
    return pa.table(
        {
            "source": documents["source"],
            "line": documents["line"],
            "reason": pa.array(reasons, pa.string()),
            "excerpt": pa.array(map(_excerpt, documents["text"].to_pylist()), pa.string()),
        }
    )


def _excerpt(text: str) -> str:
    return "".join(_visible(character) for character in text[:EXCERPT])


def _visible(character: str) -> str:
    return character if unicodedata.category(character)[0] != "C" else character.encode("unicode_escape").decode("ascii")
