"""Remember how the latest texts were read: in feedback the same words come again and again, and encoding is most of the work."""

from collections import OrderedDict
from collections.abc import Sequence

from pipeline.analyse.windows import Span
from pipeline.protocols import Analyser, Reading

Key = tuple[str, tuple[Span, ...], str]


class Recall:
    """protocols.Analyser over another; as a reading does not depend on the other texts of a call, remembering changes nothing but time.

    Holds the `most` latest readings of texts up to `longest` characters: some 5 kB each, so about 40 MB.
    """

    def __init__(self, analyser: Analyser, most: int = 8192, longest: int = 2000) -> None:
        self._analyser, self._most, self._longest = analyser, most, longest
        self._held: OrderedDict[Key, Reading] = OrderedDict()

    def analyse(self, texts: Sequence[str], sentences: Sequence[Sequence[Span]], langs: Sequence[str] | None = None) -> list[Reading]:
        """See protocols.Analyser."""
        spoken = langs or [""] * len(texts)
        keys = [(text, tuple(spans), lang) for text, spans, lang in zip(texts, sentences, spoken, strict=True)]
        known = {key: self._held[key] for key in keys if key in self._held}
        new = list(dict.fromkeys(key for key in keys if key not in known))
        if new:
            read = self._analyser.analyse([key[0] for key in new], [key[1] for key in new], [key[2] for key in new])
            known |= zip(new, read, strict=True)
        for key in known:
            if len(key[0]) <= self._longest:
                self._held[key] = known[key]
                self._held.move_to_end(key)
        while len(self._held) > self._most:
            self._held.popitem(last=False)
        return [known[key] for key in keys]
