"""Builds the tables of a small run from plain rows, for tests of stages that read several tables."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import pyarrow as pa

from pipeline import tables
from pipeline.offsets import Aligned
from pipeline.report.quotes import choose_quotes, cut_quotes, merge_quotes


class Run(NamedTuple):
    """The tables that the aggregate and report stages read."""

    documents: pa.Table
    languages: pa.Table
    sentiment: pa.Table
    aspects: pa.Table
    texts: pa.Table


def run_of(rows: Iterable[dict[str, Any]]) -> Run:
    """A row: doc_id, text, lang, label, and if wanted p, brand, channel, time, author, rating, source, line, duplicate,
    direction (of its aspects), edits (as of `Aligned.replace`, giving the clean text) and aspects, a list of (category, polarity, term or None, probability)."""
    rows = list(rows)
    return Run(
        pa.Table.from_pylist([_document(row) for row in rows], schema=tables.DOCUMENTS.schema),
        pa.Table.from_pylist([_language(row) for row in rows if row.get("lang")], schema=tables.LANGUAGES.schema),
        pa.Table.from_pylist([_sentiment(row) for row in rows if row.get("label")], schema=tables.SENTIMENT.schema),
        pa.Table.from_pylist([each for row in rows for each in _aspects(row)], schema=tables.ASPECTS.schema),
        pa.Table.from_pylist([_text(row) for row in rows], schema=tables.TEXTS.schema),
    )


def _document(row: dict[str, Any]) -> dict[str, Any]:
    given = {name: row.get(name) for name in ("rating", "channel", "brand", "author", "reply", "weight")}
    time, reply_time = (datetime.fromisoformat(row[name]) if row.get(name) else None for name in ("time", "reply_time"))
    text = row.get("text", "")
    return {
        **given,
        "doc_id": row["doc_id"],
        "text": text,
        "source": row.get("source", "a.csv"),
        "line": row.get("line", 1),
        "time": time,
        "reply_time": reply_time,
        "dimensions": [],
    }


def _language(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "doc_id": row["doc_id"],
        "sentence": None,
        "start": 0,
        "end": len(row.get("text", "")),
        "lang": row["lang"],
        "probability": 0.99,
        "mixed": False,
        "shares": [{"lang": row["lang"], "share": 1.0}],
        "spans": None,
    }


def _sentiment(row: dict[str, Any]) -> dict[str, Any]:
    p = row.get("p", 0.8)
    shares = {f"p_{label}": p if label == row["label"] else (1 - p) / 3 for label in tables.LABELS}
    place = {"doc_id": row["doc_id"], "level": "document", "sentence": None, "start": 0, "end": len(row.get("text", ""))}
    return {**place, "label": row["label"], **shares}


def _aspects(row: dict[str, Any]) -> Iterable[dict[str, Any]]:
    for category, polarity, term, probability in row.get("aspects", ()):
        start = row["text"].index(term) if term else None
        end = start + len(term) if term else None
        yield {
            **{"doc_id": row["doc_id"], "sentence": 0, "start": start, "end": end, "term": term},
            **{"category": category, "polarity": polarity, "direction": row.get("direction"), "probability": probability},
        }


def _text(row: dict[str, Any]) -> dict[str, Any]:
    aligned = Aligned.of(row.get("text", "")).replace(row.get("edits", ()))
    cluster = row.get("cluster", row["doc_id"])
    return {
        **{"doc_id": row["doc_id"], "clean": aligned.text, "offsets": aligned.runs(), "fixes": []},
        **{"duplicate": row.get("duplicate", "none"), "cluster": cluster},
    }


def quotes_of(run: Run, per_cell: int = 3, **instead: pa.Table) -> pa.Table:
    """What a report on this part alone would quote; `instead` replaces tables of the run."""
    tables_of = {name: instead.get(name, getattr(run, name)) for name in ("documents", "texts", "languages", "sentiment", "aspects")}
    return cut_quotes(merge_quotes([choose_quotes(**tables_of, per_cell=per_cell)], per_cell=per_cell), [run.texts])
