"""The table of replies: how many complaints are answered how soon, and whether the answered come back more content.

The tone of replies is not judged: no model of ours has been measured on it.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from pipeline.aggregate.closing import Shown
from pipeline.aggregate.gathered import NOT_STARS, Cells, Flags, Gathered
from pipeline.aggregate.rows import Row, rows_to_table, too_few_authors
from pipeline.config import AggregateConfig
from pipeline.stats.distinct import how_many
from pipeline.stats.matching import matched_difference
from pipeline.stats.proportions import Array
from pipeline.stats.survival import course
from pipeline.tables import LABELS, REPLIES

WITHIN = (1, 7, 30)  # days
COURSE = range(1, 31)  # days of the curve, for all texts and for languages
LOW = 2  # stars of a complaint
COMPLAINTS = "complaints: ratings of 1 or 2, where there is none texts classified negative"
UNSTARRED = f"complaints: texts classified negative, because {NOT_STARS}"
ANSWERED = f"{COMPLAINTS}; Kaplan-Meier, watched to the last time in the run; Wilson with n_eff clustered by author (Rothman 1978)"
CLOSED = f"{ANSWERED}; n: all texts, because how many of them complain is closed too"
LEFT_OUT = "counted, not estimated: n is how many were left out"
RECOVERY = (
    "next rating of the same author and brand less the first low one; answered before it, less unanswered, matched on the first rating; t interval; "
    "association: who is answered is not drawn by lot"
)


def replies(run: Gathered, *, config: AggregateConfig) -> pa.Table:
    """Shares of complaints answered, and recovery; schema `tables.REPLIES`."""
    answered = run.replied
    if not answered.any():
        return rows_to_table([Row(measure="answered_7d", method="none", reason="no text states a reply")], REPLIES)
    complaint = _complaints(run)
    answers = (Row({**row, "method": _method(row["method"], run)}) for row in _answered(run, complaint, config))
    return rows_to_table([*answers, *_recovery(run, config), *_left_out(run, complaint)], REPLIES)


def _method(said: str, run: Gathered) -> str:
    return said if run.starred else said.replace(COMPLAINTS, UNSTARRED)


def _complaints(run: Gathered) -> Flags:
    negative: Flags = run.label == LABELS.index("negative")
    return np.asarray(np.where(~np.isnan(run.rating), run.rating <= LOW, negative)) if run.starred else negative


def _answered(run: Gathered, complaint: Flags, config: AggregateConfig) -> Iterator[Row]:
    """Answered without a time of the reply, or before the text, says nothing of how soon: such texts are left out."""
    timed = complaint & ~np.isnan(run.day) & ~(run.replied & ~(run.reply_day >= run.day))
    if not timed.any():
        yield Row(measure="answered_7d", method=ANSWERED, reason="no complaint has a time and a reply with a time")
        return
    end = np.nanmax(np.concatenate([run.day, run.reply_day]))
    waited = np.where(run.replied, run.reply_day, end) - run.day
    shown = Shown.of(run, timed, config)
    for columns, days, counted in (
        ((), COURSE, shown.everything),
        (("lang",), COURSE, shown.languages),
        (("brand",), WITHIN, shown.brands.open),
    ):
        yield from shown.noted(_courses(run, columns, days, counted, waited, config))
    yield from shown.withheld([(f"answered_{days}d", CLOSED) for days in WITHIN], among=np.ones(len(timed), dtype=bool))


def _courses(
    run: Gathered, columns: tuple[str, ...], until: Sequence[int], counted: Flags, waited: Array, config: AggregateConfig
) -> Iterator[Row]:
    cells = Cells.of(columns, [np.where(counted, run.codes[name], -1) for name in columns] or [np.where(counted, 0, -1)])
    for index, codes in enumerate(cells.codes):
        inside = cells.of_row == index
        place = {name: run.names[name][code] for name, code in zip(columns, codes, strict=False)}
        authors = how_many(run.author[inside])
        course_of = course(until, waited[inside], run.replied[inside], run.author[inside], config.confidence)
        for days, share in zip(until, course_of, strict=True):
            row = Row(**place, measure=f"answered_{days}d", n=int(inside.sum()), n_eff=share.n_eff, authors=authors, method=ANSWERED)
            row["reason"] = too_few_authors(authors, config) or _unclear(share.value, share.high - share.low, days, config)
            yield row if row["reason"] else Row({**row, "value": share.value, "low": share.low, "high": share.high})


def _unclear(value: float, width: float, days: int, config: AggregateConfig) -> str | None:
    if np.isnan(value):
        return f"no complaint was watched for {days} days"
    return f"interval wider than {100 * config.max_width:.0f} points" if width > config.max_width else None


def _recovery(run: Gathered, config: AggregateConfig) -> Iterator[Row]:
    usable = run.named & ~np.isnan(run.rating) & ~np.isnan(run.day)
    row = Row(measure="recovery", method=RECOVERY)
    if not run.starred or not usable.any():
        yield Row({**row, "reason": f"{NOT_STARS} by named authors with times"})
        return
    first, change, answered = _pairs(run, usable)
    low = usable & (run.rating <= LOW)
    complainers = len(np.unique(np.stack([run.author[low], run.codes["brand"][low], run.codes["lang"][low]]), axis=1).T)
    yield from _not_used("left_out_not_again", complainers - len(first), "complained and did not rate the same brand again later")
    sides = [int((answered == side).sum()) for side in (True, False)]
    row.update(n=len(first), n_eff=float(len(first)), authors=len(first))
    for count, words in zip(sides, ("answered", "unanswered"), strict=True):
        if few := too_few_authors(count, config):
            yield Row({**row, "reason": f"{few} who were {words} and rated again ({count})"})
            return
    difference = matched_difference(change, answered, first, config.confidence)
    yield from _not_used("left_out_unmatched", len(first) - difference.matched, "nobody on the other side began with the same rating")
    if np.isnan(difference.low):
        yield Row({**row, "reason": "answered and unanswered complainers cannot be matched on their first rating"})
        return
    yield Row({**row, "value": difference.value, "low": difference.low, "high": difference.high, "n": difference.matched})


def _left_out(run: Gathered, complaint: Flags) -> Iterator[Row]:
    """How many complaints the shares do not rest on, by reason."""
    dated = ~np.isnan(run.day)
    yield from _not_used("left_out_undated", (complaint & ~dated).sum(), "no time stated, so nobody knows how long it waited")
    undated = complaint & dated & run.replied & np.isnan(run.reply_day)
    yield from _not_used("left_out_reply_undated", undated.sum(), "answered, but the time of the answer is not stated")
    yield from _not_used(
        "left_out_reply_earlier", (complaint & (run.reply_day < run.day)).sum(), "the answer is dated before the complaint"
    )


def _not_used(measure: str, number: int, why: str) -> Iterator[Row]:
    if number:
        yield Row(measure=measure, n=number, authors=0, method=LEFT_OUT, reason=f"left out: {why}")


def _pairs(run: Gathered, usable: Flags) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each author and brand with a low rating and a later one: the first low rating, the change, and whether an answer came in between."""
    order = np.flatnonzero(usable)
    order = order[np.lexsort((run.day[order], run.codes["lang"][order], run.codes["brand"][order], run.author[order]))]
    who = np.stack([run.author[order], run.codes["brand"][order], run.codes["lang"][order]], axis=1)
    another = np.append(True, (who[1:] != who[:-1]).any(axis=1))[: len(order)]
    low, days = run.rating[order] <= LOW, run.day[order]
    at = np.flatnonzero(low[:-1] & ~another[1:] & (days[1:] > days[:-1]))
    at = at[np.unique(np.cumsum(another)[at], return_index=True)[1]]  # the first of each author, brand and language
    now, later = order[at], order[at + 1]
    return run.rating[now], run.rating[later] - run.rating[now], run.reply_day[now] <= run.day[later]
