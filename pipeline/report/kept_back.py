"""How many rows of a table are withheld, and why, in one sentence."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from pipeline.report import reasons
from pipeline.report.reasons import Reason
from pipeline.report.voice import Voice


@dataclass(frozen=True)
class KeptBack:
    """Rows withheld by reason, the most frequent first, out of `all`."""

    reasons: tuple[tuple[Reason, int], ...]
    all: int

    @property
    def number(self) -> int:
        """How many rows are withheld."""
        return sum(number for _, number in self.reasons)

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]]) -> "KeptBack":
        """Count the rows of a table of estimates that have a `reason`."""
        rows = list(rows)
        found: Counter[tuple[str, tuple[tuple[str, Any], ...]]] = Counter()
        for row in rows:
            if row["reason"] is not None:
                key, facts = reasons.general(row["reason"])
                found[key, tuple(sorted(facts.items()))] += 1
        ordered = sorted(found.items(), key=lambda each: (-each[1], each[0]))
        return cls(tuple((Reason(key, dict(facts)), number) for (key, facts), number in ordered), len(rows))

    def say(self, voice: Voice) -> Markup:
        """The sentence; empty where nothing is withheld."""
        if not self.reasons:
            return Markup("")
        listed = [Markup("{}: {}").format(voice.say(why.key, **why.facts), voice.number(number)) for why, number in self.reasons]
        return voice.say("withheld.rows", n=self.number, all=self.all, list=voice.listed(listed))
