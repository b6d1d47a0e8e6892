"""The table of changes: trends, changes of level, dated events, and the newest month."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.aggregate.closing import closed_brands, in_closed_cells, revealing
from pipeline.aggregate.gathered import Flags, Gathered, Numbers, per_author
from pipeline.aggregate.rows import Row, rows_to_table, too_few_authors
from pipeline.config import AggregateConfig, Event
from pipeline.stats import overlapping
from pipeline.stats.changepoints import change_points
from pipeline.stats.clusters import JackknifeSums, effective_n
from pipeline.stats.distinct import distinct, how_many
from pipeline.stats.multiplicity import adjust
from pipeline.stats.overlapping import Difference
from pipeline.stats.proportions import Array
from pipeline.stats.rest import against_rest
from pipeline.stats.shrinkage import spread, upper_tail
from pipeline.stats.trends import slope
from pipeline.tables import CHANGES, LABELS

SHORTEST = 8  # weeks with texts on each side of a change: fewer do not show that a level lasts
MONTH = 365.25 / 12  # days
HISTORY = (4, 12)  # months before the newest: at least, at most
SHARE = "share classified negative, not corrected for classifier error"
METHODS = {
    "trend": f"{SHARE}, change per month; least squares, errors robust to autocorrelation and authors (Driscoll & Kraay 1998; Lazarus et al. 2018)",
    "trend_fixed_mix": f"{SHARE}, change per month with a level for each channel; errors as of trend",
    "change_point": f"{SHARE}; largest F statistic of weekly arcsine shares, against simulated series as autocorrelated; Newcombe interval, too narrow because the date was searched",
    "newest_month": f"{SHARE}, against a beta-binomial of the 4 to 12 months before",
    "before_after": "after less before; Newcombe interval (shares) or t interval (ratings) clustered by author; association with the date, not its effect",
    "before_after_controlled": "the same less the change of the language's other brands; takes both for independent",
}
Cell = tuple[dict[str, str], Numbers, tuple[str, ...]]  # its name, the places of its texts, and the kinds of row that privacy closes
SERIES = ("trend", "change_point", "newest_month")


def changes(run: Gathered, *, config: AggregateConfig, rng: np.random.Generator) -> pa.Table:
    """What changed, language by language and brand by brand; schema `tables.CHANGES`."""
    dated = ~np.isnan(run.day)
    found: list[Row] = []
    if dated.any():
        cells = [*_cells(run, dated, config)]
        for kind, look in zip(SERIES, (_trends, _points, _newest), strict=True):
            rows = [row for place, texts, shut in cells for row in look(run.only(texts), place, kind in shut, config, rng)]
            found += (
                _adjusted(rows)
                if rows
                else [Row(kind=kind, measure="share_negative", method="none", reason="no cell has texts of enough authors")]
            )
        closed = {measure: closed_brands(run, stated, config) for measure, stated in _stated(run).items()} if config.events else {}
        for event in config.events:
            found += _event(run, event, dated, closed, config)
    else:
        found = [Row(kind=kind, measure="share_negative", method="none", reason="no text states a time") for kind in METHODS]
    if not config.events:
        reason = "no event is named in the settings ([[aggregate.events]])"
        found = [row for row in found if not row["kind"].startswith("before")] + [
            Row(kind="before_after", measure="share_negative", method="none", reason=reason)
        ]
    return rows_to_table(found, CHANGES)


def _cells(run: Gathered, dated: Flags, config: AggregateConfig) -> Iterator[Cell]:
    """Languages, and their brands with texts of enough authors to be looked at."""
    scored = run.label >= 0
    closed = closed_brands(run, scored, config) | closed_brands(run, dated & scored, config)
    of_month = _closed_in_their_month(run, dated & scored, config)
    for lang, name in enumerate(run.names["lang"]):
        texts = np.flatnonzero(dated & (run.codes["lang"] == lang) & scored)
        brands, ones = run.codes["brand"][texts], np.ones(len(texts))
        yield {"lang": name}, texts, ()
        owner = per_author(brands, run.author[texts], ones, ones)[0]
        order = np.argsort(brands, kind="stable")
        for brand in np.flatnonzero(np.bincount(owner, minlength=1) >= config.min_authors):
            start, end = np.searchsorted(brands[order], (brand, brand + 1))
            own = texts[order[start:end]]
            shut = SERIES if closed[own].any() else SERIES[2:] if of_month[own[np.argmax(run.day[own])]] else ()
            yield {"lang": name, "brand": run.names["brand"][brand]}, own, shut


def _closed_in_their_month(run: Gathered, counted: Flags, config: AggregateConfig) -> Flags:
    """Whether each counted text lies in a cell of language, month and brand that would tell of a brand of few people in that month."""
    month = np.full(len(counted), -1, dtype=np.int64)
    month[counted] = _months(run.day[counted]).astype(np.int64)
    month -= month[counted].min(initial=0)
    codes = {"lang": run.codes["lang"], "month": month, "brand": run.codes["brand"]}
    return in_closed_cells(run, tuple(codes), [np.where(counted, each, -2) for each in codes.values()], run.author, config)


def _adjusted(rows: list[Row]) -> list[Row]:
    """Benjamini & Hochberg over the rows of one kind, and what they then support."""
    for row, q_value in zip(rows, adjust([row.get("p_value", np.nan) for row in rows]), strict=True):
        row["q_value"] = q_value
        if row.get("reason") is None and "finding" not in row:
            row["finding"] = "changed" if q_value < 0.05 else "no change shown"
    return rows


def _trends(run: Gathered, place: dict[str, str], shut: bool, config: AggregateConfig, rng: np.random.Generator) -> Iterator[Row]:
    week = np.floor(run.day / 7).astype(np.int64)
    y = _negative(run)
    for kind, level in (("trend", np.zeros(len(y), dtype=np.int64)), ("trend_fixed_mix", run.codes["channel"])):
        row = _row(run, place, kind, shut, config)
        if not row.get("reason") and how_many(week) < 2 * SHORTEST:
            row["reason"] = f"texts of fewer than {2 * SHORTEST} weeks"
        if not row.get("reason"):
            trend = slope(run.day / MONTH, y, level, week, run.author, config.confidence)
            row.update(value=trend.value, low=trend.low, high=trend.high, p_value=trend.p_value)
        yield row


def _points(run: Gathered, place: dict[str, str], shut: bool, config: AggregateConfig, rng: np.random.Generator) -> Iterator[Row]:
    week, of_text = distinct(np.floor((run.day + 3) / 7).astype(np.int64))  # weeks begin on Monday
    row = _row(run, place, "change_point", shut, config)
    if not row.get("reason") and len(week) < 2 * SHORTEST:
        row["reason"] = f"texts of fewer than {2 * SHORTEST} weeks"
    if row.get("reason"):
        yield row
        return
    n = np.bincount(of_text).astype(np.float64)
    points = change_points(n, np.bincount(of_text, weights=_negative(run)), rng, shortest=SHORTEST)
    if not points:
        yield Row(**row, p_value=1.0, value=0.0, finding="no change of level found")
    edges = [0, *(at for at, _ in points), len(week)]
    for index, (at, p_value) in enumerate(points):
        near = (of_text >= edges[index]) & (of_text < edges[index + 2])
        begins = float(week[at] * 7 - 3)
        change = _difference(run, near, run.day >= begins, "share_negative", config)
        yield Row(**{**row, **_counts(run, near), **_shown(change)}, at=_iso(begins), p_value=p_value)


def _newest(run: Gathered, place: dict[str, str], shut: bool, config: AggregateConfig, rng: np.random.Generator) -> Iterator[Row]:
    months, of_text = distinct(_months(run.day).astype(np.int64))
    row = _row(run, place, "newest_month", shut, config, of_text == len(months) - 1) | {
        "at": str(np.datetime64(int(months[-1]), "M")) if len(months) else None
    }
    if not row.get("reason") and len(months) <= HISTORY[0]:
        row["reason"] = f"fewer than {HISTORY[0]} months before it"
    if row.get("reason"):
        yield Row(row)
        return
    sizes, totals = [], []
    for index in range(max(0, len(months) - 1 - HISTORY[1]), len(months)):
        month = run.only(np.flatnonzero(of_text == index))
        ones = np.ones(len(month.day))
        sums = JackknifeSums.of(*per_author(np.zeros(len(ones), dtype=np.int64), month.author, ones, _negative(month))[1:3])
        sizes.append(float(effective_n(sums)[0]))
        totals.append(float(sums.total[0] / sums.n[0]) * sizes[-1])
    before = sum(totals[:-1]) / sum(sizes[:-1])
    yield Row(
        {
            **row,
            "value": totals[-1] / sizes[-1] - before,
            "before": before,
            "after": totals[-1] / sizes[-1],
            "p_value": newest_against(np.array(sizes), np.array(totals)),
        }
    )


def newest_against(sizes: Array, totals: Array) -> float:
    """Two-sided p-value of the last of some months against the spread of those before, arrays (n_months,) of effective texts and negative ones among them."""
    usual = spread(sizes[:-1], totals[:-1])
    n, y = int(sizes[-1]), round(float(totals[-1]))
    above, below = upper_tail(n, y, usual), 1 - upper_tail(n, y + 1, usual)
    return min(1.0, 2 * min(above, below))


def _stated(run: Gathered) -> dict[str, Flags]:
    """The texts that each measure of an event counts, dated or not."""
    return {"share_negative": run.label >= 0, "mean_rating": ~np.isnan(run.rating)}


def _event(run: Gathered, event: Event, dated: Flags, closed: Mapping[str, Flags], config: AggregateConfig) -> Iterator[Row]:
    """`closed`: for each measure the texts in cells of language and brand that privacy closes."""
    begins = float((event.date - date(1970, 1, 1)).days)
    after = run.day >= begins
    about = (
        np.isin(run.codes["brand"], [i for i, name in enumerate(run.names["brand"]) if name == event.brand])
        if event.brand
        else np.ones(len(dated), dtype=bool)
    )
    common = {"event": event.name, "at": event.date.isoformat(), **({"brand": event.brand} if event.brand else {})}
    langs = [lang for lang in range(len(run.names["lang"])) if (about & dated & (run.codes["lang"] == lang)).any()]
    if not langs:
        yield Row(**common, kind="before_after", measure="share_negative", method="none", reason="no dated text is about it")
    for lang in langs:
        here = dated & (run.codes["lang"] == lang)
        place = {**common, "lang": run.names["lang"][lang]}
        for measure, stated in _stated(run).items():
            usable = here & stated
            shut = bool(event.brand) and bool(
                (closed[measure] | _closed_on_a_side(run, usable, after, event, config))[usable & about].any()
            )
            change = yield from _before_after(run, place, usable & about, after, measure, shut, config)
            if event.brand:
                yield _controlled(run, place, usable, about, after, measure, change, config)


def _closed_on_a_side(run: Gathered, usable: Flags, after: Flags, event: Event, config: AggregateConfig) -> Flags:
    """Texts in cells that the same sides of all brands together, where another event of the day concerns all, would tell of."""
    if all(each.date != event.date or each.brand for each in config.events):
        return np.zeros(len(usable), dtype=bool)
    return closed_brands(run, usable & after, config) | closed_brands(run, usable & ~after, config)


def _before_after(
    run: Gathered, place: dict[str, str], usable: Flags, after: Flags, measure: str, shut: bool, config: AggregateConfig
) -> Any:
    row = Row({**place, **_counts(run, usable), "kind": "before_after", "measure": measure, "method": METHODS["before_after"]})
    row["reason"] = _few_on_a_side(run, usable, after, config) or (revealing(config) if shut else None)
    change = None
    if row["reason"] is None:
        change = _difference(run, usable, after, measure, config)
        row.update(_shown(change), p_value=_score(run, usable, after, measure))
        row["finding"] = _says(
            change, _difference(run, usable & (run.author != _heaviest(run, usable, after, measure)), after, measure, config)
        )
    yield row
    return change


def _says(change: Difference, without: Difference) -> str:
    """`without` is the change without the author who moves it most: what one person can undo is no change of many."""
    if not (change.low > 0 or change.high < 0):
        return "no change shown"
    return "changed" if without.low * change.value > 0 and without.high * change.value > 0 else "rests on one author"


def _heaviest(run: Gathered, inside: Flags, after: Flags, measure: str) -> int:
    """The author whose texts move the difference most in its direction."""
    y = _negative(run) if measure == "share_negative" else np.nan_to_num(run.rating)
    sides = (inside & ~after, inside & after)
    before, later = (np.where(side, (y - y[side].mean()) / side.sum(), 0) for side in sides)
    influence = later - before
    direction = np.sign(y[sides[1]].mean() - y[sides[0]].mean())
    who, place = distinct(run.author[inside])
    return int(who[np.argmax(direction * np.bincount(place, weights=influence[inside]))])


def _controlled(
    run: Gathered,
    place: dict[str, str],
    usable: Flags,
    about: Flags,
    after: Flags,
    measure: str,
    change: Difference | None,
    config: AggregateConfig,
) -> Row:
    controls = usable & ~about & (run.codes["brand"] >= 0)
    row = Row(
        {
            **place,
            **_counts(run, usable),
            "kind": "before_after_controlled",
            "measure": measure,
            "method": METHODS["before_after_controlled"],
        }
    )
    few = _few_on_a_side(run, controls, after, config)
    row["reason"] = "the change itself is withheld" if change is None else f"other brands: {few}" if few else None
    if change is not None and few is None:
        beyond = overlapping.beyond(change, _difference(run, controls, after, measure, config))
        row.update(_shown(beyond), finding="changed" if beyond.low > 0 or beyond.high < 0 else "no change shown")
    return row


def _difference(run: Gathered, inside: Flags, after: Flags, measure: str, config: AggregateConfig) -> Difference:
    y = _negative(run) if measure == "share_negative" else np.nan_to_num(run.rating)
    _, who = distinct(run.author[inside])
    sides = [(inside & side)[inside] for side in (~after, after)]
    n = np.stack([np.bincount(who, weights=side.astype(float)) for side in sides]).astype(np.float64)
    total = np.stack([np.bincount(who, weights=side * y[inside]) for side in sides]).astype(np.float64)
    return (overlapping.of_shares if measure == "share_negative" else overlapping.of_means)(n, total, config.confidence)


def _score(run: Gathered, inside: Flags, after: Flags, measure: str) -> float:
    """p-value of equal shares before and after; ratings have their interval only."""
    if measure != "share_negative":
        return float("nan")
    cell: Numbers = np.where(inside, after.astype(np.int64), -1)
    owner, n, y, who = per_author(cell, run.author, np.ones(len(cell)), _negative(run))
    return float(against_rest(owner, who, n, y, 2)[0])


def _few_on_a_side(run: Gathered, inside: Flags, after: Flags, config: AggregateConfig) -> str | None:
    for side, words in ((~after, "before"), (after, "after")):
        few = too_few_authors(how_many(run.author[inside & side]), config)
        if few or not (inside & side).any():
            return f"{few or 'no text'} {words}"
    return None


def _row(run: Gathered, place: dict[str, str], kind: str, shut: bool, config: AggregateConfig, inside: Flags | None = None) -> Row:
    counts = _counts(run, np.ones(len(run.day), dtype=bool) if inside is None else inside)
    return Row(
        {
            **place,
            **counts,
            "kind": kind,
            "measure": "share_negative",
            "method": METHODS[kind],
            "reason": too_few_authors(counts["authors"], config) or (revealing(config) if shut else None),
        }
    )


def _months(day: Array) -> Any:
    return day.astype("datetime64[D]").astype("datetime64[M]")


def _counts(run: Gathered, inside: Flags) -> dict[str, int]:
    return {"n": int(inside.sum()), "authors": how_many(run.author[inside])}


def _shown(change: Difference) -> dict[str, float]:
    return {"value": change.value, "low": change.low, "high": change.high, "before": change.before, "after": change.after}


def _negative(run: Gathered) -> Array:
    negative: Array = (run.label == LABELS.index("negative")).astype(np.float64)
    return negative


def _iso(day: float) -> str:
    return (date(1970, 1, 1) + timedelta(days=int(day))).isoformat()
