"""Weights from known margins: which share of the customers comes by which channel, buys which brand, wrote in which month."""

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from pipeline.aggregate.cells import Rows
from pipeline.aggregate.sums import DIMENSIONS
from pipeline.config import AggregateConfig
from pipeline.errors import ConfigError
from pipeline.stats.raking import rake

POPULATIONS = ("process", "finite")
SURVEY = "; weighted by survey weights"
RAKED = "; raked to the margins of {columns} (Deming & Stephan 1940), no raking factor above five times the mean"
NOT_RAKED = "; not raked: the texts of this language and the margins of {columns} do not have the same categories"
TOO_FAR = "; not raked: the margins of {columns} cannot be reached with raking factors of at most five times the mean"


def check_margins(margins: Mapping[str, Mapping[str, float]]) -> None:
    """Raises ConfigError for a column that makes no cells, or shares that are not above 0 and do not add up to 1."""
    possible = [name for name in DIMENSIONS if name not in ("lang", "aspect")]
    for column, shares in margins.items():
        if column not in possible:
            raise ConfigError(f"[aggregate.margins] {column}: margins can be of {', '.join(possible)}.")
        if not shares or not all(math.isfinite(share) and share > 0 for share in shares.values()) or abs(sum(shares.values()) - 1) > 0.005:
            raise ConfigError(
                f"[aggregate.margins] {column}: the shares must be above 0 and add up to 1, as in {{ web = 0.6, shop = 0.4 }}."
            )


def check_population(config: AggregateConfig) -> None:
    """Raises ConfigError for an unknown population, or a finite one with weights: what has to be weighted is not all that was said."""
    if config.population not in POPULATIONS:
        raise ConfigError(f"[aggregate] population is {config.population!r}; it can be {' or '.join(map(repr, POPULATIONS))}.")
    if config.finite and (config.weights or config.margins):
        raise ConfigError(
            "[aggregate] population = 'finite' says that the file is all that was said; then it cannot have weights or margins. Leave out one of them."
        )


def weighted(rows: Rows, texts: np.ndarray, config: AggregateConfig) -> tuple[Rows, dict[str, str]]:
    """The rows with their weights raked to the margins within each language, and what to say of it, by language.

    `texts` marks the rows that count texts. A language whose texts lack a category of the margins, or have another, or are too far from them is left as it is.
    """
    check_margins(config.margins)
    check_population(config)
    langs = rows.names["lang"]
    said = {lang: SURVEY if config.weights else "" for lang in langs}
    if not config.margins:
        return rows, said
    columns = list(config.margins)
    weight = rows.weight.copy()
    group = rows.cell_numbers(["lang", *columns])
    size = texts * rows.amounts["texts"] * rows.weight
    for code, lang in enumerate(langs):
        own = rows.codes["lang"] == code
        member = np.unique(group[own], return_inverse=True)[1]
        factor = _factors(rows, own, columns, np.bincount(member, weights=size[own]), member, config)
        said[lang] += (factor if isinstance(factor, str) else RAKED).format(columns=", ".join(columns))
        if not isinstance(factor, str):
            weight[own] *= factor[member]
    return replace(rows, weight=weight), said


def _factors(
    rows: Rows, own: np.ndarray, columns: list[str], size: np.ndarray, member: np.ndarray, config: AggregateConfig
) -> np.ndarray | str:
    """Factors of the groups, or what is said where there are none."""
    categories, margins = [], []
    for column in columns:
        names, wanted = rows.names[column], config.margins[column]
        used = rows.codes[column][own]
        if {names[code] for code in np.unique(used)} != set(wanted):
            return NOT_RAKED
        of_group = np.zeros(len(size), dtype=np.int64)
        of_group[member] = used
        categories.append(of_group)
        margins.append([wanted.get(name, 0.0) for name in names])
    factor = rake(size, categories, margins)
    return TOO_FAR if factor is None else factor
