"""A comparison of two runs in words, for the command line."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MOST = 25  # changes told: what fits on a screen; all stand in the JSON


def tell(named: Sequence[Any], compared: int, only: tuple[int, int], warnings: Sequence[str]) -> str:
    """What changed (`comparing.Change`), the surest first, then what was not compared and what to be wary of."""
    return "\n".join(_lines(named, compared, only, warnings))


def _lines(named: Sequence[Any], compared: int, only: tuple[int, int], warnings: Sequence[str]) -> Iterator[str]:
    yield f"{compared} numbers are shown in both runs; {len(named)} changed by more than chance would explain among so many (false discovery rate 5%)."
    for change in named[:MOST]:
        yield f"- {_place(change.cell)}: {_moved(change)}"
    if len(named) > MOST:
        yield f"{len(named) - MOST} more: see --json."
    if any(only):
        yield f"Shown in the first run only: {only[0]}; in the second only: {only[1]}."
    yield from warnings


def _place(cell: Mapping[str, Any]) -> str:
    place = [str(cell[name]) for name in ("lang", "brand", "channel", "period", "aspect") if cell[name] is not None]
    return f"{', '.join(place) or 'all'}: {str(cell['measure']).replace('_', ' ')}"


def _moved(change: Any) -> str:
    if change.cell["measure"] == "mean_rating":
        return f"from {change.first['value']:.2f} to {change.second['value']:.2f}, {change.value:+.2f} ({change.low:+.2f} to {change.high:+.2f})"
    points = [f"{100 * number:+.0f}" for number in (change.value, change.low, change.high)]
    return f"from {change.first['value']:.0%} to {change.second['value']:.0%}, {points[0]} points ({points[1]} to {points[2]})"
