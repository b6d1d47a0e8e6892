"""Turn examples into padded batches of like length."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer

from pipeline.analyse.heads import DIRECTIONS, LABELS
from pipeline.tables import POLARITIES
from pipeline.train.examples import Example
from pipeline.train.network import IGNORE, Batch, Network

PAD = 1


@dataclass
class Encoded:
    """An example as token ids with, per token, the characters it covers."""

    example: Example
    ids: list[int]
    spans: np.ndarray  # (T, 2), special tokens are empty
    hidden: np.ndarray | None = None  # (T, D) float16, after the frozen layers


def encode(tokenizer: Tokenizer, examples: Sequence[Example], longest: int) -> list[Encoded]:
    """Tokenise; tokens past `longest` are cut, and what lies there is not supervised."""
    encodings = tokenizer.encode_batch([example.text for example in examples])
    encoded = []
    for example, e in zip(examples, encodings, strict=True):
        encoded.append(Encoded(example, e.ids[:longest], np.array(e.offsets[:longest])))
    return encoded


def through_frozen(network: Network, items: Sequence[Encoded], layers: int, size: int = 64) -> None:
    """Keep with every item what the first `layers` layers say of it, without dropout: they do not change, so once is enough.

    Items that hold it already are left as they are. Memory: 2 bytes x dim a token, 0.8 kB for 384.
    """
    network.eval()
    order = sorted({id(item): item for item in items if item.hidden is None}.values(), key=lambda item: len(item.ids))
    with torch.inference_mode():
        for at in range(0, len(order), size):
            part = order[at : at + size]
            ids = _padded(part)
            hidden = network.frozen(ids, (ids != PAD).long(), layers).to(torch.float16).numpy()
            for item, row in zip(part, hidden, strict=True):
                item.hidden = row[: len(item.ids)].copy()


def _padded(items: Sequence[Encoded]) -> torch.Tensor:
    ids = torch.full((len(items), max(len(item.ids) for item in items)), PAD)
    for row, item in zip(ids, items, strict=True):
        row[: len(item.ids)] = torch.tensor(item.ids)
    return ids


def _hidden(items: Sequence[Encoded], width: int) -> torch.Tensor | None:
    if items[0].hidden is None:
        return None
    hidden = torch.zeros(len(items), width, items[0].hidden.shape[1])
    for row, item in zip(hidden, items, strict=True):
        row[: len(item.ids)] = torch.from_numpy(item.hidden)
    return hidden


def shuffled(items: Sequence[Encoded], size: int, seed: int) -> Iterator[list[Encoded]]:
    """Batches of like length in random order: sorted within random pools of 50 batches."""
    rng = random.Random(seed)
    order = list(items)
    rng.shuffle(order)
    batches = []
    for at in range(0, len(order), size * 50):
        pool = sorted(order[at : at + size * 50], key=lambda item: len(item.ids))
        batches += [pool[i : i + size] for i in range(0, len(pool), size)]
    rng.shuffle(batches)
    yield from batches


def collate(items: Sequence[Encoded], aspects: Sequence[str]) -> Batch:
    """Pad and build targets; see `Batch` for the shapes."""
    ids = _padded(items)
    width = ids.shape[1]
    tags = torch.full((len(items), width), IGNORE)
    documents, segments, terms = [], [], []  # rows of pooling weights, as token lists
    document_allowed, segment_allowed, categories, directions, term_categories = [], [], [], [], []
    column = {name: i for i, name in enumerate(aspects)}
    for b, item in enumerate(items):
        n = len(item.ids)
        documents.append([b * width + t for t in range(n)])
        document_allowed.append(_allowed(item.example.document))
        for segment in item.example.segments:
            tokens = tokens_of(item.spans, segment.start, segment.end)
            if not len(tokens):
                continue
            segments.append([b * width + t for t in tokens])
            segment_allowed.append(_allowed(segment.labels))
            categories.append(_categories(segment.categories, segment.supervised, column))
            directions.append(DIRECTIONS.index(segment.direction) if segment.direction else IGNORE)
        if item.example.terms is not None:
            tags[b, :n] = 0
            for term in item.example.terms:
                tokens = tokens_of(item.spans, term.start, term.end)
                if not len(tokens):
                    continue
                polarity = POLARITIES.index(term.polarity)
                tags[b, tokens] = 2 + 2 * polarity
                tags[b, tokens[0]] = 1 + 2 * polarity
                terms.append([b * width + t for t in tokens])
                term_categories.append(column.get(term.category or "", IGNORE))
    size = len(items) * width
    return Batch(
        ids=ids,
        mask=(ids != PAD).long(),
        hidden=_hidden(items, width),
        segment_pool=_pool(segments, size),
        document_pool=_pool(documents, size),
        term_pool=_pool(terms, size),
        document_allowed=torch.tensor(document_allowed),
        segment_allowed=torch.tensor(segment_allowed).view(-1, len(LABELS)),
        categories=torch.tensor(categories).view(-1, len(aspects)),
        directions=torch.tensor(directions, dtype=torch.long),
        tags=tags,
        term_categories=torch.tensor(term_categories, dtype=torch.long),
    )


def tokens_of(spans: np.ndarray, start: int, end: int) -> np.ndarray:
    """Numbers of the tokens whose middle lies in `start:end`; special tokens (empty spans) belong to none."""
    middle = spans.sum(axis=1) / 2
    return np.flatnonzero((spans[:, 1] > spans[:, 0]) & (middle > start) & (middle < end))


def _pool(rows: list[list[int]], size: int) -> torch.Tensor:
    pool = torch.zeros(len(rows), size)
    for i, tokens in enumerate(rows):
        pool[i, tokens] = 1 / len(tokens)
    return pool


def _allowed(labels: Sequence[str] | None) -> list[int]:
    return [int(labels is not None and label in labels) for label in LABELS]


def _categories(present: dict[str, str], supervised: frozenset[str], column: dict[str, int]) -> list[int]:
    row = [IGNORE] * len(column)
    for name, at in column.items():
        if name in present:
            row[at] = 1 + POLARITIES.index(present[name]) if present[name] in POLARITIES else IGNORE
        elif name in supervised:
            row[at] = 0
    return row
