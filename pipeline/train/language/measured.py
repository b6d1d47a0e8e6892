"""The dev texts that detectors are measured on: whole texts and pieces of them, in four length bands."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.detect.words import compared, spans
from pipeline.languages import CODES, OTHER_PREFIX
from pipeline.protocols import Guess
from pipeline.train.language.sources import SAME, own_texts, rows

BANDS = ("1", "2-3", "4-8", "9+")
LENGTHS = {"1": (1, 1), "2-3": (2, 3), "4-8": (4, 8)}  # words of a piece; the last band is whole texts
CORPORA = ("tatoeba_laser", "ntrex", "sib200_flores")
MOST, MOST_OTHERS = 500, 60  # texts of a language and band: of the five and English, of the others


@dataclass(frozen=True)
class Item:
    """A text with its language; `half` 0 is for choosing settings, 1 for measuring."""

    text: str
    lang: str
    band: str
    corpus: str
    variety: str = ""

    @property
    def half(self) -> int:
        """Settled by the text alone."""
        return digest(self.text)[0] & 1


def items(corpora: Path, own: Path) -> list[Item]:
    """Dev texts and pieces, at most so many of a language and band, chosen by hash."""
    found: dict[tuple[str, str], dict[str, Item]] = defaultdict(dict)
    texts = list(_texts(corpora, own))
    shared = _shared(texts)
    for item in texts:
        for each in _cut(item):
            if each.band == "1" and compared(each.text) in shared:
                continue
            found[each.lang, each.band][each.text] = each
    owners = Counter(
        text for group in found.values() for text in group
    )  # a headline that several languages share has no right answer either
    chosen: list[Item] = []
    for (lang, _), group in sorted(found.items()):
        most = MOST if lang in CODES or lang == "en" else MOST_OTHERS
        unshared = [item for item in group.values() if owners[item.text] == 1]
        chosen += sorted(unshared, key=lambda item: digest(item.text + item.corpus))[:most]
    return chosen


def band(words: int) -> str:
    """The length band of a text.

    >>> band(1), band(3), band(8), band(80)
    ('1', '2-3', '4-8', '9+')
    """
    return next((name for name, (_, most) in LENGTHS.items() if words <= most), BANDS[-1])


def is_right(item: Item, guess: Guess) -> bool:
    """Whether a guess names the language."""
    return guess.lang.removeprefix(OTHER_PREFIX) == item.lang


def _texts(corpora: Path, own: Path) -> Iterator[Item]:
    for corpus in CORPORA:
        for row in rows(corpora / corpus / "lid.jsonl"):
            if row["split"] == "dev":
                yield _item(row["text"], row["lang"], corpus)
    for text in own_texts(own, "dev"):
        if not text.switching:
            yield _item(text.text, text.lang, "own", text.variety)


def _item(text: str, lang: str, corpus: str, variety: str = "") -> Item:
    return Item(text, SAME.get(lang, lang), band(len(spans(text))), corpus, variety)


def _cut(item: Item) -> Iterator[Item]:
    """The text itself, and a piece of it for each shorter band, its place settled by the text."""
    places = spans(item.text)
    if not places:
        return
    yield item
    for number, (name, (least, most)) in enumerate(LENGTHS.items()):
        mark = digest(item.text)[2 * number + 1 :]
        length = least + mark[0] % (most - least + 1)
        if length < len(places):
            start = mark[1] * 251 % (len(places) - length + 1)
            piece = item.text[places[start][0] : places[start + length - 1][1]]
            yield Item(piece, item.lang, name, item.corpus, item.variety)


def _shared(texts: Iterable[Item]) -> set[str]:
    """Words that dev texts of two languages hold: cut out alone they have no right answer."""
    owner: dict[str, str] = {}
    shared: set[str] = set()
    for item in texts:
        for start, end in spans(item.text):
            word = compared(item.text[start:end])
            if not word or owner.setdefault(word, item.lang) != item.lang:
                shared.add(word)
    return shared


def digest(text: str) -> bytes:
    """sha256: what is settled by the text alone."""
    return hashlib.sha256(text.encode()).digest()
