"""The read stage: sources in, parts of documents and rejects out. The one stage that reads outside files."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pyarrow as pa

from pipeline.config import ReadConfig
from pipeline.read import kinds, maps
from pipeline.read.binary import Opened, opened
from pipeline.read.documents import converter
from pipeline.read.opening import open_rows
from pipeline.read.parts import Parts
from pipeline.read.rejects import Broken, reason
from pipeline.read.sources import Source, find_sources
from pipeline.read.tally import SourceTally, Tally

__all__ = ["Source", "Tally", "find_sources", "read"]


def read(inputs: Sequence[Source], *, config: ReadConfig, tally: Tally | None = None) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Yield (documents, rejects), one pair per part, in the order of the sources; one empty pair when there is no record at all.

    Every record goes to one of the two; `tally` is told how each source was understood and is complete at the end.
    The sources are looked at first, so that a wrong column or file is an error (UsageError, InputError) before anything is yielded.
    """
    tally = Tally() if tally is None else tally
    maps.check(config.map, (source.name for source in inputs))
    for source in inputs[1:]:  # the first tells by itself
        _try(source, config)
    parts = Parts(config)
    yielded = False
    for source in inputs:
        count = tally.start(source.name)
        with opened(source) as data:
            for part in _gather(data, source, _own(config, source), count, parts):
                yielded = True
                yield part
    if parts.filled or not yielded:
        yield parts.flush()
    tally.check()


def _try(source: Source, config: ReadConfig) -> None:
    """Raise now what reading would raise at its start. A pipe can be read only once and is not tried."""
    if source.repeatable:
        with opened(source) as data:
            if source.kind == kinds.DOCUMENT:
                kinds.by_content(source.kind, data.head, source.name)
            else:
                open_rows(data, source, _own(config, source), SourceTally(source.name))


def _own(config: ReadConfig, source: Source) -> ReadConfig:
    """The settings with the map of this source."""
    return replace(config, map=maps.of_source(config.map, source.name))


def _gather(data: Opened, source: Source, config: ReadConfig, count: SourceTally, parts: Parts) -> Iterator[tuple[pa.Table, pa.Table]]:
    rows = open_rows(data, source, config, count)
    convert = converter(rows, source.name, source.base, config, count)
    line = 0
    for record in rows.records:
        count.records += 1
        if isinstance(record, Broken):
            line = record.line
            parts.reject(record, count)
        else:
            line = record[0]
            document = convert(record)
            if isinstance(document, Broken):
                parts.reject(document, count)
            else:
                parts.add(document, count)
        if parts.full:
            yield parts.flush()
    if data.damage:
        count.records += 1
        parts.reject(Broken(line + 1, reason("damaged"), data.damage), count)
