"""Fit the detector's weights: n-gram vectors that are added up into word vectors, and these into a text's logits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from pipeline.detect import ngrams

BUCKETS, DIM = 1 << 18, 32
EPOCHS, BATCH = 2, 8192
RATE, DECAYS = 0.03, (0.9, 0.999)  # Adam (Kingma and Ba 2015)
DROPPED = 0.3  # of n-grams in a step: no word rests on one of them alone


@dataclass(frozen=True)
class Fitted:
    """Weights as trained: `vectors` (buckets, dim), `output` (dim, classes), `bias` (classes,), float32."""

    classes: tuple[str, ...]
    vectors: np.ndarray
    output: np.ndarray
    bias: np.ndarray

    @property
    def logits(self) -> np.ndarray:
        """What each n-gram says of each class (buckets, classes)."""
        result: np.ndarray = self.vectors @ self.output
        return result


@dataclass(frozen=True)
class Examples:
    """Training examples as matrices: `texts` (n_texts, n_words), `words` (n_words, buckets), `labels` (n_texts,) numbers of classes."""

    classes: tuple[str, ...]
    texts: sparse.csr_matrix
    words: sparse.csr_matrix
    labels: np.ndarray


def examples(texts: Sequence[Sequence[str]], labels: Sequence[int], classes: Sequence[str], buckets: int = BUCKETS) -> Examples:
    """Word lists as matrices. A word is the sum of its n-grams over the root of their number, a text that of its words."""
    unique = sorted({word for text in texts for word in text})
    place = {word: i for i, word in enumerate(unique)}
    rows, starts = ngrams.rows(unique, buckets)
    starts = np.append(starts, len(rows))
    counts = np.diff(starts)
    weights = np.repeat(1 / np.sqrt(counts), counts).astype(np.float32)
    lengths = np.array([len(text) for text in texts])
    members = np.fromiter((place[word] for text in texts for word in text), dtype=np.int32, count=int(lengths.sum()))
    shares = np.repeat(1 / np.sqrt(lengths), lengths).astype(np.float32)
    return Examples(
        tuple(classes),
        sparse.csr_matrix((shares, members, np.append(0, np.cumsum(lengths))), shape=(len(texts), len(unique))),
        sparse.csr_matrix((weights, rows, starts), shape=(len(unique), buckets)),
        np.asarray(labels),
    )


def fit(given: Examples, rng: np.random.Generator, *, dim: int = DIM, epochs: int = EPOCHS, say: Callable[[str], object] = str) -> Fitted:
    """Minimise the cross-entropy of the classes with Adam, the rate falling to nothing; `say` is told how it goes."""
    buckets, classes = given.words.shape[1], len(given.classes)
    weights = [
        rng.uniform(-0.05, 0.05, (buckets, dim)).astype(np.float32),
        rng.normal(0, dim**-0.5, (dim, classes)).astype(np.float32),
        np.zeros(classes, dtype=np.float32),
    ]
    first, second = ([np.zeros_like(each) for each in weights] for _ in range(2))
    steps, step, running = epochs * -(-len(given.labels) // BATCH), 0, 0.0
    for _ in range(epochs):
        order = rng.permutation(len(given.labels))
        for at in range(0, len(order), BATCH):
            loss, gradients = _step(given, order[at : at + BATCH], weights, rng)
            rate = RATE * min(1.0, (step + 1) / 20) * (1 - step / steps)
            step += 1
            for value, gradient, mean, square in zip(weights, gradients, first, second, strict=True):
                mean += (1 - DECAYS[0]) * (gradient - mean)
                square += (1 - DECAYS[1]) * (gradient * gradient - square)
                value -= rate * (mean / (1 - DECAYS[0] ** step)) / (np.sqrt(square / (1 - DECAYS[1] ** step)) + 1e-8)
            running = loss if step == 1 else 0.95 * running + 0.05 * loss
            if step % 25 == 0:
                say(f"step {step} of {steps}: loss {running:.3f}")
    return Fitted(given.classes, *weights)


def _step(
    given: Examples, chosen: np.ndarray, weights: Sequence[np.ndarray], rng: np.random.Generator
) -> tuple[float, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Loss and gradients of some examples."""
    vectors, output, bias = weights
    texts = given.texts[chosen]
    used, members = np.unique(texts.indices, return_inverse=True)
    texts = sparse.csr_matrix((texts.data, members, texts.indptr), shape=(len(chosen), len(used)))
    words = given.words[used]
    words.data *= rng.random(len(words.data), dtype=np.float32) >= DROPPED
    summed = texts @ (words @ vectors)  # (n_texts, dim)
    logits = summed @ output + bias
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    at = np.arange(len(chosen)), given.labels[chosen]
    loss = float(-np.log(np.maximum(shares[at], 1e-12)).mean())
    shares[at] -= 1
    shares /= np.float32(len(chosen))
    towards = texts.T @ (shares @ output.T)  # (n_words, dim)
    return loss, (words.T @ towards, summed.T @ shares, shares.sum(axis=0))
