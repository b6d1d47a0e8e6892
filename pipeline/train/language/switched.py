"""Texts whose every token has a language, to measure spans on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.languages import OTHER_PREFIX
from pipeline.protocols import Detector
from pipeline.train.language.measured import digest
from pipeline.train.language.sources import rows

CORPORA = ("siarad_cs", "pinoybot_taglish", "denglisch", "techiaith_cs", "arabizi_haifa")
MOST = 1500  # texts of a corpus


@dataclass(frozen=True)
class Switched:
    """A text made of its tokens with a space between; the languages are empty where a token has none or both."""

    corpus: str
    tokens: tuple[str, ...]
    langs: tuple[str, ...]

    @property
    def text(self) -> str:
        """The tokens with spaces."""
        return " ".join(self.tokens)

    @property
    def half(self) -> int:
        """0 is for choosing settings, 1 for measuring; settled by the text alone."""
        return digest(self.text)[0] & 1


def read(corpora: Path, corpus: str) -> list[Switched]:
    """Dev texts of a corpus, at most `MOST`, chosen by hash."""
    found = {each.text: each for each in _rows(corpora, corpus)}
    return sorted(found.values(), key=lambda each: digest(each.text))[:MOST]


def _rows(corpora: Path, corpus: str) -> Iterator[Switched]:
    for row in rows(corpora / corpus / "lid.jsonl"):
        if row["split"] == "dev" and row.get("tokens"):
            langs = tuple("" if lang == "mix" else lang for lang in row["token_langs"])
            yield Switched(corpus, tuple(row["tokens"]), langs)


def accuracy(detector: Detector, texts: Sequence[Switched]) -> tuple[float, int]:
    """Share of the tokens with a language that lie in a span of it, and how many there are. A token belongs to the span at its first
    letter; a text without spans is in the language of none of its tokens."""
    right = total = 0
    for text, spans in zip(texts, detector.spans([each.text for each in texts]), strict=True):
        at = 0
        for token, lang in zip(text.tokens, text.langs, strict=True):
            if lang:
                said = [span.lang for span in spans if span.start < at + len(token) and span.end > at]
                total += 1
                right += bool(said) and said[0].removeprefix(OTHER_PREFIX) == lang
            at += len(token) + 1
    return (right / total if total else 0.0), total
