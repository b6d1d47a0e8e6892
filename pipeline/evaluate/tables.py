"""Labelled tables of any format that `polyvox read` knows, and Hugging Face datasets saved on disk, as labelled texts."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.config import ReadConfig
from pipeline.errors import InputError, UsageError
from pipeline.evaluate.labelled import Labelled
from pipeline.evaluate.labels import translate
from pipeline.languages import CODES
from pipeline.read.columns import key
from pipeline.read.sources import find_sources
from pipeline.read.stage import read
from pipeline.read.tally import Tally

# field -> column names that are taken without --map
COLUMNS = {
    "text": (),  # found by the read stage
    "id": (),
    "author": (),
    "label": ("label", "sentiment", "polarity", "labels", "class", "gold"),
    "lang": ("lang", "language", "locale", "sprache"),
    "split": ("split", "fold", "partition"),
    "genre": ("genre", "source_type", "channel"),
    "variety": ("variety", "dialect"),
    "domain": ("domain", "topic"),
    "parallel": ("parallel", "pair", "translation_of"),
}
OF_READ = ("text", "id", "author")
TAKEN = ("channel", "brand", "author", "rating")  # fields of the read stage that may hold what we look for
Row = Mapping[str, str]


def from_files(path: Path, corpus: str, columns: Mapping[str, str], labels: Mapping[str, str]) -> list[Labelled]:
    """Texts of a CSV, TSV, JSONL, Parquet or XLSX file, or a folder of them."""
    _check(columns)
    wanted = {name: column for name, column in columns.items() if name in OF_READ}
    rows: list[dict[str, str]] = []
    tally = Tally()
    for documents, _ in read(find_sources([str(path)], stdin=None), config=ReadConfig(map=wanted), tally=tally):
        taken = {source.source: source.columns for source in tally.sources}
        for row in documents.to_pylist():
            under = {name: taken[row["source"]].get(name, name) for name in TAKEN}  # the read stage took these from columns of other names
            facts = dict(row["dimensions"]) | {under[name]: _plain(row[name]) for name in TAKEN if row[name] is not None}
            rows.append(facts | {"text": row["text"], "id": row["doc_id"], "author": row["author"] or ""})
    return list(_labelled(rows, corpus, str(path), {n: c for n, c in columns.items() if n not in OF_READ}, labels))


def _plain(value: object) -> str:
    """
    >>> _plain(4.0), _plain("shop")
    ('4', 'shop')
    """
    return f"{value:g}" if isinstance(value, float) else str(value)


def is_dataset(path: Path) -> bool:
    """Whether a folder was written by `save_to_disk` of Hugging Face datasets."""
    return (path / "state.json").exists() or (path / "dataset_dict.json").exists()


def from_dataset(path: Path, corpus: str, columns: Mapping[str, str], labels: Mapping[str, str]) -> list[Labelled]:
    """Texts of a dataset on disk, read by pyarrow alone; class numbers become their names."""
    _check(columns)
    parts = [(folder.name, folder) for folder in sorted(path.iterdir()) if (folder / "state.json").exists()] or [("", path)]
    rows = [row | ({"split": split} if split else {}) for split, folder in parts for row in _arrow(folder)]
    text = columns.get("text", next((name for name in ("text", "sentence", "review", "content") if rows and name in rows[0]), "text"))
    if rows and text not in rows[0]:
        raise UsageError(
            f"{path} has no column {text!r}. Its columns: {', '.join(rows[0])}. Say which holds the text with --map text=COLUMN."
        )
    name = columns.get("id", "id")
    given = [row | {"text": row[text], "id": row.get(name) or f"{corpus}:{number}"} for number, row in enumerate(rows, 1)]
    return list(_labelled(given, corpus, str(path), {n: c for n, c in columns.items() if n not in ("text", "id")}, labels))


def _arrow(folder: Path) -> Iterator[dict[str, str]]:
    import pyarrow as pa

    info = folder / "dataset_info.json"
    features: dict[str, Any] = (json.loads(info.read_text(encoding="utf-8")).get("features") or {}) if info.exists() else {}
    names = {column: kind["names"] for column, kind in features.items() if isinstance(kind, dict) and kind.get("names")}
    for file in json.loads((folder / "state.json").read_text(encoding="utf-8"))["_data_files"]:
        with pa.memory_map(str(folder / file["filename"])) as source, pa.ipc.open_stream(source) as stream:
            for batch in stream:
                for row in batch.to_pylist():
                    yield {column: _shown(value, names.get(column)) for column, value in row.items()}


def _shown(value: Any, names: Sequence[str] | None) -> str:
    if value is None:
        return ""
    if names and isinstance(value, int):
        return names[value] if 0 <= value < len(names) else ""  # -1 is how datasets say that a label is not there
    return str(value)


def _check(columns: Mapping[str, str]) -> None:
    if unknown := [name for name in columns if name not in COLUMNS]:
        raise UsageError(f"--map {unknown[0]}={columns[unknown[0]]}: there is no field {unknown[0]}. There are: {', '.join(COLUMNS)}.")


def _labelled(rows: Sequence[Row], corpus: str, place: str, columns: Mapping[str, str], labels: Mapping[str, str]) -> Iterator[Labelled]:
    if not rows:
        raise InputError(f"{place} holds no text. Give a file of labelled texts.")
    names = list(dict.fromkeys(name for row in rows for name in row))
    find = {field: _find(field, names, columns, place) for field in COLUMNS if field not in OF_READ}
    constant = columns["lang"] if "lang" in columns and find["lang"] is None else ""
    if find["lang"] is None and not constant:
        raise UsageError(
            f"{place} does not say the language of its texts. Give its column (--map lang=COLUMN) or one code (--map lang=de)."
        )

    def value(row: Row, field: str) -> str:
        column = find[field]
        return row.get(column, "").strip() if column else ""

    known = translate((value(row, "label") for row in rows), labels)
    for row in rows:
        yield Labelled(
            id=row["id"],
            corpus=corpus,
            lang=constant or value(row, "lang"),
            text=row["text"],
            split=value(row, "split"),
            document=known.get(value(row, "label")),
            parallel=value(row, "parallel") or None,
            author=row.get("author") or None,
            dimensions={name: value(row, name) for name in ("genre", "variety", "domain") if value(row, name)},
        )


def _find(field: str, names: Iterable[str], columns: Mapping[str, str], place: str) -> str | None:
    keys = {key(name): name for name in reversed(list(names))}
    if field not in columns:
        return next((keys[key(each)] for each in COLUMNS[field] if key(each) in keys), None)
    wanted = columns[field]
    if key(wanted) in keys:
        return keys[key(wanted)]
    if field == "lang" and wanted in CODES:
        return None  # one language for all
    raise UsageError(f"{place}: --map {field}={wanted}: there is no such column. Its columns: {', '.join(list(names)[:30])}.")
