"""Signs that a brand's texts came about otherwise than those of others: "unusual", which is no proof of anything.

No sign alone makes a profile unusual, because each has innocent causes (a campaign, an event, a small firm whose friends write). Signs after Feng et al. 2012
(ICWSM, distributions of ratings), Xie et al. 2012 (KDD, bursts), and Luca & Zervas 2016 (Management Science 62:3412).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.aggregate.gathered import Flags, Gathered, per_author
from pipeline.aggregate.rows import Row, too_few_authors
from pipeline.config import AggregateConfig
from pipeline.stats.bursts import crowding
from pipeline.stats.multiplicity import adjust
from pipeline.stats.shrinkage import spread, upper_tail
from pipeline.tables import LABELS

ENOUGH = 2  # signs that make a profile unusual
LEVEL = 0.05  # of the q-value at which a sign counts
MIN_PEERS = 5  # brands from which the spread of usual shares can be learnt
MIN_OTHERS = 30  # texts of others to compare with
BURST = 2.0  # times the usual crowding below which even a sure burst is none


@dataclass(frozen=True)
class Sign:
    """A measure of one brand: its value, what is usual, and how often chance alone would give as much."""

    value: float = np.nan
    reference: float = np.nan
    p_value: float = np.nan
    n: int = 0
    reason: str | None = None


def unusual(run: Gathered, *, config: AggregateConfig, rng: np.random.Generator) -> Iterator[Row]:
    """A row per brand and sign, and one that counts the signs; only the latter for brands of too few authors."""
    brands = run.codes["brand"]
    if not run.names["brand"]:
        yield Row(measure="unusual_signs", method="none", reason="no text states a brand")
        return
    pairs = per_author(brands, run.author, np.ones(len(brands)), np.ones(len(brands)))[0]
    authors = np.bincount(pairs, minlength=len(run.names["brand"]))
    few = [too_few_authors(number, config) for number in authors]
    looked_at = [brand for brand, reason in enumerate(few) if not reason]
    crowded = np.zeros(len(few), dtype=bool)
    found: dict[int, list[Row]] = {brand: [] for brand in looked_at}
    for measure, (look, method) in SIGNS.items():
        usual = ~crowded[brands] if measure == "share_highest" else np.ones(len(brands), dtype=bool)
        signs = [look(run, brands == brand, usual & (brands != brand) & (brands >= 0), rng) for brand in looked_at]
        q_values = adjust([sign.p_value for sign in signs])
        for brand, sign, q_value in zip(looked_at, signs, q_values, strict=True):
            known = {"value": sign.value, "reference": sign.reference, "p_value": sign.p_value, "q_value": q_value}
            about = {"measure": measure, "n": sign.n, "method": f"{method}; BH over {len(looked_at)} brands", "reason": sign.reason}
            found[brand].append(Row(**about, **({} if sign.reason else known)))
        if measure == "burst":
            crowded[looked_at] = q_values < LEVEL
    sizes = np.bincount(brands[brands >= 0], minlength=len(few))
    for brand, name in enumerate(run.names["brand"]):
        about = {"brand": name, "authors": authors[brand]}
        rows = found.get(brand, [])
        yield from (Row(**about, **row) for row in rows)
        signs_seen = [row["measure"] for row in rows if row.get("q_value", 1) < LEVEL]
        words = f"unusual profile: {', '.join(signs_seen)}" if len(signs_seen) >= ENOUGH else "nothing unusual found"
        method = f"signs with q below {LEVEL:g}, of {len(SIGNS)}; {ENOUGH} make a profile unusual"
        known = {} if few[brand] else {"value": len(signs_seen), "finding": words}
        yield Row(**about, measure="unusual_signs", n=sizes[brand], method=method, reason=few[brand], **known)


def _burst(run: Gathered, inside: Flags, others: Flags, rng: np.random.Generator) -> Sign:
    days, rest = run.day[inside & ~np.isnan(run.day)], run.day[others & ~np.isnan(run.day)]
    if not len(days) or len(rest) < MIN_OTHERS:
        return Sign(
            n=len(days), reason=f"fewer than {MIN_OTHERS} dated texts of others to compare with" if len(days) else "no text has a time"
        )
    value, reference, p_value = crowding(days, rest, rng)
    return Sign(value, reference, p_value if value >= BURST * reference else 1.0, len(days))


def _highest(run: Gathered, inside: Flags, others: Flags, rng: np.random.Generator) -> Sign:
    rated = ~np.isnan(run.rating)
    n, many = int((inside & rated).sum()), len(run.names["brand"])
    top = rated & (run.rating == np.nanmax(run.rating)) if rated.any() else rated
    sizes, tops = (np.bincount(run.codes["brand"][others & mask], minlength=many).astype(np.float64) for mask in (rated, top))
    if not n or (sizes > 0).sum() < MIN_PEERS:
        return Sign(n=n, reason=f"fewer than {MIN_PEERS} other rated brands without a burst" if n else "no text has a rating")
    here = int((inside & top).sum())
    return Sign(here / n, tops.sum() / sizes.sum(), upper_tail(n, here, spread(sizes, tops)), n)


def _share_against(run: Gathered, inside: Flags, others: Flags, counted: Flags, marked: Flags, nothing: str) -> Sign:
    from scipy.stats import hypergeom

    n, m = int((inside & counted).sum()), int((others & counted).sum())
    if not n or m < MIN_OTHERS:
        return Sign(n=n, reason=f"fewer than {MIN_OTHERS} texts of others to compare with" if n else nothing)
    here, there = int((inside & counted & marked).sum()), int((others & counted & marked).sum())
    return Sign(here / n, there / m, float(hypergeom.sf(here - 1, n + m, here + there, n)), n)


def _repeated(run: Gathered, inside: Flags, others: Flags, rng: np.random.Generator) -> Sign:
    return _share_against(run, inside, others, np.ones(len(inside), dtype=bool), run.repeated, "no text")


def _contrary(run: Gathered, inside: Flags, others: Flags, rng: np.random.Generator) -> Sign:
    negative, positive = (run.label == LABELS.index(name) for name in ("negative", "positive"))
    high, low = run.rating >= 4, run.rating <= 2
    return _share_against(
        run, inside, others, (high | low) & (run.label >= 0), (high & negative) | (low & positive), "no rated text has a label"
    )


Measure = Callable[[Gathered, Flags, Flags, np.random.Generator], Sign]
SIGNS: dict[str, tuple[Measure, str]] = {  # the burst first: brands with one are no peers for the share of the highest rating
    "burst": (_burst, "largest share of texts within 7 days; scan statistic against the days of other brands, simulated (Naus 1965)"),
    "share_highest": (_highest, "share of the highest rating; beta-binomial tail against brands without a burst"),
    "share_repeated": (_repeated, "share of texts that repeat another; hypergeometric against other brands"),
    "share_contrary": (_contrary, "share of ratings of 4 and more with a negative text or 2 and less with a positive one; hypergeometric"),
}
