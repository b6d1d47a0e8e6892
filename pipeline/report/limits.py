"""What cannot be said from this run: the numbers that are withheld, and what would make the shares of a language known."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from markupsafe import Markup

from pipeline.report import reasons
from pipeline.report.board import WHOLE, Board, Estimate
from pipeline.report.hostile import present
from pipeline.report.reasons import Reason
from pipeline.report.sentences import measure
from pipeline.report.voice import Voice, shares

UNCORRECTED = "^(classified|detected)_"  # measures that stand in the file only: the report shows them corrected
TOLD = ("negative", "positive")  # shares that readers ask for first


@dataclass(frozen=True)
class Unknown:
    """A language whose corrected shares are withheld as too wide: how the model classified, and how many labels would make them known.

    `needed` labels until a share can be shown at all, `exact` for an interval of about 5 points either side; None where nobody planned, or all are too few.
    """

    lang: str
    texts: int
    classified: tuple[Estimate, ...]
    needed: int | None
    exact: int | None


@dataclass(frozen=True)
class Limits:
    """Who is not here as messages with their facts, what is not known, and the withheld numbers by reason."""

    sentences: tuple[Reason, ...]
    unknown: tuple[Unknown, ...]
    withheld: tuple[tuple[Reason, int], ...]
    numbers: int  # shown and withheld

    @property
    def hidden(self) -> int:
        """How many numbers are withheld."""
        return sum(number for _, number in self.withheld)


def limits(estimates: pa.Table, absent: tuple[Reason, ...], unknown: tuple[Unknown, ...]) -> Limits:
    """The same with the withheld numbers counted."""
    found: Counter[tuple[str, tuple[tuple[str, Any], ...]]] = Counter()
    shown = estimates.filter(pc.invert(pc.match_substring_regex(estimates["measure"], UNCORRECTED)))
    for reason in shown["reason"].drop_null().to_pylist():
        key, facts = reasons.general(reason)
        found[key, tuple(sorted(facts.items()))] += 1
    ordered = sorted(found.items(), key=lambda each: (-each[1], each[0]))
    withheld = tuple((Reason(key, dict(facts)), number) for (key, facts), number in ordered)
    return Limits(absent, unknown, withheld, len(shown))


def unknown(board: Board, languages: tuple[str, ...], labels: Mapping[str, tuple[int | None, int | None]]) -> tuple[Unknown, ...]:
    """The languages in which a share of `TOLD` is withheld because its interval is too wide; `labels` needed, by language."""
    return tuple(found for lang in languages if (found := _unknown(board, lang, labels.get(lang, (None, None)))))


def _unknown(board: Board, lang: str, labels: tuple[int | None, int | None]) -> Unknown | None:
    wide = [label for label in TOLD if _too_wide(board.estimate(lang, WHOLE, f"share_{label}"))]
    if not wide:
        return None
    classified = tuple(row for label in wide if (row := board.shown(lang, WHOLE, f"classified_{label}")))
    texts = (board.estimate(lang, WHOLE, f"share_{wide[0]}") or {"n": 0})["n"]
    return Unknown(lang, texts, classified, *labels)


def _too_wide(row: Estimate | None) -> bool:
    return row is not None and row["value"] is None and reasons.withheld(row["reason"]).key == "withheld.width"


def say(sentence: Reason, voice: Voice) -> Markup:
    """A sentence of `limits` in a language."""
    facts = dict(sentence.facts)
    if "named" in facts:
        facts["list"] = voice.listed([f"{voice.language(code)} {voice.number(number)}" for code, number in facts.pop("named")])
    if "codes" in facts:
        facts["list"] = voice.listed([voice.language(code) for code in facts.pop("codes")])
    if "files" in facts:
        facts["list"] = voice.listed([Markup("{} {}").format(_own(name), voice.number(number)) for name, number in facts.pop("files")])
    if "brand" in facts:
        facts["brand"] = _own(facts["brand"])
        facts["share"], facts["low"], facts["high"] = shares(*facts.pop("numbers"))
    return voice.say(sentence.key, section=voice.say("heading.coverage"), **facts)


def say_unknown(found: Unknown, confidence: float, voice: Voice) -> Markup:
    """What is not known of a language, what the model said instead, and what would help."""
    said = []
    for row in found.classified:
        value, low, high = shares(row["value"], row["low"], row["high"])
        said.append(voice.say("limits.classified", measure=measure(row, voice), value=value, low=low, high=high, level=confidence))
    name = Markup("<b>{}</b> ({})").format(voice.language(found.lang), voice.say("count.comments", n=found.texts))
    parts = [Markup("{}: {}.").format(name, voice.listed(said)) if said else Markup("{}.").format(name)]
    if found.needed is not None and found.exact is None:
        parts.append(voice.say("limits.labels_few", needed=found.needed))
    elif found.needed is not None:
        parts.append(voice.say("limits.labels", needed=found.needed, exact=found.exact))
    return Markup(" ").join(parts)


def _own(text: str) -> Markup:
    return Markup("<bdi>{}</bdi>").format(present(text).text)
