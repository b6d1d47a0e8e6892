"""Settings as frozen dataclasses, read from one TOML file. Each default has its reason beside it."""

import dataclasses
import difflib
import tomllib
import types
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from pipeline.errors import ConfigError


@dataclass(frozen=True)
class ReadConfig:
    """How files become documents."""

    map: dict[str, str] = field(default_factory=dict)  # field -> column, as text = "Kommentar"; for one file "a.csv:text" = "Kommentar"
    encoding: str = ""  # empty: detect per file and say which
    day_first: bool = True  # 03/04/2026 is 3 April, as in four of the five communities; ISO dates are not affected
    max_chars: int = 1_000_000  # a text longer than a long novel is a broken row, not feedback
    rows_per_part: int = 2_000  # a part takes about half a minute to analyse: the most that a kill can lose
    chars_per_part: int = 8_000_000  # bounds memory when texts are long


@dataclass(frozen=True)
class CleanConfig:
    """How texts are cleaned and duplicates marked."""

    personal_data: bool = True  # mask mail addresses, phone numbers, IBANs and card numbers in the cleaned text
    boilerplate: bool = True  # cut menus, comment-plugin notices and CMS placeholders
    phone_regions: tuple[str, ...] = ("GB", "DE", "VN", "PH", "SA", "EG", "AE")  # national formats tried
    near_duplicates: bool = True  # mark texts that share most of their character 5-grams
    similarity: float = 0.8  # Jaccard similarity of character 5-grams from which two texts count as near duplicates
    min_chars: int = 40  # shorter texts resemble each other by chance: only exact duplicates are marked


@dataclass(frozen=True)
class DetectConfig:
    """How languages are named."""

    detector: str = "own"  # or lingua, fasttext, langid, which need the extra `peers`; models/language/card.md compares them
    min_letters: int = 3  # fewer letters than this carry too little evidence: und
    threshold: float = 0.0  # below this probability: und; 0 leaves it to the detector (own: 99 % of what it says is right; others: 0.5)


@dataclass(frozen=True)
class OwnAspect:
    """An aspect of the organisation's own, found by words: [[analyse.aspects]]."""

    id: str  # in the tables, as those of the taxonomy: a-z, 0-9 and _
    words: tuple[str, ...]  # words and phrases of any language; inflected and mutated forms are found without
    name: str = ""  # in the report; empty: the id
    names: dict[str, str] = field(default_factory=dict, hash=False)  # language of the report -> name there


@dataclass(frozen=True)
class AnalyseConfig:
    """How sentiment and aspects are read."""

    model: str = "first"  # a folder under models/, a path, or hf:<name> of a Hugging Face classifier
    labels: tuple[str, ...] = ()  # "LABEL_0=negative": what a Hugging Face classifier's labels mean, where its names do not tell
    off: tuple[str, ...] = ()  # aspects of the taxonomy that this organisation does not want reported
    aspects: tuple[OwnAspect, ...] = ()  # aspects of your own, found by the words that name them; each has id, words, name or names
    threshold: float = 0.4  # a document whose best label is less probable than this is unscored, and counted
    batch_tokens: int = 4096  # texts of like length are run together up to this many tokens; does not change results


@dataclass(frozen=True)
class Event:
    """Something that happened on a day: [[aggregate.events]]."""

    date: date  # the first day after the change
    name: str
    brand: str = ""  # as in the brand column; empty: it concerns all


@dataclass(frozen=True)
class Brand:
    """A brand or product to be found in texts: [[aggregate.brands]]."""

    name: str
    aliases: tuple[str, ...] = ()  # other spellings, short names, other scripts; inflected forms are found without


@dataclass(frozen=True)
class AggregateConfig:
    """Which cells are estimated and when a cell is withheld."""

    groupings: tuple[str, ...] = (  # each is a set of columns joined by +; lang is always part of the cell
        "lang",
        "lang+brand",
        "lang+channel",
        "lang+period",
        "lang+aspect",
        "lang+brand+aspect",
        "lang+channel+aspect",
        "lang+period+aspect",
    )
    confidence: float = 0.95  # what readers of tables and reports expect
    min_n: int = 30  # NCHS Data Presentation Standards for Proportions (Parker et al. 2017): n and effective n
    min_authors: int = 10  # privacy, and fewer clusters than this give no usable variance (design, section 2)
    max_width: float = 0.30  # an interval wider than this says nothing (Parker et al. 2017)
    population: str = "process"  # decisions concern what makes the texts; "finite": the file is all that was said
    weights: bool = False  # true: the column weight holds survey weights; often it holds the weight of a product
    margins: dict[str, dict[str, float]] = field(default_factory=dict)  # known shares of customers, as channel = { web = 0.6, shop = 0.4 }
    events: tuple[Event, ...] = ()  # dated events, named before looking at the numbers; each has date, name and perhaps brand
    brands: tuple[Brand, ...] = ()  # brands and products looked for in the texts; each has name and aliases

    @property
    def finite(self) -> bool:
        """Whether the file is all that was said, so that nothing but misreading is uncertain."""
        return self.population == "finite"


