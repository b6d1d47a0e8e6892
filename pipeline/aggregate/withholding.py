"""When an estimate is withheld, and why. Rules in order; the first that applies is the reason.

After the NCHS Data Presentation Standards for Proportions (Parker et al. 2017, Vital and Health Statistics 2(175)), with a floor on
authors for privacy. Where that floor hides a single cell of a total, the smallest other cell is withheld too: else it could be worked out.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.aggregate.measures import Measured
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
    Rule("ratings do not vary, no interval", lambda m, c: (m.interval.high == m.interval.low) & (not m.proportion)),
    Rule("no interval can be computed", lambda m, c: ~np.isfinite(m.interval.low + m.interval.high)),
)


def reasons(measured: Measured, config: AggregateConfig) -> list[str | None]:
    """Why each cell's estimate is withheld; None where it is shown."""
    with np.errstate(invalid="ignore"):
        hits = np.stack([rule.applies(measured, config) for rule in RULES])
    facts = {"min_n": config.min_n, "min_authors": config.min_authors, "points": 100 * config.max_width}
    first = np.where(hits.any(axis=0), hits.argmax(axis=0), -1)
    return [None if rule < 0 else RULES[rule].reason.format(n=int(n), **facts) for rule, n in zip(first, measured.interval.n, strict=True)]


REVEALING = "would reveal a cell of fewer than {min_authors} authors"


def complementary(reasons: list[str | None], measured: Measured, groups: Sequence[Hashable], config: AggregateConfig) -> list[str | None]:
    """The reasons with one more in each of `groups` (n_cells,) of which all cells but a single private one are shown: the smallest."""
    found = list(reasons)
    private = (measured.clusters < config.min_authors) & (measured.interval.n > 0)
    members: dict[Hashable, list[int]] = {}
    for i, group in enumerate(groups):
        members.setdefault(group, []).append(i)
    for cells in members.values():
        hidden, shown = [i for i in cells if found[i] is not None], [i for i in cells if found[i] is None]
        if len(hidden) == 1 and private[hidden[0]] and shown:
            found[min(shown, key=lambda i: measured.interval.n[i])] = REVEALING.format(min_authors=config.min_authors)
    return found
