"""Texts that were read wrongly although the model was sure of itself, to be looked at by a person."""

from collections.abc import Sequence
from typing import Any

from pipeline.evaluate.labelled import Labelled, three_way
from pipeline.evaluate.scoring import groups
from pipeline.evaluate.tasks import label_number, true_label
from pipeline.protocols import Opinion, Reading
from pipeline.report.hostile import present
from pipeline.tables import LABELS

EACH = 5  # texts a language
MOST_CHARS = 400


def gallery(texts: Sequence[Labelled], readings: Sequence[Reading]) -> list[dict[str, Any]]:
    """The surest errors of each corpus and language; texts masked and without hidden characters, cut at MOST_CHARS."""
    found = []
    for (corpus, lang, split), members in groups(texts).items():
        merged = three_way([text for text in texts if text.corpus == corpus])
        wrong = []
        for i in members:
            labels, p = texts[i].document, readings[i].document
            if labels and (said := label_number(p, merged)) != true_label(labels, merged):
                wrong.append((-float(p.max()), texts[i].id, i, said))
        for confidence, _, i, said in sorted(wrong)[:EACH]:
            found.append(
                {
                    "corpus": corpus,
                    "lang": lang,
                    "split": split,
                    "id": texts[i].id,
                    "text": _cut(present(texts[i].text).text),
                    "true": LABELS[true_label(texts[i].document or (), merged)],
                    "said": LABELS[said],
                    "probability": round(-confidence, 3),
                    "missed": _only(texts[i].opinions or (), readings[i].opinions),
                    "invented": _only(readings[i].opinions, texts[i].opinions or ()) if texts[i].opinions is not None else [],
                }
            )
    return found


def _only(one: Sequence[Opinion], other: Sequence[Opinion]) -> list[str]:
    """What the one side says of aspects and the other does not."""
    theirs = {(o.category, o.polarity) for o in other}
    return sorted({f"{o.category} {o.polarity}" for o in one if (o.category, o.polarity) not in theirs})


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARS else text[:MOST_CHARS].rsplit(" ", 1)[0] + " \N{HORIZONTAL ELLIPSIS}"