@dataclass(frozen=True)
class ReportConfig:
    """What the report shows."""

    title: str = ""  # empty: a plain one in the language of the report, until the organisation names its own
    language: str = "en"  # cy, de, vi, tl, ar or en; two at once for bilingual bodies: "cy,en"
    quotes: int = 3  # per number: enough to see the variety, few enough to be read


@dataclass(frozen=True)
class Config:
    """All settings of a run."""

    read: ReadConfig = field(default_factory=ReadConfig)
    clean: CleanConfig = field(default_factory=CleanConfig)
    detect: DetectConfig = field(default_factory=DetectConfig)
    analyse: AnalyseConfig = field(default_factory=AnalyseConfig)
    aggregate: AggregateConfig = field(default_factory=AggregateConfig)
    report: ReportConfig = field(default_factory=ReportConfig)


RANGES = (  # section, setting, least, most
    ("read", "max_chars", 1, 1e8),
    ("read", "rows_per_part", 1, 1e6),
    ("read", "chars_per_part", 1, 1e8),
    ("clean", "similarity", 0, 1),
    ("clean", "min_chars", 0, 1e6),
    ("detect", "min_letters", 0, 1e3),
    ("detect", "threshold", 0, 1),
    ("analyse", "threshold", 0, 1),
    ("analyse", "batch_tokens", 1, 1e6),
    ("aggregate", "confidence", 0.5, 0.9999),
    ("aggregate", "min_n", 1, 1e6),
    ("aggregate", "min_authors", 1, 1e6),
    ("aggregate", "max_width", 0, 1),
    ("report", "quotes", 0, 20),
)


def load(path: Path) -> Config:
    """Read a TOML file. Raises ConfigError, naming the nearest known key, when a key or value does not fit."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"There is no configuration file {path}. Give an existing TOML file, or leave --config out.") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}. Give a TOML file.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}. Correct it there.") from None
    config: Config = build(Config, values, str(path))
    for section, name, low, high in RANGES:
        value = getattr(getattr(config, section), name)
        if not low <= value <= high:
            raise ConfigError(f"{path}: [{section}] {name} is {value}. It must lie between {low:g} and {high:g}.")
    return config


def build(cls: Any, values: dict[str, Any], place: str) -> Any:
    """Make a dataclass of settings from nested dictionaries; `place` is named in errors."""
    hints = get_type_hints(cls)
    arguments = {}
    for key, value in values.items():
        if key not in hints:
            near = difflib.get_close_matches(key, hints, n=1, cutoff=0.5)
            advice = f"Did you mean {near[0]!r}?" if near else f"Known here: {', '.join(hints)}."
            raise ConfigError(f"{place} has an unknown key {key!r}. {advice}")
        hint = hints[key]
        if dataclasses.is_dataclass(hint):
            if not isinstance(value, dict):
                raise ConfigError(f"{place}: {key} must be a table, written [{key}].")
            arguments[key] = build(hint, value, f"{place}: [{key}]")
        else:
            arguments[key] = _fit(value, hint, f"{place}: {key}")
    needed = [each.name for each in dataclasses.fields(cls) if each.default is each.default_factory is dataclasses.MISSING]
    if missing := [name for name in needed if name not in arguments]:
        raise ConfigError(f"{place} lacks {', '.join(missing)}. Give {'it' if len(missing) == 1 else 'them'} there.")
    return cls(**arguments)


def _fit(value: Any, hint: Any, place: str) -> Any:
    if dataclasses.is_dataclass(hint) and isinstance(value, dict):
        return build(hint, value, place)
    if hint is date and isinstance(value, datetime):
        return value.date()
    kind = get_origin(hint) or hint
    if kind is tuple and isinstance(value, (list, tuple)):
        item = get_args(hint)[0]
        return tuple(_fit(each, item, place) for each in value)
    if kind is dict and isinstance(value, dict):
        item = get_args(hint)[1]
        return {str(key): str(each) if item is str else _fit(each, item, f"{place}.{key}") for key, each in value.items()}
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(kind, (type, types.UnionType)) and isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
        return value
    raise ConfigError(f"{place} must be of type {getattr(kind, '__name__', kind)}, not {value!r}.")
