"""JSON: one object a line, or an array (or sequence) of objects."""

import json
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from pipeline.config import ReadConfig
from pipeline.read import encodings
from pipeline.read.binary import Opened
from pipeline.read.json_values import json_values
from pipeline.read.lines import LINE_BYTES, Cut, Lines
from pipeline.read.mapping import resolve
from pipeline.read.rejects import Broken, reason
from pipeline.read.rows import Extra, Row, Rows, empty
from pipeline.read.tally import SourceTally
from pipeline.read.values import LONE, as_text, whole

SAMPLE = 200
DEPTH = 8  # objects within objects are opened up to this depth and named with dots; deeper ones stay JSON

Object = tuple[int, dict[str, Any]]


class Listed(str):
    """A list or a deep object, as JSON: it can be a dimension, but not a text."""


def open_json(data: Opened, config: ReadConfig, count: SourceTally) -> Rows:
    """Objects of JSON in either form; which one it is shows in its first characters, whatever the file is called."""
    lines = Lines(data, config.encoding, count)
    raw = json_values(lines.chunks()) if _is_sequence(data.head, count.format) else _by_line(lines)
    objects = (each if isinstance(each, Broken) else _object(*each, count) for each in raw)
    sample = list(islice(objects, SAMPLE))
    if not sample:
        count.note("the file is empty")
        return empty()
    names = tuple(dict.fromkeys(name for each in sample if not isinstance(each, Broken) for name in each[1]))
    if not names:
        return Rows(None, _without_fields(chain(sample, objects)))
    rows = [[each[1].get(name) for name in names] for each in sample if not isinstance(each, Broken)]
    columns = resolve(names, rows, config.map, count)
    return Rows(columns, _rows(chain(sample, objects), names, names[columns.text]))


def _is_sequence(head: bytes, kind: str) -> bool:
    """Whether values do not keep to lines: an array of objects, or in a .json file a first line that is no value by itself."""
    text = head.decode(encodings.wide(head) or "utf-8", "replace").lstrip("\ufeff \t\r\n")
    if text.startswith("["):
        return kind == "json" or text[1:].lstrip()[:1] in ("{", "]", "")
    if kind != "json":
        return False
    try:
        json.loads(text.splitlines()[0] if text else "0")
    except (ValueError, RecursionError):
        return True
    return False


def _by_line(lines: Iterable[str]) -> Iterator[tuple[int, str] | Broken]:
    for number, line in enumerate(lines, 1):
        if line.__class__ is Cut:
            yield Broken(number, reason("long_line", limit=LINE_BYTES >> 20), line)
        elif line.strip():
            yield number, line


def _object(line: int, raw: str, count: SourceTally) -> Object | Broken:
    try:
        value = json.loads(raw)
        if "\\u" in raw:  # only an escape can write half a character
            value = _mended(value, count)
        if isinstance(value, dict):
            return line, _flat(value)
    except (ValueError, RecursionError):
        return Broken(line, reason("not_json"), raw)
    return Broken(line, reason("not_object"), raw)


def _mended(value: Any, count: SourceTally) -> Any:
    if isinstance(value, str):
        mended = whole(value)
        if mended != value:
            count.surrogates_replaced += mended.count(LONE) - value.count(LONE)
        return mended
    if isinstance(value, list):
        return [_mended(each, count) for each in value]
    if isinstance(value, dict):
        return {_mended(name, count): _mended(each, count) for name, each in value.items()}
    return value


def _flat(value: dict[str, Any], depth: int = DEPTH) -> dict[str, Any]:
    """Objects within the object as `outer.inner`; lists as JSON."""
    if not any(isinstance(each, (dict, list)) for each in value.values()):
        return value
    flat: dict[str, Any] = {}
    for name, each in value.items():
        if isinstance(each, dict) and depth:
            flat.update((f"{name}.{inner}", leaf) for inner, leaf in _flat(each, depth - 1).items())
        elif isinstance(each, (dict, list)):
            flat[name] = Listed(as_text(each))
        else:
            flat[name] = each
    return flat


def _rows(objects: Iterator[Object | Broken], names: tuple[str, ...], text: str) -> Iterator[Row | Extra | Broken]:
    for each in objects:
        if isinstance(each, Broken):
            yield each
            continue
        line, value = each
        if text not in value or isinstance(value[text], (Listed, bool)):
            yield Broken(line, reason("no_field"), as_text(value))
            continue
        row = [value.pop(name, None) for name in names]
        yield (line, row, value) if value else (line, row)


def _without_fields(objects: Iterator[Object | Broken]) -> Iterator[Broken]:
    """Records of a file whose first values hold no field at all."""
    for each in objects:
        yield each if isinstance(each, Broken) else Broken(each[0], reason("no_field"), as_text(each[1]))
