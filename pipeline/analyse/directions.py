"""Too little or too much: what the sentence, the term, the aspect and the words of an amount say together."""

from dataclasses import dataclass

import numpy as np

from pipeline.analyse.amounts import KINDS
from pipeline.analyse.heads import DIRECTIONS, Heads, softmax


@dataclass(frozen=True)
class Directions:
    """Adds up to logits (3,) in the order of `DIRECTIONS`, beside the pooled head `direction` of the sentence.

    `term` (3, dim) for the mean of a term's token vectors and `named` (3,) for there being a term, `aspect` (n_aspects, 3), `sentence` and `near` (3, kinds) for words of an amount in
    the sentence and near the term. A model without these arrays reads the sentence alone.
    """

    term: np.ndarray
    named: np.ndarray
    aspect: np.ndarray
    sentence: np.ndarray
    near: np.ndarray

    @classmethod
    def of(cls, heads: Heads) -> "Directions":
        """From the arrays `direction.*` of a model's heads."""
        dim = heads.arrays["direction.value.weight"].shape[1]
        shapes = {"term": (3, dim), "named": (3,), "aspect": (len(heads.aspects), 3), "sentence": (3, len(KINDS)), "near": (3, len(KINDS))}
        nothing = {name: np.zeros(shape, dtype=np.float32) for name, shape in shapes.items()}
        return cls(**{name: heads.arrays.get(f"direction.{name}", zeros) for name, zeros in nothing.items()})

    def of_term(self, vectors: np.ndarray, nearness: np.ndarray) -> np.ndarray:
        """What a term's tokens (n, dim) and the amounts near it (kinds,) say."""
        result: np.ndarray = self.term @ vectors.mean(axis=0) + self.named + self.near @ nearness
        return result

    def of_sentence(self, kinds: np.ndarray) -> np.ndarray:
        """What the words of an amount in the sentence (kinds,) say of any opinion in it."""
        result: np.ndarray = self.sentence @ kinds
        return result

    def of_implicit(self, kinds: np.ndarray) -> np.ndarray:
        """For an opinion without a term, every word of the sentence is near."""
        result: np.ndarray = self.near @ kinds
        return result


def direction(logits: np.ndarray, opinion: float, least: float) -> str | None:
    """The likelier direction, where its probability times the root of that of the opinion is above `least`.

    An opinion that the text may not hold has no direction either; the root, because an opinion's probability is too low rather than too high
    (decision 0024).

    >>> direction(np.array([0.0, 2.0, 0.0]), 0.81, 0.7), direction(np.array([0.0, 2.0, 0.0]), 0.81, 0.72)
    ('too_little', None)
    """
    probabilities = softmax(logits)[1:] * np.sqrt(opinion)
    best = int(probabilities.argmax())
    return DIRECTIONS[1 + best] if probabilities[best] > least else None
