"""A file that is one text: .txt, .md, .html. Kept as written; cleaning is the next stage's."""

from pipeline.config import ReadConfig
from pipeline.read.binary import Opened
from pipeline.read.lines import LINE_BYTES, Cut, Lines
from pipeline.read.rejects import Broken, reason
from pipeline.read.rows import Rows, empty
from pipeline.read.tally import SourceTally


def open_document(data: Opened, config: ReadConfig, count: SourceTally) -> Rows:
    """The whole file as one record. Beyond read.max_chars it is only counted, not held."""
    if not data.head:
        count.note("the file is empty")
        return empty()
    kept: list[str] = []
    chars = 0
    for line in Lines(data, config.encoding, count):
        if line.__class__ is Cut:
            return Rows(None, iter([Broken(1, reason("long_line", limit=LINE_BYTES >> 20), line)]), ids_by_line=False)
        if chars <= config.max_chars:
            kept.append(line)
        chars += len(line)
    if chars > config.max_chars:
        broken = Broken(1, reason("long_text", found=chars, limit=config.max_chars), kept[0])
        return Rows(None, iter([broken]), ids_by_line=False)
    return Rows(None, iter([(1, ("".join(kept),))]), ids_by_line=False)
