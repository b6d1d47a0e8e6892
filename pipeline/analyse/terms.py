"""From token tags to aspect terms: whole words with one polarity."""

import unicodedata
from dataclasses import dataclass

import numpy as np

from pipeline.tables import POLARITIES

SHORTEST = 2  # letters: a lone one (the Welsh article y, a list letter) names nothing
# Arabic one-letter words written together with the next: waw (and), fa (so), ba (with), lam (for), kaf (as). A term begins after them.
PROCLITICS = frozenset("\u0648\u0641\u0628\u0644\u0643")


@dataclass(frozen=True)
class FoundTerm:
    """Characters `start:end`, the tokens that made it, and the mean probability of their tags by polarity (3,)."""

    start: int
    end: int
    tokens: np.ndarray
    polarities: np.ndarray

    def polarity(self, sentence: np.ndarray) -> tuple[str, float]:
        """The polarity and the term's probability with it, given the sentence's sentiment (4,) in the order of `tables.LABELS`.

        Tags are decided token by token and err on single words; the sentence as a whole is read more surely. The two are
        multiplied.
        """
        joint = self.polarities * sides(sentence)
        best = int(joint.argmax())
        return POLARITIES[best], float(self.polarities.sum() * joint[best] / joint.sum())


def sides(sentence: np.ndarray) -> np.ndarray:
    """A sentence's sentiment (4,) in the order of `tables.LABELS` as negative, neutral, positive: mixed speaks for either side alike.

    >>> sides(np.array([0.1, 0.2, 0.3, 0.4])).round(2).tolist()
    [0.3, 0.2, 0.5]
    """
    negative, neutral, positive, mixed = sentence
    return np.array([negative + mixed / 2, neutral, positive + mixed / 2])


def terms(text: str, spans: np.ndarray, probabilities: np.ndarray, least: float = 0.5) -> list[FoundTerm]:
    """Decode tags of one sentence. `spans` (n_tokens, 2) characters, `probabilities` (n_tokens, 7).

    A token is in a term when the tags inside are together at least `least` probable. A term begins at a begin tag, or at a continue tag after outside; terms grow to whole words, and those that then touch the same word are one.
    """
    tags = np.where(1 - probabilities[:, 0] >= least, 1 + probabilities[:, 1:].argmax(axis=1), 0)
    groups: list[list[int]] = []
    for token, tag in enumerate(tags):
        if tag == 0:
            continue
        continues = tag % 2 == 0 and token > 0 and tags[token - 1] != 0
        inside = bool(groups) and groups[-1][-1] == token - 1 and _same_word(text, spans[token - 1], spans[token])
        if (continues or inside) and groups:
            groups[-1].append(token)
        else:
            groups.append([token])
    found: list[FoundTerm] = []
    for group in groups:
        start, end = _whole_words(text, int(spans[group[0], 0]), int(spans[group[-1], 1]))
        if sum(map(str.isalnum, text[start:end])) < SHORTEST or (found and start < found[-1].end):
            continue
        tokens = np.array(group)
        found.append(
            FoundTerm(start, end, tokens, probabilities[tokens, 1:].reshape(len(tokens), len(POLARITIES), 2).sum(axis=2).mean(axis=0))
        )
    return found


def _same_word(text: str, left: np.ndarray, right: np.ndarray) -> bool:
    return bool(left[1] >= right[0]) and not text[right[0] : right[0] + 1].isspace()


def _in_word(character: str) -> bool:
    return character.isalnum() or character in "-_&" or unicodedata.category(character)[0] == "M"


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Grow to word borders, then drop what is no word at either end. An apostrophe is a border: Welsh 'r and 'n stay out."""
    while start < end and not _in_word(text[start]):
        start += 1
    while end > start and not _in_word(text[end - 1]):
        end -= 1
    if start >= end:
        return start, end
    left = start
    while left > 0 and _in_word(text[left - 1]):
        left -= 1
    if not 0 < start - left <= 2 or not PROCLITICS.issuperset(text[left:start]):
        start = left
    while end < len(text) and _in_word(text[end]):
        end += 1
    return start, end
