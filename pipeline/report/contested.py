"""Aspects on which customers are divided: a good part praises, a good part blames, and the numbers carry it."""

from dataclasses import dataclass

from pipeline.report.board import Board, Estimate, Place
from pipeline.report.findings import LEFT_OUT

QUARTER = 0.25  # each side at least this much, by the lower end of its interval: fewer is a minority, not a conflict
MOST = 5


@dataclass(frozen=True)
class Split:
    """An aspect with its two sides."""

    lang: str
    place: Place
    negative: Estimate
    positive: Estimate


def divided(board: Board, languages: tuple[str, ...]) -> list[Split]:
    """At most five aspects, the most evenly divided first."""
    found = [split for lang in languages for name in board.names(lang, "aspect") if (split := _split(board, lang, name))]
    found.sort(key=lambda split: (-min(split.negative["low"], split.positive["low"]), split.lang, split.place))
    return found[:MOST]


def _split(board: Board, lang: str, name: str) -> Split | None:
    place = ("aspect", name)
    negative, positive = board.shown(lang, place, "share_negative"), board.shown(lang, place, "share_positive")
    if negative is None or positive is None or name in LEFT_OUT:
        return None
    return Split(lang, place, negative, positive) if min(negative["low"], positive["low"]) >= QUARTER else None
