"""Differences between cells of one grouping: a brand against the others, a month against the one before, a language against another."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipeline.aggregate.cells import UNKNOWN
from pipeline.aggregate.correcting import DIGITS, Corrected, stream
from pipeline.aggregate.measures import SAMPLED, Measured, Task
from pipeline.aggregate.people import REVEALING
from pipeline.aggregate.sums import DIMENSIONS
from pipeline.languages import CODES
from pipeline.stats.clusters import ROUNDING, Interval
from pipeline.stats.differences import newcombe
from pipeline.stats.quantification import FEW, FIRST, Draws, difference, independent_difference, posterior
from pipeline.tables import CONTRASTS

REST, PREVIOUS = "rest", "previous"  # what a cell is compared with; a language is named by its code
OTHERS = {"brand": "other brands", "channel": "other channels"}  # the rest, of cells that have both: of their channel, and of their brand
RESTS = (REST, *OTHERS.values())
SHARED = "difference of corrected shares with shared draws of the error matrix"
APART = "difference of corrected shares, draws of the error matrices independent"
NEWCOMBE = "difference of shares classified, not corrected for classifier error; Newcombe 1998 with n_eff clustered by author"
COUNTED = "difference of shares classified, not corrected for classifier error; counted in this file, without sampling error"
SAMPLES = "difference of shares from the labelled samples of both sides, draws independent"
NOTHING = "no difference is computed"
WITHHELD = "one side is withheld"
PRIVATE = "fewer than {min_authors} authors on one side"
UNLIKE = "one side is estimated from a labelled sample, the other is not"
CONTRADICTORY = "the two cells cannot both come from one error matrix"


@dataclass(frozen=True)
class Pair:
    """A cell and what it is compared with: another cell, or all `others` of its group together."""

    cell: int
    against: str
    others: tuple[int, ...]


def pairs(columns: Sequence[str], named: Mapping[str, Sequence[str]]) -> list[Pair]:
    """The comparisons of a grouping, from the names of its cells."""
    cells = list(zip(*(named[name] for name in columns), strict=True))
    place = {cell: i for i, cell in enumerate(cells)}
    found: list[Pair] = []
    for i, cell in enumerate(cells):
        if "period" in columns:
            at = columns.index("period")
            before = place.get((*cell[:at], _month_before(cell[at]), *cell[at + 1 :]))
            found += [Pair(i, PREVIOUS, (before,))] if before is not None else []
        elif set(columns) <= {"lang", "aspect"} and cell[0] in CODES:
            others = ((code, place.get((code, *cell[1:]))) for code in CODES if code > cell[0])
            found += [Pair(i, code, (other,)) for code, other in others if other is not None]
    within = [name for name in OTHERS if name in columns and "period" not in columns]
    for name in within:
        found += _rests(cells, columns.index(name), REST if len(within) == 1 else OTHERS[name])
    return found


def _rests(cells: Sequence[tuple[str, ...]], at: int, against: str) -> Iterator[Pair]:
    groups: dict[tuple[str, ...], list[int]] = {}
    for i, cell in enumerate(cells):
        groups.setdefault(cell[:at] + cell[at + 1 :], []).append(i)
    for members in groups.values():
        stated = [i for i in members if cells[i][at] != UNKNOWN]  # texts that do not say their brand are no brand, but part of the rest
        if len(members) > 1:
            yield from (Pair(i, against, tuple(j for j in members if j != i)) for i in stated)


def _month_before(period: str) -> str:
    """
    >>> _month_before("2026-01"), _month_before("unknown")
    ('2025-12', '')
    """
    year, _, month = period.partition("-")
    if not (year.isdigit() and month.isdigit()):
        return ""
    return f"{int(year) - 1:04d}-12" if month == "01" else f"{year}-{int(month) - 1:02d}"


def contrast(
    measured: Sequence[Measured],
    why: Sequence[Sequence[str | None]],
    wanted: Sequence[Pair],
    columns: Sequence[str],
    named: Mapping[str, Sequence[str]],
    task: Task,
) -> pa.Table:
    """The rows (schema `tables.CONTRASTS`) of the measures that were corrected together, `measured[k].place` being their class.

    `why` says for each measure and cell why its estimate is withheld, if it is.
    """
    if not wanted or not measured or measured[0].corrected is None or measured[0].plain is None:
        return CONTRASTS.schema.empty_table()
    found = measured[0].corrected
    draws = [_draws(found, pair, task) for pair in wanted]
    tables = [CONTRASTS.schema.empty_table()]
    for each, reasons in zip(measured, why, strict=True):
        if each.plain is not None and each.place is not None:
            hidden = [_hidden(pair, each, reasons, task) for pair in wanted]
            tables.append(_rows(each, each.plain.interval, each.place, found, wanted, draws, hidden, columns, named, task))
    return pa.concat_tables(tables)


def _hidden(pair: Pair, measured: Measured, reasons: Sequence[str | None], task: Task) -> str | None:
    """Why the difference would tell what privacy withholds: less the one side, it gives the other. People who write in several cells of a rest are counted once."""
    least, people = task.config.min_authors, measured.people
    if people is None or any(people.fewer(side, least) for side in ((pair.cell,), pair.others)):
        return PRIVATE.format(min_authors=least)
    revealing = REVEALING.format(min_authors=least)
    sides = (pair.cell, *pair.others) if len(pair.others) == 1 else (pair.cell,)  # a rest of several cells hides each of them
    return revealing if any(reasons[i] == revealing for i in sides) else None


def _draws(found: Corrected, pair: Pair, task: Task) -> tuple[Draws | None, str]:
    """Draws of the difference, and how they were made or why there are none."""
    sampled = [found.notes[i].startswith(SAMPLED.split(":")[0]) for i in (pair.cell, *pair.others)]
    if any(sampled):
        alike = sampled[0] and (sampled[1] or len(pair.others) > 1)
        return _of_samples(found, pair, task) if alike else (None, UNLIKE)
    one = found.draws.get(pair.cell)
    other = found.draws.get(pair.others[0]) if pair.against not in RESTS else _rest(found, pair, task)
    if one is None or other is None or not found.comparable(pair.cell, pair.others):
        return None, WITHHELD
    name = (*(task.names[i] for i in (pair.cell, pair.others[0])), pair.against)
    if pair.against in CODES:
        return independent_difference(one, other, stream(*name)), APART
    shared = difference(one, other)
    if not shared.fits and shared.weight.size < FIRST and (longer := _longer(found, pair, task)):
        shared = difference(*longer)
    return (shared, SHARED) if shared.fits else (None, CONTRADICTORY)


def _longer(found: Corrected, pair: Pair, task: Task) -> tuple[Draws, Draws] | None:
    """Both sides with more draws: one that needs few for itself leaves few of those of another that needs many."""
    other = _rest(found, pair, task, FIRST) if pair.against in RESTS else found.again[pair.others[0]](FIRST).first()
    return None if other is None else (found.again[pair.cell](FIRST).first(), other)


def _of_samples(found: Corrected, pair: Pair, task: Task) -> tuple[Draws | None, str]:
    """Each side has labelled texts of its own, so that they share nothing; those of several other cells are put together."""
    one, other = found.draws.get(pair.cell), found.draws.get(pair.others[0])
    if len(pair.others) > 1:
        pooled = task.sampled(found, pair.others, pair.against)
        if pooled is None:
            return None, UNLIKE
        other = pooled[0]
    if one is None or other is None:
        return None, WITHHELD
    return independent_difference(one, other, stream(*(task.names[i] for i in (pair.cell, pair.others[0])), pair.against)), SAMPLES


def _rest(found: Corrected, pair: Pair, task: Task, least: int = FEW) -> Draws | None:
    """The other cells of the group as one, under a flat prior."""
    known = found.sources[pair.cell]
    counts = found.scaled[list(pair.others)].sum(axis=0)
    if known is None or counts.sum() < max(task.config.min_n, 1) * (1 - ROUNDING):
        return None
    kept, rng = list(known.kept), stream(task.names[pair.cell], pair.against)
    drawn = posterior(counts[kept], known.matrix, np.ones(len(kept)), rng, task.config.finite, least)
    return drawn.first() if drawn.fits else None


def _rows(
    measured: Measured,
    plain: Interval,
    k: int,
    found: Corrected,
    wanted: Sequence[Pair],
    draws: Sequence[tuple[Draws | None, str]],
    hidden: Sequence[str | None],
    columns: Sequence[str],
    named: Mapping[str, Sequence[str]],
    task: Task,
) -> pa.Table:
    rows = []
    for pair, (drawn, how), private in zip(wanted, draws, hidden, strict=True):
        others = list(pair.others)
        row: dict[str, object] = {name: named[name][pair.cell] if name in columns else None for name in DIMENSIONS}
        row |= {
            "against": pair.against,
            "measure": measured.measure,
            "value": None,
            "low": None,
            "high": None,
            "p_above": None,
            "reason": None,
            **dict.fromkeys(("p_value", "q_value", "family", "compared")),  # of all groupings together: families.py
        }
        row |= {"n": int(plain.n[pair.cell]), "n_other": int(plain.n[others].sum()), "method": how}
        if private or how == UNLIKE:
            row |= {"reason": private or how, "method": NOTHING}
        elif how == SAMPLES or found.known[[pair.cell, *others], k].all():
            if drawn is None:
                row |= {"reason": how, "method": APART if pair.against in CODES else SHARED}
            else:
                row |= _of_draws(drawn, found.kept(pair.cell).index(k), task.config.confidence)
        else:
            row |= _of_shares(plain, pair, found, task)
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=CONTRASTS.schema)


def _of_draws(drawn: Draws, k: int, confidence: float) -> dict[str, object]:
    low, high = Draws(drawn.shares[k : k + 1], drawn.weight).interval(confidence)
    weight = drawn.weight.astype(np.float64)
    value, above = (float(np.round(row @ weight / weight.sum(), DIGITS)) for row in (drawn.shares[k], drawn.shares[k] > 0))
    return {"value": value, "low": float(np.round(low[0], DIGITS)), "high": float(np.round(high[0], DIGITS)), "p_above": above}


def _of_shares(plain: Interval, pair: Pair, found: Corrected, task: Task) -> dict[str, object]:
    """Without an error matrix on both sides: as classified."""
    others = list(pair.others)
    n, effective = plain.n[others].sum(), plain.n_eff[others].sum()
    if not found.wanted[pair.cell] or effective < max(task.config.min_n, 1) * (1 - ROUNDING):
        return {"reason": WITHHELD, "method": NEWCOMBE}
    share = np.array([np.nansum(plain.value[others] * plain.n[others]) / n])
    i = slice(pair.cell, pair.cell + 1)
    if task.config.finite:
        gap = float(plain.value[pair.cell] - share[0])
        return {"value": gap, "low": gap, "high": gap, "method": COUNTED}
    low, high = newcombe(plain.value[i], plain.n_eff[i], share, np.array([effective]), task.config.confidence)
    return {"value": float(plain.value[pair.cell] - share[0]), "low": float(low[0]), "high": float(high[0]), "method": NEWCOMBE}
