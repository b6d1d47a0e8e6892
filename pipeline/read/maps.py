"""Which entries of the user's map concern which file: `text` all of them, `reviews.csv:text` that one."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import PurePath

from pipeline.errors import UsageError


def of_source(wanted: Mapping[str, str], source: str) -> dict[str, str]:
    """Field -> column for one source; what is said of this file goes before what is said of all.

    >>> of_source({"text": "Kommentar", "b.csv:text": "Sylw"}, "data/b.csv")
    {'text': 'Sylw'}
    """
    rows = [(*_parts(entry), column) for entry, column in wanted.items()]
    general = {field: column for file, field, column in rows if not file}
    return general | {field: column for file, field, column in rows if file and _means(file, source)}


def check(wanted: Mapping[str, str], sources: Iterable[str]) -> None:
    """Raise UsageError for an entry that names a file which is not read."""
    names = list(sources)
    for entry, column in wanted.items():
        file, field = _parts(entry)
        if file and not any(_means(file, name) for name in names):
            raise UsageError(
                f"--map {entry}={column}: no file {file} is read here. Give its name as on the command line, or write "
                f"--map {field}={column} for all files."
            )


def _parts(entry: str) -> tuple[str, str]:
    file, _, field = entry.rpartition(":")
    return file, field.strip()


def _means(file: str, source: str) -> bool:
    """A name, a whole path, or a pattern of either."""
    return file in (source, PurePath(source).name) or fnmatchcase(source, file) or fnmatchcase(PurePath(source).name, file)
