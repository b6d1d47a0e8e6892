"""protocols.Detector over the library py3langid."""

from pipeline.detect.peer import Peer, module


class LangidDetector(Peer):
    """Named by py3langid, its scores normalised to probabilities."""

    def __init__(self, *, threshold: float | None, min_letters: int) -> None:
        super().__init__(threshold=threshold, min_letters=min_letters)
        library = module("py3langid.langid", "py3langid", "langid")
        self._detector = library.LanguageIdentifier.from_model_file(library.MODEL_FILE, norm_probs=True)

    def _best(self, text: str) -> tuple[str, float]:
        code, value = self._detector.classify(text)
        return str(code), float(value)
