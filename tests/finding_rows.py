"""Rows of the tables of a run, written by hand: one that makes each rule of the report hold, and one beside it for which it does not."""

from typing import Any

import pyarrow as pa

from pipeline import tables

NUMBERS = {"value": 0.4, "low": 0.2, "high": 0.6, "n": 150, "n_eff": 140.0, "authors": 120, "method": "m"}
RATING = {"value": -1.5, "low": -2.0, "high": -1.0, "before": 4.0, "after": 2.5, "n": 44, "authors": 40, "method": "m"}
LANG = {"lang": "de", "method": "difference of corrected shares"}
ADJUSTED = {"q_value": 0.01, "p_value": 0.002, "family": "f", "compared": 12}
NONE = {"q_value": 0.3, "p_value": 0.2, "family": "f", "compared": 12}
PLACED = {"rank": 2.0, "rank_low": 1.0, "rank_high": 3.0, "p_top": 0.9, "cells": 2}
APART = {"value": 0.25, "low": 0.12, "high": 0.38, "n": 150, "n_other": 300}

# rule's group, table, a row that holds, and what makes it hold no more
ROWS: tuple[tuple[str, str, dict[str, Any], dict[str, Any]], ...] = (
    (
        "light",
        "coverage",
        {
            **{
                "lang": "de",
                "measure": "label_shift",
                "value": 0.3,
                "n": 420,
                "n_eff": 400.0,
                "authors": 300,
                "p_value": 0.0001,
                "q_value": 0.0004,
            },
            "method": "labels said and how surely, against every mixture of the classes in the model's evaluation (586 labelled texts); value",
            "finding": "these texts are not said as in the evaluation: do not rely on corrected shares, label a sample",
        },
        {"finding": "nothing seen against the correction"},
    ),
    (
        "event",
        "changes",
        {
            **RATING,
            "kind": "before_after",
            "measure": "mean_rating",
            "event": "Hotline costs <b>",
            "at": "2026-04-01",
            "lang": "de",
            "brand": "Wern",
            "finding": "changed",
        },
        {"finding": "rests on one author"},
    ),
    (
        "event",
        "changes",
        {
            **RATING,
            "value": 0.3,
            "low": 0.1,
            "high": 0.5,
            "before": 0.2,
            "after": 0.5,
            "kind": "before_after",
            "measure": "share_negative",
            "event": "e",
            "at": "2026-04-01",
            "lang": "cy",
            "finding": "changed",
        },
        {"finding": "no change shown"},
    ),
    ("unanswered", "replies", {**NUMBERS, "value": 0.3, "low": 0.22, "high": 0.42, "measure": "answered_30d"}, {"high": 0.51}),
    ("recovery", "replies", {**NUMBERS, "value": 2.3, "low": 1.5, "high": 3.1, "measure": "recovery"}, {"low": -0.1}),
    (
        "change",
        "changes",
        {
            **RATING,
            **ADJUSTED,
            "value": 0.04,
            "low": 0.02,
            "high": 0.06,
            "kind": "trend_fixed_mix",
            "measure": "share_negative",
            "lang": "vi",
            "finding": "changed",
        },
        {"finding": "no change shown"},
    ),
    (
        "change",
        "changes",
        {
            **RATING,
            **ADJUSTED,
            "value": 0.3,
            "low": 0.2,
            "high": 0.4,
            "before": 0.2,
            "after": 0.5,
            "kind": "change_point",
            "at": "2026-03-30",
            "measure": "share_negative",
            "lang": "tl",
            "finding": "changed",
        },
        {"finding": "no change of level found"},
    ),
    (
        "change",
        "changes",
        {
            **RATING,
            **ADJUSTED,
            "value": 0.3,
            "low": None,
            "high": None,
            "before": 0.2,
            "after": 0.5,
            "kind": "newest_month",
            "at": "2026-06",
            "measure": "share_negative",
            "lang": "ar",
            "finding": "changed",
        },
        {"finding": "no change shown"},
    ),
    ("difference", "contrasts", {**LANG, **APART, **ADJUSTED, "brand": "Wern", "against": "rest", "measure": "share_negative"}, NONE),
    ("difference", "contrasts", {**LANG, **APART, **ADJUSTED, "channel": "app", "against": "rest", "measure": "share_negative"}, NONE),
    (
        "difference",
        "contrasts",
        {**LANG, **APART, **ADJUSTED, "period": "2026-04", "against": "previous", "measure": "share_negative"},
        NONE,
    ),
    (
        "language",
        "contrasts",
        {
            **LANG,
            "method": "difference of shares from the labelled samples of both sides",
            **APART,
            **ADJUSTED,
            "against": "vi",
            "measure": "share_negative",
        },
        NONE,
    ),
    (
        "aspect",
        "rankings",
        {
            **NUMBERS,
            **ADJUSTED,
            **PLACED,
            "list": "aspect",
            "lang": "de",
            "aspect": "delivery",
            "measure": "share_negative",
            "value": 0.6,
            "low": 0.5,
            "high": 0.7,
            "raw": 0.62,
        },
        {"q_value": 0.3, "p_value": 0.1},
    ),
    (
        "aspect",
        "rankings",
        {
            **NUMBERS,
            **ADJUSTED,
            **PLACED,
            "list": "aspect",
            "lang": "de",
            "aspect": "staff",
            "measure": "share_positive",
            "value": 0.6,
            "low": 0.5,
            "high": 0.7,
            "raw": 0.62,
        },
        {"q_value": 0.3, "p_value": 0.1},
    ),
    (
        "driver",
        "drivers",
        {
            **NUMBERS,
            **ADJUSTED,
            "lang": "de",
            "aspect": "staff",
            "measure": "asymmetry",
            "value": -0.8,
            "low": -1.2,
            "high": -0.4,
            "finding": "basic",
        },
        {"finding": "performance, or undecided"},
    ),
    (
        "driver",
        "drivers",
        {
            **NUMBERS,
            **ADJUSTED,
            "lang": "de",
            "aspect": "price",
            "measure": "asymmetry",
            "value": 0.8,
            "low": 0.4,
            "high": 1.2,
            "finding": "excitement",
        },
        {"finding": "performance, or undecided"},
    ),
    (
        "unusual",
        "profiles",
        {
            "brand": "Rabe",
            "measure": "unusual_signs",
            "value": 2.0,
            "n": 12,
            "authors": 12,
            "method": "m",
            "finding": "unusual profile: burst, share_highest",
        },
        {"finding": "nothing unusual found"},
    ),
    (
        "untagged",
        "mentions",
        {**NUMBERS, "brand": "Wern", "measure": "share_tagged", "value": 0.3, "low": 0.2, "high": 0.45},
        {"high": 0.55},
    ),
)
# what stands beside: the rest of the list of aspects, the stars of the unusual brand, and what makes opinions contested
BESIDE = {
    "rankings": [
        {**NUMBERS, **NONE, **PLACED, "list": "aspect", "lang": "de", "aspect": "location", "measure": measure, "raw": 0.2, "n": 400}
        for measure in ("share_negative", "share_positive")
    ],
    "profiles": [
        {"brand": "Rabe", "measure": "share_rating_5", "value": 1.0, "low": 0.76, "high": 1.0, "n": 12, "authors": 12, "method": "m"},
        *(
            {"brand": "Rabe", "measure": sign, "value": 0.9, "reference": 0.4, "q_value": 0.002, "n": 12, "authors": 12, "method": "m"}
            for sign in ("burst", "share_highest")
        ),
        {"brand": "Wern", "measure": "burst", "value": 0.1, "reference": 0.4, "q_value": 0.4, "n": 44, "authors": 40, "method": "m"},
    ],
    "conflicts": [
        {
            **NUMBERS,
            "lang": "de",
            "brand": "Wern",
            "aspect": "information",
            "measure": "share_too_little",
            "p_split": 0.97,
            "finding": "split: no single fix",
        },
        {**NUMBERS, "lang": "de", "aspect": "staff", "measure": "conflict_index", "p_split": 0.95, "finding": "split"},
    ],
    "mentions": [{**NUMBERS, "brand": "Wern", "measure": "share_mentioning", "value": 0.1, "low": 0.05, "high": 0.2}],
    "drivers": [
        {**NUMBERS, "lang": "de", "aspect": aspect, "measure": measure}
        for aspect in ("staff", "price")
        for measure in ("importance", "effect_negative", "effect_positive", "mention_rate", "performance")
    ],
    "replies": [{**NUMBERS, "measure": f"answered_{days}d", "value": 0.3, "low": 0.2, "high": 0.4} for days in range(1, 30)],
}


def hand_made(skip: int | None = None, **change: Any) -> dict[str, pa.Table]:
    """All rows as tables; row `skip` with `change` in it."""
    rows: dict[str, list[dict[str, Any]]] = {name: [*beside] for name, beside in BESIDE.items()}
    for place, (_, name, row, _) in enumerate(ROWS):
        rows.setdefault(name, []).append({**row, **(change if place == skip else {})})
    return {name: _table(name, found) for name, found in rows.items()}


def _table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    schema = pa.schema([field.with_nullable(True) for field in tables.BY_NAME[name].schema])
    known = {column for row in rows for column in row} - {"family", "compared"}  # of contrasts alone
    assert known <= set(schema.names), known - set(schema.names)
    return pa.Table.from_pylist([{column: value for column, value in row.items() if column in schema.names} for row in rows], schema=schema)
