"""Signs that a brand's texts came about otherwise than those of others: "unusual", which is no proof of anything.

A brand whose numbers privacy closes because they would tell of another brand is still looked at: what is told of its shares is that they are unusual, without the number.

No sign alone makes a profile unusual, because each has innocent causes (a campaign, an event, a small firm whose friends write). Signs after Feng et al. 2012
(ICWSM, distributions of ratings), Xie et al. 2012 (KDD, bursts), and Luca & Zervas 2016 (Management Science 62:3412).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from pipeline.aggregate.closing import OfBrands, people_by
from pipeline.aggregate.gathered import NOT_STARS, Flags, Gathered
from pipeline.aggregate.rows import Row, too_few_authors
from pipeline.config import AggregateConfig
from pipeline.stats.bursts import crowding
from pipeline.stats.distinct import how_many
from pipeline.stats.multiplicity import adjust
from pipeline.stats.shrinkage import spread, upper_tail
from pipeline.tables import LABELS

ENOUGH = 2  # signs that make a profile unusual
LEVEL = 0.05  # of the q-value at which a sign counts
MIN_PEERS = 5  # brands from which the spread of usual shares can be learnt
MIN_OTHERS = 30  # texts of others to compare with
BURST = 2.0  # times the usual crowding below which even a sure burst is none
HIGH, LOW = 4, 2  # ratings that a text may contradict


@dataclass(frozen=True)
class Sign:
    """A measure of one brand: its value, what is usual, and how often chance alone would give as much."""

    value: float = np.nan
    reference: float = np.nan
    p_value: float = np.nan
    n: int = 0
    reason: str | None = None


@dataclass(frozen=True)
class Look:
    """How a sign is looked for: among which texts, how, and what is said where a brand has none. `added_up`: other numbers are sums of it over brands. `starred`: only where ratings are stars."""

    method: str
    counted: Callable[[Gathered], Flags]
    measure: Callable[[Gathered, Flags, Flags, np.random.Generator], Sign]
    nothing: str
    added_up: bool = False
    starred: bool = False


def unusual(run: Gathered, *, config: AggregateConfig, rng: np.random.Generator) -> Iterator[Row]:
    """A row per brand and sign, and one that counts the signs; only the latter for brands of too few authors.

    Brands are compared with brands of enough authors; where shares can be added up over brands, with those whose share is shown.
    """
    brands = run.codes["brand"]
    if not run.names["brand"]:
        yield Row(measure="unusual_signs", method="none", reason="no text states a brand")
        return
    authors = people_by(run, "brand", np.ones(len(brands), dtype=bool))
    few = [too_few_authors(number, config) for number in authors]
    looked_at = [brand for brand, reason in enumerate(few) if not reason]
    crowded = np.zeros(len(few), dtype=bool)
    found: dict[int, list[Row]] = {brand: [] for brand in looked_at}
    seen: dict[int, list[str]] = {brand: [] for brand in looked_at}
    for measure, look in SIGNS.items():
        compared = _compared(run, look, config)
        others = compared.open & ~crowded[brands] if measure == "share_highest" else compared.open
        signs = [_sign(run, look, brand, compared, others & (brands != brand), config, rng) for brand in looked_at]
        q_values = adjust([sign.p_value for sign in signs])
        for brand, sign, q_value in zip(looked_at, signs, q_values, strict=True):
            reason = sign.reason or compared.shut.get(brand)
            known = {"value": sign.value, "reference": sign.reference, "p_value": sign.p_value, "q_value": q_value}
            about = {"measure": measure, "n": sign.n, "method": f"{look.method}; BH over {len(looked_at)} brands", "reason": reason}
            found[brand].append(Row(**about, **({} if reason else known)))
            seen[brand] += [measure] if q_value < LEVEL else []
        if measure == "burst":
            crowded[looked_at] = q_values < LEVEL
    sizes = np.bincount(brands[brands >= 0], minlength=len(few))
    for brand, name in enumerate(run.names["brand"]):
        about = {"brand": name, "authors": authors[brand]}
        yield from (Row(**about, **row) for row in found.get(brand, []))
        signs_seen = seen.get(brand, [])
        words = f"unusual profile: {', '.join(signs_seen)}" if len(signs_seen) >= ENOUGH else "nothing unusual found"
        method = f"signs with q below {LEVEL:g}, of {len(SIGNS)}; {ENOUGH} make a profile unusual"
        known = {} if few[brand] else {"value": len(signs_seen), "finding": words}
        yield Row(**about, measure="unusual_signs", n=sizes[brand], method=method, reason=few[brand], **known)


def _compared(run: Gathered, look: Look, config: AggregateConfig) -> OfBrands:
    """The texts of brands that are compared, and the brands whose number is not shown. What nobody adds up over brands is shown of all brands of enough people."""
    counted, brand = look.counted(run), run.codes["brand"]
    if look.added_up:
        return OfBrands.of(run, counted, config)
    enough = people_by(run, "brand", counted) >= config.min_authors
    return OfBrands(counted & (brand >= 0) & enough[brand], {})


def _sign(
    run: Gathered, look: Look, brand: int, compared: OfBrands, others: Flags, config: AggregateConfig, rng: np.random.Generator
) -> Sign:
    """Of one brand: of what is shown of it, or where that is nothing of all its texts."""
    inside = look.counted(run) & (run.codes["brand"] == brand)
    if not inside.any() or (look.starred and not run.starred):
        return Sign(reason=NOT_STARS if inside.any() else look.nothing)
    inside &= compared.open | (brand in compared.shut)
    n = int(inside.sum())
    few = too_few_authors(how_many(run.author[inside]), config)
    return Sign(n=n, reason=few) if few else replace(look.measure(run, inside, others, rng), n=n)


def _burst(run: Gathered, inside: Flags, others: Flags, rng: np.random.Generator) -> Sign:
    if others.sum() < MIN_OTHERS:
        return Sign(reason=f"fewer than {MIN_OTHERS} dated texts of others to compare with")
    value, reference, p_value = crowding(run.day[inside], run.day[others], rng)
    return Sign(value, reference, p_value if value >= BURST * reference else 1.0)


def _highest(run: Gathered, inside: Flags, others: Flags, rng: np.random.Generator) -> Sign:
    many, n = len(run.names["brand"]), int(inside.sum())
    top = run.rating == np.nanmax(run.rating)
    sizes, tops = (np.bincount(run.codes["brand"][others & mask], minlength=many).astype(np.float64) for mask in (others, top))
    if (sizes > 0).sum() < MIN_PEERS:
        return Sign(reason=f"fewer than {MIN_PEERS} other rated brands that are shown, without a burst")
    here = int((inside & top).sum())
    return Sign(here / n, tops.sum() / sizes.sum(), upper_tail(n, here, spread(sizes, tops)))


def _repeated(run: Gathered, inside: Flags, others: Flags, rng: np.random.Generator) -> Sign:
    return _share_against(inside, others, run.repeated)


def _contrary(run: Gathered, inside: Flags, others: Flags, rng: np.random.Generator) -> Sign:
    negative, positive = (run.label == LABELS.index(name) for name in ("negative", "positive"))
    return _share_against(inside, others, (run.rating >= HIGH) & negative | (run.rating <= LOW) & positive)


def _share_against(inside: Flags, others: Flags, marked: Flags) -> Sign:
    from scipy.stats import hypergeom

    n, m = int(inside.sum()), int(others.sum())
    if m < MIN_OTHERS:
        return Sign(reason=f"fewer than {MIN_OTHERS} texts of others to compare with")
    here, there = int((inside & marked).sum()), int((others & marked).sum())
    return Sign(here / n, there / m, float(hypergeom.sf(here - 1, n + m, here + there, n)))


SIGNS = {  # the burst first: brands with one are no peers for the share of the highest rating
    "burst": Look(
        "largest share of texts within 7 days; scan statistic against the days of other brands, simulated (Naus 1965)",
        lambda run: ~np.isnan(run.day),
        _burst,
        "no text has a time",
    ),
    "share_highest": Look(
        "share of the highest rating; beta-binomial tail against brands that are shown, without a burst",
        lambda run: ~np.isnan(run.rating),
        _highest,
        "no text has a rating",
        added_up=True,
    ),
    "share_repeated": Look(
        "share of texts that repeat another; hypergeometric against brands that are shown",
        lambda run: np.ones(len(run.day), dtype=bool),
        _repeated,
        "no text",
        added_up=True,
    ),
    "share_contrary": Look(
        f"share of ratings of {HIGH} and more with a negative text or {LOW} and less with a positive one; hypergeometric against other brands",
        lambda run: ((run.rating >= HIGH) | (run.rating <= LOW)) & (run.label >= 0),
        _contrary,
        "no rated text has a label",
        starred=True,
    ),
}
