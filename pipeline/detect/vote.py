"""The language of a document from those of its sentences."""

from collections import Counter
from collections.abc import Mapping, Sequence

from pipeline.detect import words
from pipeline.languages import BY_CODE, OTHER_PREFIX, UNDETERMINED
from pipeline.protocols import Guess, Span

SHORT = 4  # words: shorter sentences are often menus, headings, names
SHORT_WEIGHT = 0.25
ENGLISH = OTHER_PREFIX + "en"
KEPT = 1 / 3  # share of the vote from which one of our languages keeps a document that is otherwise English
MIXED = 0.2  # share of the letters of a second language from which a text counts as mixed


def language(guesses: Sequence[Guess], sentences: Sequence[str]) -> Guess:
    """Each sentence votes with its letters times its probability; sentences below four words count a quarter, `und` not at all.

    One of our languages beside English keeps the document from a third of the vote on: feedback that switches to English, and text with
    an English menu around it, is still Welsh or Tagalog feedback. The probability is the mean of the winner's sentences by weight.

    >>> language([Guess("cy", 0.9), Guess("other:en", 1.0)], ["Mae'r bwyd yn dda iawn.", "The waiting room was cold."])
    Guess(lang='cy', probability=0.9)
    """
    if len(guesses) == 1:
        return guesses[0]
    weights = [_weight(words.written(sentence)) for sentence in sentences]
    votes: dict[str, float] = {}
    for guess, weight in zip(guesses, weights, strict=True):
        if guess.lang != UNDETERMINED and weight:
            votes[guess.lang] = votes.get(guess.lang, 0.0) + weight * guess.probability
    if not votes:
        return Guess(UNDETERMINED, max((guess.probability for guess in guesses), default=0.0))
    best = max(votes, key=lambda lang: (votes[lang], lang))
    ours = max((lang for lang in votes if lang in BY_CODE), key=lambda lang: (votes[lang], lang), default="")
    if best == ENGLISH and ours and votes[ours] >= KEPT * sum(votes.values()):
        best = ours
    heard = sum(weight for guess, weight in zip(guesses, weights, strict=True) if guess.lang == best)
    return Guess(best, round(votes[best] / heard, 4))


def _weight(found: Sequence[str]) -> float:
    return sum(map(len, found)) * (1.0 if len(found) >= SHORT else SHORT_WEIGHT)


def letters(text: str, spans: Sequence[Span]) -> Counter[str]:
    """Letters and digits of each language.

    >>> letters("Bws 9!", [Span(0, 3, "cy")])
    Counter({'cy': 3})
    """
    found: Counter[str] = Counter()
    for span in spans:
        found[span.lang] += sum(map(str.isalnum, text[span.start : span.end]))
    return found


def ranked(letters: Mapping[str, int]) -> list[dict[str, object]]:
    """Shares of the letters, the largest first, as the table of languages holds them.

    >>> ranked({"cy": 30, "other:en": 10})
    [{'lang': 'cy', 'share': 0.75}, {'lang': 'other:en', 'share': 0.25}]
    """
    total = sum(letters.values())
    order = sorted(letters, key=lambda lang: (-letters[lang], lang))
    return [{"lang": lang, "share": round(letters[lang] / total, 4)} for lang in order if letters[lang]]


def mixed(letters: Mapping[str, int]) -> bool:
    """Whether a second language has enough of the letters.

    >>> mixed({"cy": 30, "other:en": 10}), mixed({"cy": 90, "other:en": 10})
    (True, False)
    """
    first, second, *_ = (*sorted(letters.values(), reverse=True), 0, 0)
    return second >= MIXED * sum(letters.values()) and first > 0 and second > 0
