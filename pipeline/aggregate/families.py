"""Which differences are looked at together, and how sure each is among so many.

A family is one question asked of many cells: one measure, one grouping, one kind of other side, in all languages, such as the share negative of each
brand against the rest. Only differences that are shown count: nobody looks at the others. Benjamini & Hochberg 1995; where an aspect is in
the grouping Benjamini & Yekutieli 2001, because one text is then in several cells.
"""

import numpy as np
import pyarrow as pa

from pipeline.aggregate.sums import DIMENSIONS
from pipeline.languages import CODES
from pipeline.stats.mover import p_value
from pipeline.stats.multiplicity import adjust
from pipeline.tables import CONTRASTS


def adjusted(contrasts: pa.Table, confidence: float) -> pa.Table:
    """The table with `p_value` from each interval (of `confidence`), and `q_value`, `family` and `compared` filled in; withheld rows have none."""
    names = np.array([_family(row) for row in contrasts.select([*DIMENSIONS, "against", "measure"]).to_pylist()], dtype=object)
    value, low, high = (contrasts[name].to_numpy() for name in ("value", "low", "high"))
    shown = np.isfinite(value)
    p, q, compared = p_value(value, low, high, confidence), np.full(len(names), np.nan), np.zeros(len(names), dtype=np.int64)
    for name in dict.fromkeys(names[shown]):
        own = np.flatnonzero(shown & (names == name))
        q[own], compared[own] = adjust(p[own], "by" if "aspect" in name.split(" ")[0].split("+") else "bh"), len(own)
    columns = {
        **{"p_value": pa.array(p, mask=~shown), "q_value": pa.array(q, mask=~shown)},
        **{"family": pa.array(names, pa.string(), mask=~shown), "compared": pa.array(compared, mask=~shown)},
    }
    return pa.table({name: columns.get(name, contrasts[name]) for name in CONTRASTS.schema.names}, schema=CONTRASTS.schema)


def _family(row: dict[str, str | None]) -> str:
    """
    >>> _family({"lang": "de", "brand": "x", "channel": None, "period": None, "aspect": None, "against": "rest", "measure": "share_mixed"})
    'lang+brand against rest: share_mixed'
    """
    columns = "+".join(name for name in DIMENSIONS if row[name] is not None)
    against = "language" if row["against"] in CODES else row["against"]
    return f"{columns} against {against}: {row['measure']}"
