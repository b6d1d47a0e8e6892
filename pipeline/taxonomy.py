"""The aspects that customers talk about: ids, families, and names, definitions and examples in six languages."""

import difflib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.config import OwnAspect
from pipeline.errors import ConfigError

PACKAGE = Path(__file__).parent
NAMED_IN = ("en", "cy", "de", "vi", "tl", "ar")
OWN = "own"  # the family of aspects that an organisation adds


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

    def plus(self, own: tuple[OwnAspect, ...]) -> "Taxonomy":
        """The taxonomy and an organisation's own aspects after it.

        Raises ConfigError for an id that is taken or holds other characters than a-z, 0-9 and _, for words without a letter, and for a
        name in a language that there is no report in. Ids of switched-off aspects are taken too: load the whole taxonomy first.
        """
        aspects = list(self.aspects)
        for each in own:
            place = f"[[analyse.aspects]] {each.id!r}"
            if not re.fullmatch("[a-z][a-z0-9_]*", each.id):
                raise ConfigError(f"{place}: an id begins with a letter and holds only a-z, 0-9 and _. Write what is shown into name.")
            if each.id in {aspect.id for aspect in aspects}:
                raise ConfigError(f"{place}: this id is taken, by the taxonomy or by another aspect of yours. Choose another id.")
            if not each.words or not all(re.search(r"[^\W_]", word) for word in each.words):
                raise ConfigError(f'{place}: words must hold at least one word, each with a letter or digit, as in words = ["Parkplatz"].')
            if strange := sorted(set(each.names) - set(NAMED_IN)):
                raise ConfigError(f"{place}: names has {strange[0]!r}. A report is written in {', '.join(NAMED_IN)}.")
            named = {lang: each.names.get(lang, each.name) for lang in NAMED_IN}
            aspects.append(Aspect(each.id, OWN, {lang: Wording(name, "", ()) for lang, name in named.items() if name}))
        return Taxonomy(tuple(aspects))


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
