"""The stages in order: what each needs, what it yields, and what its results depend on besides its input."""

from dataclasses import dataclass

from pipeline.tables import ASPECTS, CONTRASTS, DECISIONS, DOCUMENTS, ESTIMATES, LANGUAGES, REJECTS, SENTIMENT, TERMS, TEXTS, Spec


@dataclass(frozen=True)
class Stage:
    """A stage: its command, what it does in a line, the tables it requires and yields, and its code (packages and modules)."""

    name: str
    does: str
    requires: tuple[Spec, ...]
    yields: tuple[Spec, ...]
    code: tuple[str, ...]


STAGES = (
    Stage("read", "files to documents", (), (DOCUMENTS, REJECTS), ("read", "tables", "contract")),
    Stage(
        "clean",
        "documents to cleaned texts, duplicates marked",
        (DOCUMENTS,),
        (TEXTS, REJECTS),
        ("clean", "emoji", "offsets", "tables"),
    ),
    Stage(
        "detect",
        "the language of each text and sentence",
        (TEXTS,),
        (LANGUAGES,),
        ("detect", "sentences", "languages", "offsets", "tables"),
    ),
    Stage(
        "analyse",
        "sentiment and aspects, in one encoder pass",
        (TEXTS, LANGUAGES, DOCUMENTS),
        (SENTIMENT, ASPECTS),
        ("analyse", "sentences", "languages", "lemmas", "offsets", "tables"),
    ),
    Stage(
        "aggregate",
        "estimates with intervals for each group of texts, and tables that help to decide",
        (DOCUMENTS, TEXTS, LANGUAGES, SENTIMENT, ASPECTS, REJECTS),
        (ESTIMATES, CONTRASTS, *DECISIONS, TERMS),
        ("aggregate", "concluding", "lemmas", "stats", "tables", "report"),
    ),
    Stage("report", "an HTML file that a person can read", (ESTIMATES,), (), ("report",)),
)
BY_NAME = {stage.name: stage for stage in STAGES}
ORDER = tuple(BY_NAME)


def until(name: str) -> tuple[Stage, ...]:
    """The stages up to and including `name`.

    >>> [stage.name for stage in until("detect")]
    ['read', 'clean', 'detect']
    """
    return STAGES[: ORDER.index(name) + 1]
