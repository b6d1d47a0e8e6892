"""The interface in six languages: complete, with the language's own plurals, numbers and direction, and nothing left in English."""

import re
from html.parser import HTMLParser
from string import Formatter
from typing import Any

import pytest
from test_report import _inputs, _rows

from pipeline import taxonomy
from pipeline.aggregate.people import REVEALING
from pipeline.aggregate.withholding import RULES
from pipeline.errors import UsageError
from pipeline.read.rejects import REASONS
from pipeline.report import reasons
from pipeline.report.catalogue import INTERFACE, PLURALS, Message, load
from pipeline.report.render import render
from pipeline.report.speech import Speech, parse
from pipeline.report.voice import Share, Voice

FOREIGN = [code for code in INTERFACE if code != "en"]
ENGLISH = set("the of and which with were are from this that have been not no all comment comments shown interval number".split())
SHARED = {"page.separator", "finding.unusual_plain"}  # messages that may be the same in English and another language; besides single words
NAMES = {lang: {aspect.id: aspect.name(lang) for aspect in taxonomy.load().aspects} for lang in taxonomy.NAMED_IN}


def _forms(message: Message) -> dict[str, str]:
    return {"other": message} if isinstance(message, str) else message


def _facts(text: str) -> set[tuple[str, str]]:
    return {(name, how or "") for _, name, how, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("lang", FOREIGN)
def test_every_message_of_english_is_there_with_the_same_facts(lang: str) -> None:
    own, english = load(lang), load("en")
    assert list(own) == list(english)
    for key, message in own.items():
        assert _facts(_forms(message)["other"]) == _facts(_forms(english[key])["other"]), key


@pytest.mark.parametrize("lang", INTERFACE)
def test_plural_forms_are_those_of_the_language(lang: str) -> None:
    wanted = {*Voice(lang).locale.plural_form.tags, "other"}
    for key, message in load(lang).items():
        if not isinstance(message, str):
            assert set(message) == wanted <= set(PLURALS), key


@pytest.mark.parametrize("lang", FOREIGN)
def test_no_message_is_left_in_english(lang: str) -> None:
    english = load("en")
    for key, message in load(lang).items():
        for form in _forms(message).values():
            words = set(re.findall(r"[a-z]+", re.sub(r"\{[^}]*\}", " ", form).lower()))
            assert not words & ENGLISH, (key, form)
            same = form == _forms(english[key])["other"]
            assert not same or key in SHARED or " " not in form, (key, form)


def test_every_message_is_used() -> None:
    from pipeline.report.catalogue import FOLDER

    files = [path for path in FOLDER.parent.rglob("*") if path.suffix in (".py", ".j2")]
    code = "".join(path.read_text(encoding="utf-8") for path in files)
    for key in load("en"):
        section, name = key.split(".")
        if section in ("label", "field"):  # labels of the tables, fields of the reader
            continue
        assert f'"{key}"' in code or (f"{section}." in code and f'"{name}"' in code) or f":{name}}}" in str(load("en").values()), key


def test_every_message_that_is_said_by_its_name_is_there() -> None:
    from pipeline.report.catalogue import FOLDER

    files = [path for path in FOLDER.parent.rglob("*") if path.suffix in (".py", ".j2")]
    said = {
        key for path in files for key in re.findall(r'\b(?:say|aloud)\(\s*"([a-z_]+\.[a-z_]+)"\s*[,)]', path.read_text(encoding="utf-8"))
    }
    assert len(said) > 80 and said <= set(load("en"))


@pytest.mark.parametrize(
    ("lang", "number", "said"),
    [
        ("cy", 1, "1 rhes"),
        ("cy", 2, "2 res"),
        ("cy", 1200, "1,200 rhes"),
        ("de", 1200, "1.200 Zeilen"),
        ("vi", 1200, "1.200 dòng"),
        ("tl", 1204, "1,204 na hanay"),
        ("ar", 2, "صفان"),  # saffan: two rows
        ("ar", 5, "5 صفوف"),  # sufuf
        ("ar", 11, "11 صفًا"),  # saffan, accusative
    ],
)
def test_plurals_and_numbers_follow_cldr(lang: str, number: int, said: str) -> None:
    assert str(Voice(lang).say("count.rows", n=number)) == said


@pytest.mark.parametrize(
    ("lang", "share", "month"),
    [
        ("cy", "12.3%", "Mawrth 2026"),
        ("de", "12,3\N{NO-BREAK SPACE}%", "März 2026"),
        ("vi", "12,3%", "tháng 3 năm 2026"),
        ("tl", "12.3%", "Marso 2026"),
        ("ar", "12.3%", "مارس 2026"),  # maris
        ("en", "12.3%", "March 2026"),
    ],
)
def test_shares_and_months_follow_cldr(lang: str, share: str, month: str) -> None:
    voice = Voice(lang)
    assert voice.share(Share(0.1234, 1)).replace("\N{LEFT-TO-RIGHT MARK}", "") == share
    assert voice.month("2026-03") == month


def test_every_reason_of_the_tables_has_a_message() -> None:
    facts = {"min_n": 30, "min_authors": 10, "points": 30.0, "n": 12}
    for rule in RULES:
        assert reasons.withheld(rule.reason.format(**facts)).key != "withheld.other", rule.reason
    assert reasons.withheld(REVEALING.format(**facts)).key == "withheld.revealing"
    for reason in REASONS.values():
        assert reasons.rejected(reason.format(found=1, limit=2, wanted=3)).key != "reject.other", reason


class Strangers(HTMLParser):
    """Collects the words of a page that do not come from the catalogue: there every message is written in brackets."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        data = (
            tag in ("bdi", "blockquote", "q", "style", "script", "mark") or given.get("lang") == "en" or "own" in (given.get("class") or "")
        )
        if tag not in ("meta", "path", "circle"):
            self.open.append((tag, data))
        self.found += [given[name] or "" for name in ("aria-label", "data-name", "data-words", "title", "alt") if name in given]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if not any(is_data for _, is_data in self.open):
            self.found.append(data)

    @property
    def strange(self) -> list[str]:
        texts = (re.sub("⟦[^⟦⟧]*⟧", "", re.sub("⟦[^⟦⟧]*⟧", "", text)) for text in self.found)
        return sorted({text.strip() for text in texts if re.search(r"[^\W\d_]", re.sub("[nq]\xa0", "", text))})


def _brackets(message: Message) -> Message:
    return {form: f"⟦{text}⟧" for form, text in message.items()} if isinstance(message, dict) else f"⟦{message}⟧"


def test_the_page_holds_no_word_that_is_not_in_the_catalogue() -> None:
    messages = {key: _brackets(message) for key, message in load("en").items()}
    inputs: Any = _inputs(_rows(400, author="a"), aspect_names=NAMES)
    for each in (inputs, _inputs(_rows(400)), _inputs(_rows(20)), _inputs([])):
        voice = Voice("en", {identifier: "⟦a⟧" for identifier in NAMES["en"]}, messages)
        voice.month = lambda period: "⟦m⟧"  # type: ignore[method-assign]
        voice.language = lambda code: "⟦l⟧"  # type: ignore[method-assign]
        assert Strangers(render(each, Speech((voice,)))).strange == []


@pytest.mark.parametrize("lang", INTERFACE)
def test_the_page_is_in_the_language_and_direction_of_the_reader(lang: str) -> None:
    html = render(_inputs(_rows(), language=lang, aspect_names=NAMES))
    assert f'<html lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}">' in html
    assert str(Voice(lang).say("heading.findings")) in html and NAMES[lang]["delivery"] in html
    assert '<blockquote lang="cy" dir="ltr">' in html and '<blockquote lang="ar" dir="rtl">' in html


def test_two_languages_are_said_at_once_and_each_is_marked() -> None:
    html = render(_inputs(_rows(), language="cy,en", aspect_names=NAMES))
    assert '<html lang="cy" dir="ltr">' in html
    heading = '<span class="tongue" lang="cy" dir="ltr">Beth sy\'n sefyll allan</span> <span class="tongue" lang="en" dir="ltr">What stands out</span>'
    assert heading in html
    assert '<nav aria-label="Cynnwys / Contents">' in html
    assert html.count('class="tongue" lang="cy"') == html.count('class="tongue" lang="en"')


def test_an_unknown_language_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UsageError, match=r"cannot be written in 'fr'. It can be written in cy, de, vi, tl, ar, en"):
        parse("cy,fr")
    with pytest.raises(UsageError, match="at most 2 languages at once, not in 3"):
        parse("cy,en,de")
