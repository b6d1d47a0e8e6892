"""Over all texts: ids that repeat, what crosses splits, near-duplicates."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from pipeline.corpus.format import Fault, Record
from pipeline.corpus.nearness import near_pairs


def repeated_ids(records: Sequence[Record]) -> Iterator[Fault]:
    """A fault for each text whose id another had before it."""
    first: dict[str, Record] = {}
    for record in records:
        if record.id in first:
            yield Fault(record.place, "ids", f"{record.id} is also the id at {first[record.id].place}")
        first.setdefault(record.id, record)


def _scenario(record: Record) -> str | None:
    return record.parallel


def _topic(record: Record) -> str | None:
    topic = record.brief.get("topic")
    return f"{record.domain}: {topic}" if topic else None


TOGETHER: tuple[tuple[str, Callable[[Record], str | None]], ...] = (("scenario", _scenario), ("topic", _topic))


def crossing(records: Sequence[Record]) -> Iterator[Fault]:
    """A fault for each scenario and each topic that has texts in several splits, in whatever languages."""
    for name, key in TOGETHER:
        groups: dict[str, dict[str, Record]] = defaultdict(dict)
        for record in records:
            if value := key(record):
                groups[value].setdefault(record.split, record)
        for value, splits in groups.items():
            if len(splits) > 1:
                where = ", ".join(f"{split} ({record.id})" for split, record in sorted(splits.items()))
                yield Fault(next(iter(splits.values())).place, "splits", f"{name} {value!r} is in several splits: {where}")


def parallel_labels(records: Sequence[Record]) -> Iterator[Fault]:
    """A fault for each scenario whose texts differ in label, or that a language tells twice."""
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record.parallel:
            groups[record.parallel].append(record)
    for value, members in groups.items():
        if len({record.label for record in members}) > 1:
            said = ", ".join(f"{record.id} {record.label}" for record in members)
            yield Fault(members[0].place, "parallel", f"texts of scenario {value!r} differ in label: {said}")
        if len({record.lang for record in members}) < len(members):
            yield Fault(members[0].place, "parallel", f"scenario {value!r} stands twice in a language")


def near_duplicates(records: Sequence[Record]) -> Iterator[Fault]:
    """A fault for each pair of near-duplicates in one language, or in two splits."""
    for pair in near_pairs([record.text for record in records]):
        one, other = records[pair.one], records[pair.other]
        if one.split != other.split:
            yield Fault(other.place, "splits", f"{other.id} ({other.split}) is {pair.similarity:.2f} like {one.id} ({one.split})")
        elif one.lang == other.lang:
            yield Fault(other.place, "near-duplicates", f"{other.id} is {pair.similarity:.2f} like {one.id}")


ACROSS: tuple[tuple[str, str, Callable[[Sequence[Record]], Iterator[Fault]]], ...] = (
    ("ids", "unique over all files", repeated_ids),
    ("splits", "no scenario, topic or near-duplicate in two of them", crossing),
    ("parallel", "one label and one text a language for a scenario", parallel_labels),
    ("near-duplicates", "none inside a language", near_duplicates),
)
