"""How writers and annotators mark a line: `- Die {Suppe|food_drink|-|<} war aus {|choice|-}.`

The line starts with the label of the sentence and a space: `+` positive, `-` negative, `0` neutral, `x` mixed. An opinion stands where its
term is, as `{term|aspect|sign}`, with `<` too little or `>` too much after a fourth bar; with no term it is implicit. A line that
ends in a space and `\\n` is followed by a line break of the writer.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.corpus.format import Opinion, Record
from pipeline.corpus.rules import span

LABELS = {"+": "positive", "-": "negative", "0": "neutral", "x": "mixed"}
POLARITIES = {sign: LABELS[sign] for sign in "+-0"}
DIRECTIONS = {"<": "too_little", ">": "too_much"}
MARK = re.compile(r"\{([^{}|]*)\|([a-z_]+)\|([-+0])(?:\|([<>]))?\}")
LEFTOVER = re.compile(r"[{}]|\|[a-z_]+\|")  # of marks that are not well formed
BREAK = re.compile(r"\s*\\n\s*$")


@dataclass(frozen=True)
class Mark:
    """An opinion in a line: where its term stands in the line without marks (start = end: implicit), and what is said."""

    start: int
    end: int
    category: str
    polarity: str
    direction: str | None

    def opinion(self, sentence: int, term: str | None, start: int | None, end: int | None) -> Opinion:
        """As an opinion in a text, whose offsets are given."""
        return Opinion(sentence, term, start, end, self.category, self.polarity, self.direction)


@dataclass(frozen=True)
class Line:
    """A line without its marks: label of the sentence, its words, its marks, and whether a line break follows."""

    label: str
    plain: str
    marks: tuple[Mark, ...]
    broken: bool


def unmarked(line: str) -> Line:
    r"""Read a line. A space before an implicit mark goes with it. Raises ValueError, saying what is wrong.

    >>> unmarked("- Alles {Suppe|food_drink|-|<} {|price|-}!").plain
    'Alles Suppe!'
    """
    if line[:1] not in LABELS or line[1:2] != " ":
        raise ValueError(f"needs +, -, 0 or x and a space first: {line[:40]!r}")
    body, breaks = BREAK.subn("", line[2:])
    plain, marks, place = "", [], 0
    body = body.strip()
    for match in MARK.finditer(body):
        plain += body[place : match.start()]
        term, category, sign, arrow = match.groups()
        if not term.strip():
            plain, term = plain.removesuffix(" "), ""
        if term != term.strip():
            raise ValueError(f"spaces round the term {term!r}")
        marks.append(Mark(len(plain), len(plain) + len(term), category, POLARITIES[sign], DIRECTIONS.get(arrow)))
        plain += term
        place = match.end()
    plain += body[place:]
    if LEFTOVER.search(plain):
        raise ValueError(f"a mark is not {{term|aspect|sign}}: {plain[:80]!r}")
    return Line(LABELS[line[0]], plain, tuple(marks), bool(breaks))


def sentences(record: Record) -> list[str]:
    r"""The sentences of a text as lines, with ` \n` where the writer breaks the line."""
    ends = [*(each.start for each in record.sentences[1:]), len(record.text)]
    return [
        record.text[each.start : each.end] + (" \\n" if "\n" in record.text[each.end : following] else "")
        for each, following in zip(record.sentences, ends, strict=True)
    ]


def header(line: str) -> tuple[str, dict[str, str]]:
    """The code of a text and its fields, from `@ CODE key=value`.

    >>> header("@ cy0003 rating=2")
    ('cy0003', {'rating': '2'})
    """
    name, *fields = line.removeprefix("@ ").split() or [""]
    return name, dict(each.split("=", 1) for each in fields if "=" in each)


def blocks(text: str) -> list[tuple[int, str, list[str]]]:
    """(number of the line, header line, lines below) of every text of a file; blank lines do not count."""
    found: list[tuple[int, str, list[str]]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("@ "):
            found.append((number, line, []))
        elif line.strip():
            if not found:
                raise ValueError(f"line {number} stands before the first '@ ' line")
            found[-1][2].append(line)
    return found


def marked(record: Record) -> list[str]:
    """A text as marked-up lines, the inverse of reading them; implicit opinions at the end of their sentence."""
    return [_marked(record, number, line) for number, line in enumerate(sentences(record))]


def _marked(record: Record, number: int, line: str) -> str:
    sentence, own = record.sentences[number], record.within(number)
    out, place = "", sentence.start
    for each in sorted((each for each in own if each.term is not None), key=span):
        start, end = span(each)
        out += record.text[place:start] + _mark(each)
        place = end
    tail = line[sentence.end - sentence.start :]  # the line break
    implicit = "".join(f" {_mark(each)}" for each in own if each.term is None)
    return f"{_key(LABELS, sentence.label)} {out}{record.text[place : sentence.end]}{implicit}{tail}"


def _mark(opinion: Opinion) -> str:
    arrow = [_key(DIRECTIONS, opinion.direction)] if opinion.direction else []
    return "{" + "|".join([opinion.term or "", opinion.category, _key(POLARITIES, opinion.polarity), *arrow]) + "}"


def _key(table: Mapping[str, str], value: str) -> str:
    return next(key for key, each in table.items() if each == value)
