"""JSON: one object a line, or an array (or sequence) of objects."""

import json
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from pipeline.config import ReadConfig
from pipeline.read.binary import Opened
from pipeline.read.json_values import VALUE_CHARS, json_values
from pipeline.read.lines import LINE_BYTES, Cut, Lines
from pipeline.read.mapping import Columns, resolve
from pipeline.read.rejects import Broken, reason
from pipeline.read.rows import Extra, Rows
from pipeline.read.tally import SourceTally
from pipeline.read.values import LONE, whole

SAMPLE = 200
DEPTH = 8  # objects within objects are opened up to this depth; deeper ones stay JSON

Object = tuple[int, dict[str, Any]]


def open_jsonl(data: Opened, config: ReadConfig, count: SourceTally) -> Rows:
    """One object a line; an array is recognised by its first character."""
    lines = iter(Lines(data, config.encoding, count))
    first = next((line for line in lines if line.strip()), None)
    ...


def open_json(data: Opened, config: ReadConfig, count: SourceTally) -> Rows:
    ...
