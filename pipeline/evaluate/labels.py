"""From what a table holds as a label to ours."""

from collections import Counter
from collections.abc import Iterable, Mapping

from pipeline.errors import UsageError
from pipeline.evaluate.labelled import Labels
from pipeline.tables import LABELS

# What labelled tables commonly write. Numbers are not here: 0 is negative in one corpus and neutral in the next.
KNOWN = {
    "negative": ("negative", "neg", "negativ", "negatibo", "ti\u00eau c\u1ef1c", "negyddol"),
    "neutral": ("neutral", "neu", "neytral", "niwtral", "trung t\u00ednh", "none"),
    "positive": ("positive", "pos", "positiv", "positibo", "t\u00edch c\u1ef1c", "cadarnhaol"),
    "mixed": ("mixed", "conflict", "both", "gemischt", "cymysg"),
}
OURS = {word: label for label, words in KNOWN.items() for word in words}
SEPARATOR = "|"


def translate(found: Iterable[str], given: Mapping[str, str]) -> dict[str, Labels]:
    """Our labels for each value found; a value may stand for two (`neutral|mixed`). `given` (found -> ours) goes before known words.

    Where no value means mixed, neutral is taken as neutral or mixed, unless `given` says what it is: a corpus of three classes has to put mixed texts somewhere. Raises UsageError for a
    value that is not understood.
    """
    counts = Counter(value.strip() for value in found if value.strip())
    known: dict[str, Labels] = {}
    for value in counts:
        words = given.get(value, value).split(SEPARATOR)
        labels = tuple(OURS.get(word.strip().casefold(), "") for word in words)
        if "" in labels:
            raise UsageError(
                f"The label {value!r} ({counts[value]} times) is not understood. Say what it means with --label {value}=LABEL; "
                f"labels are {', '.join(LABELS)}, or two of them as neutral|mixed. Found: {', '.join(map(repr, sorted(counts)[:12]))}."
            )
        known[value] = labels
    if not any("mixed" in labels for labels in known.values()):
        unsaid = {value for value in known if value not in given}
        known = {value: ("neutral", "mixed") if labels == ("neutral",) and value in unsaid else labels for value, labels in known.items()}
    return known
