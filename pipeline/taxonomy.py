"""The aspects that customers talk about: ids, families, and names, definitions and examples in six languages."""

import difflib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError

PACKAGE = Path(__file__).parent
NAMED_IN = ("en", "cy", "de", "vi", "tl", "ar")


@dataclass(frozen=True)
class Wording:
    """How an aspect is presented in one language."""

    name: str
    definition: str
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Aspect:
    """An aspect: its id, its family, and its wording by language code."""

    id: str
    family: str
    wording: dict[str, Wording]

    def name(self, lang: str = "en") -> str:
        """Its name in a language; in English, or else by its id, where there is none."""
        wording = self.wording.get(lang) or self.wording.get("en")
        return wording.name if wording else self.id


@dataclass(frozen=True)
class Taxonomy:
    """The aspects in use, in order."""

    aspects: tuple[Aspect, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """Aspect ids in order."""
        return tuple(aspect.id for aspect in self.aspects)

    def without(self, switched_off: tuple[str, ...]) -> "Taxonomy":
        """The taxonomy less some aspects. Raises ConfigError for an id that is not in it."""
        for each in switched_off:
            if each not in self.ids:
                near = difflib.get_close_matches(each, self.ids, n=1, cutoff=0.5)
                advice = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(self.ids)}."
                raise ConfigError(f"[analyse] off names an unknown aspect {each!r}. {advice}")
        return Taxonomy(tuple(aspect for aspect in self.aspects if aspect.id not in switched_off))


def default_path() -> Path:
    """data/taxonomy.toml of the installed package or of the checkout."""
    for path in (PACKAGE / "_data" / "taxonomy.toml", PACKAGE.parent / "data" / "taxonomy.toml"):
        if path.exists():
            return path
    raise ConfigError(f"data/taxonomy.toml was not found beside {PACKAGE}. Install polyvox again.")


def load(path: Path | None = None) -> Taxonomy:
    """Read a taxonomy. Raises ConfigError when an entry lacks its id or family, or an id repeats.

    >>> load().ids[:3], load().aspects[0].name("de")
    (('quality', 'performance', 'design'), 'Qualität')
    """
    path = path or default_path()
    rows = tomllib.loads(path.read_text(encoding="utf-8")).get("aspect", [])
    aspects = tuple(_aspect(row, path) for row in rows)
    ids = [aspect.id for aspect in aspects]
    if len(set(ids)) != len(ids) or not ids:
        raise ConfigError(f"{path} has no aspects or repeats an id. Each [[aspect]] needs an id of its own.")
    return Taxonomy(aspects)


def _aspect(row: dict[str, Any], path: Path) -> Aspect:
    if "id" not in row or "family" not in row:
        raise ConfigError(f"{path}: an [[aspect]] lacks id or family: {row}.")
    wording = {lang: Wording(row[lang]["name"], row[lang]["definition"], tuple(row[lang]["examples"])) for lang in NAMED_IN if lang in row}
    return Aspect(row["id"], row["family"], wording)
