"""What to read: paths, folders, globs and standard input become a list of sources in a fixed order."""

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import InputError, UsageError
from pipeline.read import kinds

STDIN = "-"
_WILD = frozenset("*?[")


@dataclass(frozen=True)
class Source:
    """One file, or standard input. `name` is as the user gave it; `base` begins the ids of records that have none."""

    name: str
    base: str
    kind: str
    path: Path | None = None
    stream: BinaryIO | None = None
    note: str = ""  # said in the tally

    @property
    def repeatable(self) -> bool:
        """Whether it can be opened twice: a pipe cannot."""
        return self.path is not None and self.path.is_file()


def find_sources(names: Sequence[str], *, stdin: BinaryIO | None) -> list[Source]:
    """The sources behind `names`, in their order; those of one folder or glob sorted by name. A file named twice is read once.

    Raises UsageError or InputError, naming what was given, when there is nothing to read. Opens no file.
    """
    if not names:
        raise UsageError("There is nothing to read. Name files, folders or globs, or - for standard input.")
    if list(names).count(STDIN) > 1:
        raise UsageError("Standard input (-) is named twice, but it can be read only once. Name it once.")
    found: dict[object, Source] = {}
    for name in names:
        for source in _expand(name, stdin):
            found.setdefault(source.path.resolve() if source.path else STDIN, source)
    return list(found.values())


def _expand(name: str, stdin: BinaryIO | None) -> Iterator[Source]:
    if name == STDIN:
        if stdin is None:
            raise UsageError("Standard input (-) is named, but nothing is connected to it. Pipe a file in, or name a file.")
        yield Source(STDIN, "stdin", kinds.UNKNOWN, stream=stdin)
    elif os.path.isdir(name):
        yield from _folder(name)
    elif os.path.exists(name):
        yield _file(name)
    elif _WILD & set(name):
        matches = sorted(glob.glob(name, recursive=True))
        if not matches:
            raise InputError(f"No file matches {name}. Check the pattern and the folder it starts from ({_shown(os.getcwd())}).")
        for match in matches:
            yield from _folder(match) if os.path.isdir(match) else [_file(match)]
    else:
        raise InputError(f"There is no file or folder {_shown(name)}. Check the path; it is looked up from {_shown(os.getcwd())}.")


def _file(name: str) -> Source:
    return Source(_shown(name), _shown(Path(name).name), kinds.by_name(name), Path(name))


def _folder(name: str) -> Iterator[Source]:
    """Known kinds of files in a folder and those below it, without hidden ones. The rest is named in a note."""
    root = Path(name)
    files = sorted(_walk(root))
    known = [file for file in files if kinds.by_name(file) != kinds.UNKNOWN]
    if not known:
        held = f"Its files: {_listed(files)}." if files else "It is empty."
        raise InputError(f"The folder {_shown(name)} holds nothing that can be read ({', '.join(kinds.EXTENSIONS)}). {held}")
    strange = [file for file in files if kinds.by_name(file) == kinds.UNKNOWN]
    note = f"left out of the folder, as their kind is unknown: {_listed(strange)}" if strange else ""
    for file in known:
        yield Source(_shown((root / file).as_posix()), _shown(file), kinds.by_name(file), root / file, note=note)
        note = ""


def _walk(root: Path) -> Iterator[str]:
    def unreadable(error: OSError) -> None:
        raise InputError(f"The folder {error.filename} cannot be listed: {error.strerror}. Check its permissions.") from error

    for folder, inner, files in os.walk(root, onerror=unreadable):
        inner[:] = [each for each in inner if not each.startswith(".")]
        for file in files:
            path = Path(folder, file)
            if not file.startswith(".") and path.exists():  # a link may point nowhere
                yield path.relative_to(root).as_posix()


def _listed(files: list[str]) -> str:
    more = f" and {len(files) - 5} more" if len(files) > 5 else ""
    return ", ".join(map(_shown, files[:5])) + more


def _shown(name: str) -> str:
    """A file name may hold bytes that are not UTF-8; tables cannot."""
    return os.fsencode(name).decode("utf-8", "replace")
