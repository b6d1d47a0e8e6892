"""The texts that the language detector learns from and is measured on, and on which terms."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.languages import CODES

# Varieties and neighbours that count as one language here: Arabic dialects as Arabic, Dari as Persian.
SAME = {each: "ar" for each in ("arz", "ary", "apc", "ars", "acm", "aeb")} | {"prs": "fa", "fil": "tl", "arb": "ar"}
COMPOSED = "data/language"  # lines composed for the detector, mostly of languages that lack text with a permissive licence, and Arabizi
NAMES = "names.list"  # beside them: names of people, places and brands that stand in texts of any language
# Of our own corpus: what is written in two languages at once, so that a word cut from it may be of either.
ARABIZI = "Arabizi (Latin letters)"
SWITCHING = (
    "Welsh-English switching (Wenglish)",
    "Denglisch / youth",
    "Taglish",
    "text-speak / jejemon-lite",
    "teen code / abbreviations",
)


@dataclass(frozen=True)
class Source:
    """A file of texts to learn from: its corpus, its licence, the fields that hold text and their language."""

    corpus: str
    file: str
    licence: str
    fields: tuple[tuple[str, str], ...] = ()  # field -> language; none: field `text` in the language of field `lang`
    lang: str = ""  # where no row says it
    limit: int = 10**9  # rows taken of a language
    switching: bool = False  # words of a second language stand among the first


# Texts by permissive licences only. NTREX, FLORES and Siarad are share-alike or GPL, the Haifa corpora and PinoyBot state no licence: those measure.
TRAINING = (
    Source("tatoeba_laser", "lid.jsonl", "CC BY 2.0 FR"),
    Source("common_voice", "plain.jsonl", "CC0 1.0", limit=12000),
    Source("techiaith_cc0", "plain.jsonl", "CC0 1.0", limit=14000),
    Source("hmrc_cy", "parallel.jsonl", "Apache-2.0 and MIT", fields=(("cy", "cy"), ("en", "en"))),
    Source("tl_sentitaglish", "sentiment.jsonl", "CC BY 4.0", lang="tl", switching=True),
    Source("mobasa", "sentiment.jsonl", "CC BY 4.0", lang="de", limit=2500),
    Source("potts", "sentiment.jsonl", "MIT", lang="de", limit=4000),
    Source("saudi_tourism", "sentiment.jsonl", "MIT", lang="ar", limit=1500),
    Source("aaste_egyptian", "sentiment.jsonl", "MIT", lang="ar", limit=1500),
    Source("arsarcasm_v2", "sentiment.jsonl", "MIT", lang="ar", limit=1500),
    Source("afrisenti_ar", "sentiment.jsonl", "CC BY 4.0", lang="ar", limit=1500),
    Source("vader_reviews", "sentiment.jsonl", "MIT", lang="en", limit=4000),
    Source("mams", "absa.jsonl", "Apache-2.0", lang="en", limit=2000),
)


@dataclass(frozen=True)
class Text:
    """A text of one language; `corpus` tells where it is from, `variety` how it is written where that is known."""

    text: str
    lang: str
    corpus: str
    switching: bool = False
    variety: str = ""


def training(corpora: Path, own: Path, composed: Path) -> Iterator[Text]:
    """Texts to learn from: train splits only, of `TRAINING` and of our own corpus, and what was composed for the detector."""
    for source in TRAINING:
        taken: dict[str, int] = {}
        for row in rows(corpora / source.corpus / source.file):
            if row.get("split", "train") != "train":
                continue
            pairs = source.fields or (("text", source.lang or row["lang"]),)
            for field, lang in pairs:
                code = SAME.get(lang, lang)
                taken[code] = taken.get(code, 0) + 1
                if taken[code] <= source.limit and row.get(field):
                    yield Text(row[field], code, source.corpus, source.switching)
    yield from own_texts(own, "train")
    for path in sorted(composed.glob("*.txt")):
        for line in _lines(path):
            yield Text(line.strip(), path.stem, COMPOSED, variety=ARABIZI if path.stem == "ar" else "")


def own_texts(own: Path, split: str) -> Iterator[Text]:
    """Documents of our own corpus, and their sentences."""
    for lang in CODES:
        for row in rows(own / f"{lang}.jsonl"):
            if row["split"] != split:
                continue
            variety = row["brief"].get("variety", "")
            pieces = [row["text"]]
            if len(row["sentences"]) > 1:
                pieces += [row["text"][each["start"] : each["end"]] for each in row["sentences"]]
            for piece in pieces:
                yield Text(piece, lang, "own", variety in SWITCHING, variety)


def words(corpora: Path) -> Iterator[Text]:
    """Single words of a Welsh and English dictionary (Apache-2.0), without those that both languages write alike."""
    pairs = [line.split("\t") for line in _lines(corpora / "dict_en_cy" / "pairs_single_word.tsv")]
    english, welsh = ({pair[i].strip().lower() for pair in pairs if len(pair) > 1} for i in (0, 1))
    for lang, own, other in (("en", english, welsh), ("cy", welsh, english)):
        for word in sorted(own - other):
            yield Text(word, lang, "dict_en_cy")


def names(composed: Path) -> list[str]:
    """Names that tell no language."""
    return [line.strip() for line in _lines(composed / NAMES)]


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Rows of a JSON Lines file. Raises InputError when it is missing."""
    for line in _lines(path):
        yield json.loads(line)


def _lines(path: Path) -> Iterable[str]:
    try:
        with path.open(encoding="utf-8") as lines:
            yield from lines
    except FileNotFoundError:
        raise InputError(f"There is no corpus file {path}. Give the folder of corpora with --corpora.") from None
