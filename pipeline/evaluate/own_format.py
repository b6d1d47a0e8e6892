"""Our own corpus format (pipeline/corpus/format.py) as labelled texts: everything is annotated."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline import taxonomy
from pipeline.corpus import format as corpus_format
from pipeline.corpus.format import Record
from pipeline.errors import InputError
from pipeline.evaluate.labelled import Labelled
from pipeline.protocols import Opinion

SURE = 1.0  # probability of what a person said


def labelled(files: Sequence[Path], corpus: str) -> Iterator[Labelled]:
    """The texts of some files. Raises InputError, naming the first line that is not in the format."""
    aspects = frozenset(taxonomy.load().ids)
    for path in files:
        records, faults = corpus_format.read(path)
        if faults:
            more = f" ({len(faults)} lines are wrong)" if len(faults) > 1 else ""
            raise InputError(f"{faults[0].place} {faults[0].message}{more}. `polyvox corpus check {path}` lists all.")
        for record in records:
            yield of_record(record, corpus, aspects)


def of_record(record: Record, corpus: str, aspects: frozenset[str]) -> Labelled:
    """A record as a labelled text; its variety is the one that its writer was asked for."""
    facts = {"genre": record.genre, "domain": record.domain, "variety": record.brief.get("variety")}
    return Labelled(
        id=record.id,
        corpus=corpus,
        lang=record.lang,
        text=record.text,
        split=record.split,
        document=(record.label,),
        sentences=tuple((each.start, each.end) for each in record.sentences),
        sentence_labels=tuple((each.label,) for each in record.sentences),
        opinions=opinions(record.opinions),
        terms=True,
        supervised=aspects,
        parallel=record.parallel,
        dimensions={name: str(value) for name, value in facts.items() if value},
    )


def opinions(given: Sequence[corpus_format.Opinion]) -> tuple[Opinion, ...]:
    """Annotated opinions in the shape that a model gives them."""
    return tuple(Opinion(o.sentence, o.start, o.end, o.category, o.polarity, o.direction, SURE) for o in given)
