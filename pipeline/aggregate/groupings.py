"""Which columns make the cells."""

from collections.abc import Sequence

from pipeline.aggregate.sums import DIMENSIONS
from pipeline.errors import ConfigError


def parse(groupings: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The column sets of the settings, in the order of `DIMENSIONS`, each once; `lang` is always part.

    >>> parse(["aspect+brand", "lang", "lang+brand+aspect"])
    (('lang', 'brand', 'aspect'), ('lang',))
    """
    found: dict[tuple[str, ...], None] = {}
    for text in groupings:
        names = {name.strip() for name in text.split("+")} | {"lang"}
        if unknown := sorted(names - set(DIMENSIONS)):
            raise ConfigError(
                f"aggregate.groupings: {text!r} names {', '.join(map(repr, unknown))}, which is no column of cells. "
                f"Join any of {', '.join(DIMENSIONS)} by +, as in 'lang+brand+aspect'."
            )
        found[tuple(name for name in DIMENSIONS if name in names)] = None
    return tuple(found)
