"""Findings and conflicts as sentences in a language."""

from typing import Any

from markupsafe import Markup

from pipeline.languages import language_tag
from pipeline.report.board import Place
from pipeline.report.contested import Split
from pipeline.report.findings import SIGNS, Finding, Row
from pipeline.report.grades import Grade, corrected
from pipeline.report.hostile import present
from pipeline.report.term_rows import KIND
from pipeline.report.voice import Voice, shares


def place_name(place: Place, lang: str | None, voice: Voice) -> object:
    """The name of a row: an aspect or month in words, else as it stands in the data, kept apart from the direction of the page."""
    kind, name = place
    if kind == "aspect":
        return present(voice.aspect(name)).text
    if kind == KIND:
        return Markup('<bdi lang="{}">{}</bdi>').format(language_tag(lang or ""), present(name).text)
    if kind == "period":
        return present(voice.month(name)).text
    if not kind:
        return voice.say("page.all_of", lang=lang) if lang else voice.say("page.everything")
    return _own(voice.name(name))


def sentence(found: Finding, confidence: float, voice: Voice) -> Markup:
    """A finding with its numbers."""
    row = found.beside or found.row
    message = found.rule.message
    if message == "unusual" and found.beside is None:
        message = "unusual_plain"
    facts = {**_numbers(row), "n": found.row["n"], "level": confidence, "name": _name(found.lang, found.place, voice)}
    facts |= {"measure": measure(found.row, voice), "at": found.row.get("at"), "event": _own(found.row.get("event") or "")}
    facts |= {name: found.row.get(name) for name in ("before", "after", "whole")}
    facts["other"] = _other(found.row, voice) if message == "difference" else ""
    facts["signs"] = voice.listed([voice.say(f"sign.{each}") for each in _signs(found.row)]) if found.rule.table == "profiles" else ""
    return voice.say(f"finding.{message}", **facts)


def allowed(found: Finding, voice: Voice) -> Markup:
    """What the q-value allows for; empty where there is none."""
    q_value = found.row.get("q_value")
    if not found.rule.family or q_value is None:
        return Markup("")
    return voice.say("grade.allowed", family=voice.say(f"family.{found.rule.family}"), n=found.compared, q=small(q_value, voice))


def graded(found: Grade, voice: Voice) -> Markup:
    """A grade with its doubts."""
    said = voice.say(f"grade.{found.name}")
    if not found.doubts:
        return said
    doubts = voice.listed([voice.say(f"grade.{doubt}") for doubt in found.doubts])
    return Markup("{} ({})").format(said, voice.say("grade.because", list=doubts))


def split_sentence(found: Split, confidence: float, voice: Voice) -> Markup:
    """What opinions are divided on."""
    brand = Markup("{} · ").format(_own(found.brand)) if found.brand is not None else Markup("")
    facts: dict[str, Any] = {
        "name": Markup("{} · {}<b>{}</b>").format(voice.language(found.lang), brand, present(voice.aspect(found.aspect)).text)
    }
    if found.negative and found.positive:
        facts["n"] = found.negative["n"]
        for side, cell in (("negative", found.negative), ("positive", found.positive)):
            facts[side], facts[f"{side}_low"], facts[f"{side}_high"] = shares(cell["value"], cell["low"], cell["high"])
    if found.row:
        facts |= {**_numbers(found.row), "n": found.row["n"], "level": confidence, "p": round(found.row["p_split"], 2)}
    return voice.say(f"contested.{found.message}", **facts)


def measure(row: Row, voice: Voice) -> Markup:
    """The name of a share; of one that is not corrected for the model's mistakes, "classified as".

    >>> print(measure({"measure": "share_negative", "method": "share classified, not corrected"}, Voice("en")))
    share classified as negative
    """
    label = str(row["measure"]).removeprefix("share_").removeprefix("classified_")
    if label not in ("negative", "positive"):
        return Markup("")
    return voice.say(f"measure.{label}" if corrected(row) else f"classified.{label}")


def _numbers(row: Row) -> dict[str, Any]:
    """The estimate as it is, and as shares."""
    value, low, high = (row[name] for name in ("value", "low", "high"))
    ends = (value if low is None else low, value if high is None else high)
    written = dict(zip(("share", "share_low", "share_high"), shares(value, *ends), strict=True))
    return {"value": value, "low": low, "high": high, **written}


def _name(lang: str | None, place: Place, voice: Voice) -> Markup:
    language = Markup("{} · ").format(voice.language(lang)) if lang and place[0] else Markup("")
    kind = Markup("{} ").format(voice.say(f"kind.{place[0]}")) if place[0] in ("brand", "channel", "period") else Markup("")
    return Markup("{}{}<b>{}</b>").format(language, kind, place_name(place, lang, voice))


def _other(row: Row, voice: Voice) -> object:
    """What a cell is compared with."""
    if row["against"] == "previous":
        return voice.say("finding.previous")
    if row["against"] != "rest":
        return voice.language(row["against"])
    return voice.say("finding.rest_brand" if row["brand"] is not None else "finding.rest_channel")


def _signs(row: Row) -> list[str]:
    """The signs that the table names after the colon."""
    named = [each.strip() for each in str(row["finding"]).partition(":")[2].split(",")]
    return [each for each in SIGNS if each in named]


def small(value: float, voice: Voice) -> str:
    """A q-value: below a thousandth nobody needs to know how far."""
    return f"q < {voice.exact(0.001)}" if value < 0.001 else f"q = {voice.exact(value)}"


def _own(text: str) -> Markup:
    return Markup("<bdi>{}</bdi>").format(present(text).text)
