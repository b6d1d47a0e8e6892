"""Mark exact and near duplicates over all parts, in memory that grows with the number of texts and not with their length."""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
import pyarrow as pa

from pipeline.clean.likeness import BANDS, WORDS, similar
from pipeline.config import CleanConfig
from pipeline.tables import TEXTS

HEADS = 4  # members of a bucket are compared with its first few heads only: a bucket of n costs 4 n, not n * n / 2

Read = Callable[[list[str]], Iterable[pa.Table]]  # the named columns of every CLEANED part, in order
Pairs = tuple[np.ndarray, np.ndarray]


def mark(read: Read, *, config: CleanConfig) -> Iterator[tuple[pa.Array, pa.Array]]:
    """For each part, in order, the columns `duplicate` and `cluster` of TEXTS.

    `read` is called once for each column and each band, so that only one of them is in memory. The first text of a cluster, in the
    order of parts and rows, is no duplicate; the result does not depend on how rows are split over parts. Leaves alone texts without
    sketch: those are exact duplicates or none.
    """
    keys = [part["key"].to_numpy() for part in read(["key"])]
    first = _first_of_key(np.concatenate([np.zeros(0, np.int64), *keys]))
    del keys
    root = first.copy()
    if config.near_duplicates:
        _join_near(read, first, root, config.similarity)
    heads = np.unique(root[root != np.arange(len(root))])
    names = {head: name for head, name in zip(heads.tolist(), _doc_ids(read, heads), strict=True)}
    position = 0
    for part in read(["doc_id"]):
        rows = np.arange(position, position + len(part))
        yield _columns(part["doc_id"].to_pylist(), rows, first[rows], root[rows], names)
        position += len(part)


def finish(cleaned: pa.Table, duplicate: pa.Array, cluster: pa.Array) -> pa.Table:
    """A CLEANED part and its marks as TEXTS."""
    return cleaned.append_column("duplicate", duplicate).append_column("cluster", cluster).select(TEXTS.schema.names).cast(TEXTS.schema)


def _first_of_key(keys: np.ndarray) -> np.ndarray:
    """For each row the first row with the same key."""
    order = np.argsort(keys, kind="stable")
    first = np.empty(len(keys), dtype=np.int64)
    first[order] = order[_run_starts(keys[order])]
    return first


def _join_near(read: Read, first: np.ndarray, root: np.ndarray, similarity: float) -> None:
    """Point `root` to the first text of each cluster of near duplicates. Only the first text of each key is compared."""
    alone = first == np.arange(len(first))
    rows, sketch = _gathered(read, "sketch", WORDS, alone)
    for band in range(BANDS if len(rows) > 1 else 0):
        _, hashes = _gathered(read, "bands", BANDS, alone, band)
        for one, other in _pairs(hashes, rows, sketch, similarity):
            _union(root, one, other)
    root[:] = root[first]


def _pairs(hashes: np.ndarray, rows: np.ndarray, sketch: np.ndarray, similarity: float) -> Iterator[Pairs]:
    """Rows that share a hash and are similar: each with the head of its bucket that it is similar to."""
    order = np.argsort(hashes, kind="stable")
    starts = _run_starts(hashes[order])
    left = order[np.bincount(starts, minlength=len(order))[starts] > 1]  # rows not alone in their bucket, bucket by bucket
    for _ in range(HEADS):
        head = _run_starts(hashes[left])
        heads, is_head = left[head], head == np.arange(len(left))
        alike = similar(sketch[left], sketch[heads]) >= similarity
        yield rows[left[alike & ~is_head]], rows[heads[alike & ~is_head]]
        left = left[~alike & ~is_head]


def _run_starts(ordered: np.ndarray) -> np.ndarray:
    """For each place the place where its run of equal values begins."""
    new = np.ones(len(ordered), dtype=bool)
    new[1:] = ordered[1:] != ordered[:-1]
    return np.maximum.accumulate(np.where(new, np.arange(len(ordered)), 0))


def _union(root: np.ndarray, one: np.ndarray, other: np.ndarray) -> None:
    """Union-find over arrays: before and after, `root[i]` is the first row of the cluster of `i`."""
    while len(one):
        one, other = root[one], root[other]
        apart = one != other
        one, other = one[apart], other[apart]
        np.minimum.at(root, np.maximum(one, other), np.minimum(one, other))
        while not np.array_equal(root, compressed := root[root]):
            root[:] = compressed


def _gathered(read: Read, name: str, width: int, wanted: np.ndarray, place: int | None = None) -> Pairs:
    """Wanted rows whose list in a column is not empty, and the lists (or the number at one place in them)."""
    rows, found, position = [np.zeros(0, np.int64)], [np.zeros((0, width), np.int64)[:, slice(None) if place is None else place]], 0
    for part in read([name]):
        column = part[name].combine_chunks()
        filled = np.flatnonzero(np.diff(column.offsets.to_numpy()))
        values = column.flatten().to_numpy().reshape(-1, width)
        chosen = wanted[position + filled]
        rows.append(position + filled[chosen])
        found.append(values[chosen] if place is None else values[chosen, place])
        position += len(part)
    return np.concatenate(rows), np.concatenate(found)


def _doc_ids(read: Read, rows: np.ndarray) -> Iterator[str]:
    """The doc_id of each of the rows, given in order."""
    position = 0
    for part in read(["doc_id"]):
        mine = rows[(rows >= position) & (rows < position + len(part))]
        yield from part["doc_id"].take(pa.array(mine - position)).to_pylist()
        position += len(part)


def _columns(own: list[str], rows: np.ndarray, first: np.ndarray, root: np.ndarray, names: dict[int, str]) -> tuple[pa.Array, pa.Array]:
    kinds = np.where(root == rows, "none", np.where(first == rows, "near", "exact"))
    cluster = [names.get(head, name) for name, head in zip(own, root.tolist(), strict=True)]
    return pa.array(kinds, pa.string()), pa.array(cluster, pa.string())
