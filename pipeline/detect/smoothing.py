"""One language per word of a text that may switch, by the least costly path (Viterbi 1967)."""

import numpy as np


def path(evidence: np.ndarray, start: np.ndarray, switch: float) -> list[int]:
    """The likeliest sequence of states. `evidence` (n_words, n_states) and `start` (n_states,) are log probabilities; going from one
    state to another costs `switch`. Among equals the state with the lower number wins.

    >>> path(np.log([[0.9, 0.1], [0.4, 0.6], [0.9, 0.1]]), np.log([0.5, 0.5]), 2.0)
    [0, 0, 0]
    """
    if not len(evidence):
        return []
    value = start + evidence[0]
    back: list[np.ndarray] = []
    stay = np.arange(evidence.shape[1])
    for step in evidence[1:]:
        best = int(value.argmax())
        changes = value[best] - switch > value
        back.append(np.where(changes, best, stay))
        value = np.where(changes, value[best] - switch, value) + step
    state = int(value.argmax())
    found = [state]
    for step in reversed(back):
        state = int(step[state])
        found.append(state)
    return found[::-1]
