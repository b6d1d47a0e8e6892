"""The aggregate stage: `estimate(merge(count(part) for part in parts))`, and `decide` from the records of all parts.

Counting is per part, merging is addition, so one machine and a cluster give the same numbers: what comes out does not
depend on how the texts were divided into parts, to the last bit.
"""

from pipeline.aggregate.counting import count
from pipeline.aggregate.deciding import decide
from pipeline.aggregate.drawing import draw, frame
from pipeline.aggregate.errors import read_errors
from pipeline.aggregate.estimating import estimate, estimate_all
from pipeline.aggregate.labelled import check_labels, line_up_labels, text_hash
from pipeline.aggregate.merging import merge
from pipeline.aggregate.records import OPINIONS, RECORDS, record
from pipeline.aggregate.strata import STRATA, count_strata
from pipeline.aggregate.term_uses import USES, uses
from pipeline.aggregate.terms import terms

__all__ = [
    "OPINIONS",
    "RECORDS",
    "STRATA",
    "USES",
    "check_labels",
    "count",
    "count_strata",
    "decide",
    "draw",
    "estimate",
    "estimate_all",
    "frame",
    "line_up_labels",
    "merge",
    "read_errors",
    "record",
    "terms",
    "text_hash",
    "uses",
]
