"""When an estimate is withheld, and why. Rules in order; the first that applies is the reason.

After the NCHS Data Presentation Standards for Proportions (Parker et al. 2017, Vital and Health Statistics 2(175)), with a floor on
authors for privacy. Where that floor hides cells of a total that could be worked out from the others, the smallest of these are withheld too.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.aggregate.measures import Measured
from pipeline.aggregate.people import REVEALING, closed
from pipeline.config import AggregateConfig
from pipeline.stats.clusters import ROUNDING

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Rule:
    """`applies` gives an array (n_cells,); `reason` is filled with the settings and the cell's n."""

    reason: str
    applies: Callable[[Measured, AggregateConfig], Mask]


RULES = (
    Rule("fewer than {min_n} texts (n={n})", lambda m, c: m.interval.n < c.min_n),
    Rule("effective n below {min_n}", lambda m, c: m.interval.n_eff < c.min_n * (1 - ROUNDING)),
    Rule("fewer than {min_authors} authors", lambda m, c: m.clusters < c.min_authors),
    Rule("interval wider than {points:.0f} points", lambda m, c: (m.interval.high - m.interval.low > c.max_width) & m.proportion),
    Rule(
        "the counts contradict the classifier's error matrix",
        lambda m, c: np.zeros(len(m.clusters), bool) if m.misfit is None else m.misfit,
    ),
    Rule("ratings do not vary, no interval", lambda m, c: (m.interval.high == m.interval.low) & (not m.proportion) & (not c.finite)),
    Rule("no interval can be computed", lambda m, c: ~np.isfinite(m.interval.low + m.interval.high)),
)


def reasons(measured: Measured, config: AggregateConfig) -> list[str | None]:
    """Why each cell's estimate is withheld; None where it is shown."""
    with np.errstate(invalid="ignore"):
        hits = np.stack([rule.applies(measured, config) for rule in RULES])
    facts = {"min_n": config.min_n, "min_authors": config.min_authors, "points": 100 * config.max_width}
    first = np.where(hits.any(axis=0), hits.argmax(axis=0), -1)
    return [None if rule < 0 else RULES[rule].reason.format(n=int(n), **facts) for rule, n in zip(first, measured.interval.n, strict=True)]


def complementary(
    reasons: list[str | None],
    measured: Measured,
    names: Sequence[tuple[str, ...]],
    lines: Sequence[Sequence[Hashable]],
    config: AggregateConfig,
) -> list[str | None]:
    """The reasons with one more for each cell that is closed because it would tell of a cell of few people (`people.closed`)."""
    if not lines or measured.people is None:
        return reasons
    shut = closed(measured.interval.n, measured.people, names, lines, config.min_authors)
    revealing = REVEALING.format(min_authors=config.min_authors)
    return [why or (revealing if shut[i] else None) for i, why in enumerate(reasons)]
