"""From all records of a run to the tables that help to decide."""

from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa

from pipeline.aggregate.changes import changes
from pipeline.aggregate.conflicts import conflicts
from pipeline.aggregate.coverage import coverage
from pipeline.aggregate.drivers import drivers
from pipeline.aggregate.errors import LanguageErrors
from pipeline.aggregate.gathered import Gathered
from pipeline.aggregate.mentions import mentions
from pipeline.aggregate.profiles import profiles
from pipeline.aggregate.rankings import rankings
from pipeline.aggregate.records import OPINIONS, RECORDS
from pipeline.aggregate.replies import replies
from pipeline.config import AggregateConfig
from pipeline.tables import CHANGES, CONFLICTS, COVERAGE, DRIVERS, MENTIONS, PROFILES, RANKINGS, REPLIES, Spec


def decide(
    records: Iterable[pa.Table],
    opinions: Iterable[pa.Table],
    *,
    config: AggregateConfig,
    seed: int,
    errors: Mapping[str, LanguageErrors] | None = None,
) -> Iterable[tuple[Spec, pa.Table]]:
    """Each table of `tables.DECISIONS` in turn, from the records and opinions of all parts in any order.

    `errors` are the model's, for the warning light of the table of coverage. Memory follows the number of texts. The simulations of a table start from `seed` and the table's place: the same in gives the same out.
    """
    run = Gathered.of(_together(records, RECORDS), _together(opinions, OPINIONS))
    yield RANKINGS, rankings(run, config=config, rng=np.random.default_rng([seed, 0]))
    yield CONFLICTS, conflicts(run, config=config)
    yield PROFILES, profiles(run, config=config, rng=np.random.default_rng([seed, 1]))
    yield CHANGES, changes(run, config=config, rng=np.random.default_rng([seed, 2]))
    yield DRIVERS, drivers(run, config=config, rng=np.random.default_rng([seed, 3]))
    yield REPLIES, replies(run, config=config)
    yield MENTIONS, mentions(run, config=config)
    yield COVERAGE, coverage(run, errors=errors or {}, config=config)


def _together(tables: Iterable[pa.Table], spec: Spec) -> pa.Table:
    return pa.concat_tables([spec.schema.empty_table(), *tables])
