"""The behavioural cases and the committed model's reading of them. `python -m tests.behaviour` marks those that it fails and prints a table."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from pipeline import models
from pipeline.config import AnalyseConfig
from pipeline.languages import CODES
from pipeline.protocols import Reading
from pipeline.sentences import split
from pipeline.tables import LABELS

FOLDER = Path(__file__).parent / "cases" / "analyse"
PHENOMENA = (
    "negation",
    "double negation",
    "sarcasm",
    "concession",
    "comparison",
    "wish",
    "idiom",
    "dialect",
    "no diacritics",
    "code-switching",
    "conflicting aspects",
    "opinion words as facts",
    "minimal pair",
)


def cases() -> list[dict[str, Any]]:
    """All cases, with their language and their number in its file."""
    found = []
    for lang in CODES:
        for number, case in enumerate(json.loads((FOLDER / f"{lang}.json").read_text(encoding="utf-8")), 1):
            found.append({"lang": lang, "number": number, **case})
    return found


@cache
def _readings() -> dict[tuple[str, int], Reading]:
    every = cases()
    texts = [case["text"] for case in every]
    spans = [split(case["text"], case["lang"]) for case in every]
    read = models.analyser(AnalyseConfig()).analyse(texts, spans, [case["lang"] for case in every])
    return {(case["lang"], case["number"]): reading for case, reading in zip(every, read, strict=True)}


def label(case: dict[str, Any]) -> str:
    """The label read in the text."""
    return LABELS[int(_readings()[case["lang"], case["number"]].document.argmax())]


def aspects(case: dict[str, Any]) -> set[tuple[str, str]]:
    """The aspects found in the text, each with its polarity."""
    return {(o.category, o.polarity) for o in _readings()[case["lang"], case["number"]].opinions}


def main() -> None:
    """Write the marks and print, per phenomenon and language, how many labels are right."""
    right: dict[tuple[str, str], list[bool]] = {}
    for lang in CODES:
        rows = []
        for case in (each for each in cases() if each["lang"] == lang):
            good = label(case) == case["label"]
            right.setdefault((case["phenomenon"], lang), []).append(good)
            fails = [] if good else ["label"]
            if not {tuple(each) for each in case["aspects"]} <= aspects(case):
                fails.append("aspects")
            row = {name: case[name] for name in ("phenomenon", "text", "label", "aspects")} | ({"fails": fails} if fails else {})
            rows.append(json.dumps(row, ensure_ascii=False))
        (FOLDER / f"{lang}.json").write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="utf-8")
    for phenomenon in PHENOMENA:
        print(f"{phenomenon:24}", *(f"{lang} {sum(right[phenomenon, lang])}/{len(right[phenomenon, lang])}" for lang in CODES))


if __name__ == "__main__":
    main()
