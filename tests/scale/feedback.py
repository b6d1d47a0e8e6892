"""A large CSV of feedback: texts of about 1 kB put together from the annotated corpus, with the columns and the bad rows of a real export."""

import csv
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from pipeline.languages import CODES

CORPUS = Path(__file__).parents[2] / "data" / "corpus"
COLUMNS = ("id", "text", "rating", "date", "channel", "brand", "author", "reply", "reply date")
CHANNELS = ("web", "app", "survey", "mail", "shop")
BRANDS = tuple(f"Brand {letter}" for letter in "ABCDEFGHIJKL")
BEGINS, DAYS = datetime(2025, 10, 1, 8), 365
BYTES = 1000  # of a text, at least
POOL = 200  # different texts: each is read by the model once, so that the file, not the model, is what is measured
BAD = 0.01  # rows without text, of punctuation only, or with too many cells
SEED = 11


def write_feedback(path: Path, size: int) -> int:
    """Write about `size` bytes; the same bytes each time. Gives the number of rows."""
    rng = np.random.default_rng(SEED)
    texts = list(pool(POOL))
    rows = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(COLUMNS)
        while file.tell() < size:
            for row in _rows(texts, rows, 1000, rng):
                out.writerow(row)
            rows += 1000
    return rows


def pool(number: int) -> Iterator[str]:
    """Different texts, as many of each language: neighbours of the corpus put together."""
    for lang in CODES:
        texts = [json.loads(line)["text"] for line in (CORPUS / f"{lang}.jsonl").open(encoding="utf-8")]
        for _ in range(number // len(CODES)):
            text = texts.pop()
            while len(text.encode()) < BYTES:
                text += " " + texts.pop()
            yield text


def _rows(texts: list[str], first: int, count: int, rng: np.random.Generator) -> Iterator[list[object]]:
    which, brand, day = rng.integers(len(texts), size=count), rng.integers(len(BRANDS), size=count), rng.integers(DAYS, size=count)
    author = (rng.pareto(1.1, size=count) * 1000).astype(np.int64)  # few write much
    answered, wait, bad = rng.random(count) < 0.2, rng.integers(30, size=count), rng.random(count) < BAD
    rating = rng.choice(["1", "2", "3", "4", "5", ""], p=[0.2, 0.1, 0.1, 0.2, 0.3, 0.1], size=count)
    dates = [(BEGINS + timedelta(days=each)).isoformat(" ") for each in range(DAYS + 30)]
    for i in range(count):
        row: list[object] = [f"r{first + i}", texts[which[i]], rating[i], dates[day[i]], CHANNELS[i % len(CHANNELS)]]
        row += [BRANDS[brand[i]], f"u{author[i]}"]
        row += ["Thank you.", dates[day[i] + wait[i]]] if answered[i] else ["", ""]
        yield _spoiled(row, i) if bad[i] else row


def _spoiled(row: list[object], i: int) -> list[object]:
    return [row[0], ("", "!!! ... ???", row[1])[i % 3], *row[2:], *(["", "one", "cell", "too", "many"] if i % 3 == 2 else [])]
