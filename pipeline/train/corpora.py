"""Read labelled corpora into examples. One row per corpus says which files, and what its labels mean."""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.train.categories import aspect
from pipeline.train.examples import Example, Segment, Term

NEUTRAL_MAY_BE_MIXED = ("neutral", "mixed")


@dataclass(frozen=True)
class Corpus:
    """A corpus: its folder and file, its task, how its labels are read, and how many training rows to take at most."""

    name: str
    file: str
    limit: int
    mixed_is_labelled: bool = False  # four-way labels: neutral is neutral
    drop_stars: tuple[int, ...] = ()  # star ratings that do not tell the sentiment
    keep: tuple[tuple[str, tuple[str, ...]], ...] = ()  # field -> allowed values
    categories: bool = True  # its category names can be read in our scheme


# Verdict A by their cards, and m_absa. Limits keep one corpus from drowning the others in a short training.
CORPORA = (
    Corpus("tl_sentitaglish", "sentiment.jsonl", 6600, mixed_is_labelled=True),
    Corpus("tl_shopee_stars", "sentiment.jsonl", 3000, drop_stars=(3, 4)),
    Corpus("potts", "sentiment.jsonl", 4000, mixed_is_labelled=True),
    Corpus("saudi_tourism", "sentiment.jsonl", 2900),
    Corpus("arsarcasm_v2", "sentiment.jsonl", 3000),
    Corpus("afrisenti_ar", "sentiment.jsonl", 2500),
    Corpus("ajgt", "sentiment.jsonl", 1400),
    Corpus("vader_reviews", "sentiment.jsonl", 1500, keep=(("domain", ("product",)),)),
    Corpus("vi_beauty_absa", "sentiment_derived.jsonl", 2500, mixed_is_labelled=True),
    Corpus("absa_hotels_ar", "sentiment.jsonl", 1500),
    Corpus("m_absa", "absa.jsonl", 9000, keep=(("lang", ("de", "vi", "ar")),)),
    Corpus("mams", "absa.jsonl", 1000),
    Corpus("mobasa", "absa.jsonl", 2000),
    Corpus("absa_hotels_ar", "absa.jsonl", 3500),
    Corpus("aaste_egyptian", "absa.jsonl", 2000),
    Corpus("vi_vitasa", "absa.jsonl", 4000),
    Corpus("vi_beauty_absa", "absa.jsonl", 1500),
)


def read_public(root: Path, splits: Iterable[str] = ("train",), most: int | None = None) -> Iterator[Example]:
    """Examples of all corpora under `root`, at most `limit` (and `most`) per corpus and split, chosen by hash so that the choice is stable."""
    for corpus in CORPORA:
        path = root / corpus.name / corpus.file
        if not path.exists():
            raise InputError(f"There is no corpus file {path}. Give the folder of corpora with --corpora.")
        supervised = _supervised(path) if corpus.file.startswith("absa") else frozenset()
        for split in splits:
            rows = [row for row in _rows(path) if row["split"] == split and _wanted(row, corpus)]
            rows.sort(key=lambda row: hashlib.sha256(row["id"].encode()).digest())
            for row in rows[: min(corpus.limit, most or corpus.limit)]:
                yield _absa(row, corpus, supervised) if supervised or "aspects" in row else _sentiment(row, corpus)


def read_own(path: Path, aspects: Iterable[str]) -> Iterator[Example]:
    """Examples of our own corpus format (data/corpus/<lang>.jsonl): everything is annotated, so all `aspects` are supervised."""
    supervised = frozenset(aspects)
    for row in _rows(path):
        segments = []
        for number, sentence in enumerate(row["sentences"]):
            opinions = [o for o in row["opinions"] if o["sentence"] == number]
            directions = {o["direction"] for o in opinions if o["direction"]}
            segments.append(
                Segment(
                    sentence["start"],
                    sentence["end"],
                    (sentence["label"],),
                    _merge((o["category"], o["polarity"]) for o in opinions),
                    supervised,
                    directions.pop() if len(directions) == 1 else "none",
                )
            )
        terms = tuple(Term(o["start"], o["end"], o["polarity"], o["category"]) for o in row["opinions"] if o["term"])
        yield Example(row["id"], "own", row["lang"], row["split"], row["text"], (row["label"],), tuple(segments), terms)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _wanted(row: dict[str, Any], corpus: Corpus) -> bool:
    return row.get("stars") not in corpus.drop_stars and all(row.get(name) in allowed for name, allowed in corpus.keep)


def _sentiment(row: dict[str, Any], corpus: Corpus) -> Example:
    labels = NEUTRAL_MAY_BE_MIXED if row["label"] == "neutral" and not corpus.mixed_is_labelled else (row["label"],)
    whole = Segment(0, len(row["text"]), labels)
    return Example(row["id"], corpus.name, row["lang"], row["split"], row["text"], labels, (whole,))


def _absa(row: dict[str, Any], corpus: Corpus, supervised: frozenset[str]) -> Example:
    aspects = [a for a in row["aspects"] if a["polarity"] in ("negative", "neutral", "positive")]
    whole = Segment(
        0,
        len(row["text"]),
        None,
        _merge((ours, a["polarity"]) for a in aspects if (ours := _ours(a))),
        supervised,
    )
    explicit = [a for a in row["aspects"] if a.get("start") is not None]
    terms: tuple[Term, ...] | None = tuple(
        Term(a["start"], a["end"], a["polarity"], _ours(a)) for a in explicit if a["polarity"] in ("negative", "neutral", "positive")
    )
    named_elsewhere = any(a.get("term") and a.get("start") is None for a in row["aspects"])  # its words are there, its offsets are not
    if corpus.name == "vi_beauty_absa" or named_elsewhere:
        terms = None
    return Example(row["id"], corpus.name, row["lang"], row["split"], row["text"], None, (whole,), terms)


def _ours(item: dict[str, Any]) -> str | None:
    return aspect(item["category"]) if item.get("category") else None


def _merge(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """One polarity per category in a segment; opposite ones give `mixed`, which is not supervised."""
    merged: dict[str, str] = {}
    for category, polarity in pairs:
        before = merged.get(category)
        if before in (None, "neutral", polarity):
            merged[category] = polarity
        elif polarity != "neutral":
            merged[category] = "mixed"
    return merged


def _supervised(path: Path) -> frozenset[str]:
    """Aspects that the corpus annotates often enough that their absence means something."""
    counts: dict[str, int] = {}
    total = 0
    for row in _rows(path):
        total += 1
        for item in row["aspects"]:
            if ours := _ours(item):
                counts[ours] = counts.get(ours, 0) + 1
    return frozenset(name for name, n in counts.items() if n >= 0.02 * total)


def key(text: str) -> str:
    """What two texts share when they are the same but for case, marks and spacing."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in folded if c.isalnum())


def without_leaks(train: Iterable[Example], held_out: Iterable[str]) -> tuple[list[Example], int]:
    """Training examples whose text is in no held-out text (same letters), and how many were removed."""
    forbidden = {key(text) for text in held_out}
    train = list(train)
    kept = [example for example in train if key(example.text) not in forbidden]
    return kept, len(train) - len(kept)
