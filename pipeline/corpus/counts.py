"""How many texts and opinions there are: language by label, genre, split, variety and aspect."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from pipeline.corpus.format import SPLITS, Record
from pipeline.tables import DIRECTIONS, LABELS, POLARITIES
from pipeline.taxonomy import Taxonomy

Table = tuple[list[str], list[list[object]]]  # head, rows

SIGNS = {"negative": "\u2212", "neutral": "0", "positive": "+"}


def languages(records: Iterable[Record]) -> list[str]:
    """Languages that have texts, in order."""
    return sorted({record.lang for record in records})


def variety_of(record: Record) -> str:
    """The variety that the writer was asked for."""
    return str(record.brief.get("variety", "not said"))


def by_split(records: Sequence[Record]) -> Table:
    """Texts of each language and split by label."""
    return _labels(records, "split", lambda record: record.split, list(SPLITS))


def by_genre(records: Sequence[Record]) -> Table:
    """Texts of each language and genre by label."""
    genres = [genre for genre, _ in Counter(record.genre or "not said" for record in records).most_common()]
    return _labels(records, "genre", lambda record: record.genre or "not said", genres)


def by_variety(records: Sequence[Record]) -> Table:
    """Texts of each language and variety by label."""
    varieties = [name for name, _ in Counter(map(variety_of, records)).most_common()]
    return _labels(records, "variety", variety_of, varieties)


def by_domain(records: Sequence[Record]) -> Table:
    """Texts of each domain in each language."""
    langs = languages(records)
    found = Counter((record.domain or "not said", record.lang) for record in records)
    domains = sorted({domain for domain, _ in found})
    return ["domain", *langs], [[domain, *(found[domain, lang] for lang in langs)] for domain in domains]


def by_aspect(records: Sequence[Record], taxonomy: Taxonomy) -> Table:
    """Opinions on each aspect in each language, as negative / neutral / positive, with the sum of all languages."""
    langs = languages(records)
    found = Counter((each.category, record.lang, each.polarity) for record in records for each in record.opinions)
    rows: list[list[object]] = []
    for aspect in taxonomy.aspects:
        cells = [" / ".join(str(found[aspect.id, lang, polarity]) for polarity in POLARITIES) for lang in langs]
        total = sum(found[aspect.id, lang, polarity] for lang in langs for polarity in POLARITIES)
        rows.append([aspect.family, aspect.id, *cells, total])
    return ["family", "aspect", *langs, "all"], rows


def aspect_by_split(records: Sequence[Record], taxonomy: Taxonomy) -> Table:
    """Opinions on each aspect in each language, as train / dev / test."""
    langs = languages(records)
    found = Counter((each.category, record.lang, record.split) for record in records for each in record.opinions)
    rows: list[list[object]] = [
        [aspect, *(" / ".join(str(found[aspect, lang, split]) for split in SPLITS) for lang in langs)] for aspect in taxonomy.ids
    ]
    return ["aspect", *langs], rows


def overview(records: Sequence[Record]) -> Table:
    """Opinions of each language: how many, of which polarity and direction, how many implicit; sentences; texts without any."""
    head = ["language", "texts", "parallel", "sentences", "opinions", *SIGNS.values(), *DIRECTIONS, "implicit", "texts without"]
    rows: list[list[object]] = []
    for lang in languages(records):
        own = [record for record in records if record.lang == lang]
        each = [opinion for record in own for opinion in record.opinions]
        polarity, direction = Counter(o.polarity for o in each), Counter(o.direction for o in each)
        counts = [sum(r.parallel is not None for r in own), sum(len(r.sentences) for r in own), len(each)]
        counts += [polarity[name] for name in SIGNS] + [direction[name] for name in DIRECTIONS]
        rows.append([lang, len(own), *counts, sum(o.term is None for o in each), sum(not r.opinions for r in own)])
    return head, rows


def _labels(records: Sequence[Record], name: str, key: Callable[[Record], str], values: Sequence[str]) -> Table:
    found = Counter((record.lang, key(record), record.label) for record in records)
    rows: list[list[object]] = []
    for lang in languages(records):
        for value in values:
            cells = [found[lang, value, label] for label in LABELS]
            if sum(cells):
                rows.append([lang, value, sum(cells), *cells])
    return ["language", name, "texts", *LABELS], rows
