"""A made-up run with something to tell in every section of the report: events, conflicts, ratings, replies and mentions. All texts were written for the tests."""

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import feedback_tables as feedback
from decisions import tables
from test_report import TEXTS

from pipeline.aggregate.stage import count, estimate, merge
from pipeline.config import AggregateConfig, Brand, Event
from pipeline.report.coverage import combine, describe
from pipeline.report.inputs import ReportInputs
from pipeline.tables import REJECTS

LANGS = ("de", "ar")
MOVED, OTHER, PERFECT = "Haus <A>", "Haus B", "Haus P"
CONFIG = replace(
    AggregateConfig(),
    events=(Event(date(2026, 1, 1), "Umzug & Umbau", MOVED), Event(date(2025, 11, 15), "Preise")),
    brands=(Brand(MOVED), Brand("Acme")),
)


def rows() -> list[dict[str, Any]]:
    """Six months in two languages. From January on one brand gets worse; March is bad for the whole of one language."""
    rng = random.Random(7)
    return [row for lang in LANGS for row in (*(_row(lang, i, rng) for i in range(330)), *(_perfect(lang, i) for i in range(14)))]


def _row(lang: str, i: int, rng: random.Random) -> dict[str, Any]:
    time = datetime(2025, 10, 1, 9) + timedelta(days=rng.randrange(182))
    brand = (MOVED, OTHER)[i % 2]
    worse = brand == MOVED and time >= datetime(2026, 1, 1)
    bad = rng.random() < (0.95 if lang == "de" and time >= datetime(2026, 3, 1) else 0.75 if worse else 0.3)
    text, term = TEXTS[lang][bad]
    answered = bad and rng.random() < 0.6
    waited = timedelta(hours=rng.randrange(1, 400))
    label = "negative" if bad else "positive"
    return {
        **{"doc_id": f"{lang}{i:03d}", "text": f"{text} ({i})", "lang": lang, "label": label, "p": 0.6 + i % 30 / 100, "line": i + 2},
        **{"brand": brand, "channel": ("app", "shop")[i % 3 == 0], "author": f"{lang}-{i % 200}", "time": time.isoformat()},
        **{"rating": float(rng.choice((1, 1, 2) if bad else (4, 5, 5))), "reply": "x" if answered else None},
        **{"reply_time": (time + waited).isoformat() if answered and i % 11 else None},
        **{"aspects": [("information" if i % 4 == 0 else "staff", label, term, 0.9)]},
        "direction": ("too_little", "too_much")[i % 8 == 0] if i % 4 == 0 else None,
    }


def _perfect(lang: str, i: int) -> dict[str, Any]:
    """Five stars by different authors within three days, partly copied."""
    return {
        **{"doc_id": f"{lang}p{i}", "text": TEXTS[lang][0][0], "lang": lang, "label": "positive", "line": 900 + i, "rating": 5.0},
        **{"brand": PERFECT, "channel": "app", "author": f"{lang}-p{i}", "time": f"2026-02-{10 + i % 3}T10:00:00"},
        "duplicate": "near" if i % 3 else "none",
    }


def told(**more: Any) -> ReportInputs:
    """The inputs of a report on these rows."""
    run = feedback.run_of(rows())
    facts = {
        "estimates": estimate(merge([count(*run, config=CONFIG)]), config=CONFIG),
        "tables": tables(rows(), CONFIG),
        "coverage": combine([describe(run.documents, run.texts, run.languages, run.sentiment, REJECTS.schema.empty_table())], {}),
        "quotes": feedback.quotes_of(run),
    }
    return ReportInputs(**{**facts, **more})
