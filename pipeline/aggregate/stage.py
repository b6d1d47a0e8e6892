"""The aggregate stage: `estimate(merge(count(part) for part in parts))`.

Counting is per part, merging is addition, so one machine and a cluster give the same numbers: what comes out does not
depend on how the texts were divided into parts, to the last bit.
"""

from pipeline.aggregate.counting import count
from pipeline.aggregate.errors import read_errors
from pipeline.aggregate.estimating import estimate
from pipeline.aggregate.merging import merge

__all__ = ["count", "estimate", "merge", "read_errors"]
