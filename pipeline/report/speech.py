"""The report's language, or its two languages at once."""

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup, escape

from pipeline.errors import UsageError
from pipeline.report.catalogue import INTERFACE
from pipeline.report.voice import Voice

MOST = 2  # three versions of each sentence are no longer read


class Speech:
    """One or two voices that say everything; the first is the language of the page."""

    def __init__(self, voices: tuple[Voice, ...]) -> None:
        self.voices = voices
        self.first = voices[0]

    @classmethod
    def of(cls, codes: str, aspects: Mapping[str, Mapping[str, str]] | None = None) -> "Speech":
        """Voices for codes such as `cy` or `cy,en`; `aspects` are names by language and id. Raises UsageError for what is not there."""
        return cls(tuple(Voice(code, (aspects or {}).get(code)) for code in parse(codes)))

    def render(self, speak: Callable[[Voice], object]) -> Markup:
        """What each voice says: alone it is the text; two are spans with their language, one where both say the same."""
        said = [escape(speak(voice)) for voice in self.voices]
        if len(set(said)) == 1:
            return said[0]
        spans = (
            Markup('<span class="tongue" lang="{}" dir="{}">{}</span>').format(voice.lang, voice.direction, text)
            for voice, text in zip(self.voices, said, strict=True)
        )
        return Markup(" ").join(spans)

    def plain(self, speak: Callable[[Voice], object]) -> str:
        """The same without markup, for attributes."""
        return " / ".join(dict.fromkeys(escape(speak(voice)).striptags() for voice in self.voices))

    def say(self, key: str, **facts: Any) -> Markup:
        """A message in each voice."""
        return self.render(lambda voice: voice.say(key, **facts))


def parse(codes: str) -> tuple[str, ...]:
    """Language codes of the report.

    >>> parse("cy, en")
    ('cy', 'en')
    """
    found = tuple(dict.fromkeys(code.strip() for code in codes.split(",")))
    known = ", ".join(INTERFACE)
    if wrong := [code for code in found if code not in INTERFACE]:
        raise UsageError(f"The report cannot be written in {wrong[0]!r}. It can be written in {known}, or in two of them: cy,en.")
    if len(found) > MOST:
        raise UsageError(f"The report can be written in at most {MOST} languages at once, not in {len(found)}. Choose from {known}.")
    return found
