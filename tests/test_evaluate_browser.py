"""The page of an evaluation in a real browser: readable at every width, figures drawn as lines, Arabic from right to left, axe finds nothing serious."""

import json
from pathlib import Path
from typing import Any

import pytest
from runs import ROOT
from test_browser import _open, browser  # noqa: F401

from pipeline.evaluate.page import page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The committed evaluation as a page, with a comparison of two models on it."""
    values = json.loads((ROOT / "docs" / "evaluation.json").read_text(encoding="utf-8"))
    row = {"title": "document sentiment", "metric": "macro-F1", "texts": 412, "a": 0.7, "b": 0.69, "difference": 0.01, "low": -0.03}
    row |= {"high": 0.05, "test": "paired bootstrap", "p": 0.6, "q": 0.6, "verdict": "same", "lang": "cy"}
    values["against"] = {"name": "second", "sha256": "0" * 64}
    values["comparison"] = {"words": ["Document sentiment (macro-F1): they cannot be told apart in Welsh."], "rows": [row]}
    path = tmp_path_factory.mktemp("page") / "evaluation.html"
    path.write_text(page(values), encoding="utf-8")
    return path


def test_axe_finds_nothing_in_light_and_dark_wide_and_narrow(browser: Any, made: Path) -> None:  # noqa: F811
    """Rules of WCAG 2.0 and 2.1, levels A and AA, as far as a program can tell."""
    axe = pytest.importorskip("axe_core_python.selenium").Axe()
    options = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}, "resultTypes": ["violations"]}
    for scheme, width in (("light", 1280), ("dark", 360)):
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        _open(browser, made, width)
        found = axe.run(browser, options=options)
        assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found["violations"]] == [], (scheme, width)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


@pytest.mark.parametrize("width", [360, 800, 1280])
def test_nothing_is_wider_than_the_page_and_no_number_is_squeezed(browser: Any, made: Path, width: int) -> None:  # noqa: F811
    _open(browser, made, width)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    narrowest = browser.execute_script(
        "return Math.min(...[...document.querySelectorAll('td')].filter(d => d.textContent.length > 12).map(d => d.clientWidth))"
    )
    assert narrowest >= 70


def test_figures_are_lines_not_blots(browser: Any, made: Path) -> None:  # noqa: F811
    _open(browser, made)
    fills = browser.execute_script(
        "return [...document.querySelectorAll('svg.square path, svg.square polyline')].map(e => getComputedStyle(e).fill)"
    )
    assert len(fills) > 10 and set(fills) == {"none"}


def test_the_gallery_shows_arabic_from_right_to_left(browser: Any, made: Path) -> None:  # noqa: F811
    _open(browser, made)
    quote = browser.find_element("css selector", '#errors blockquote[lang="ar"]')
    assert quote.value_of_css_property("direction") == "rtl"
    assert browser.find_element("css selector", '#errors blockquote[lang="de"]').value_of_css_property("direction") == "ltr"


def test_the_page_says_first_what_came_out_and_every_anchor_resolves(browser: Any, made: Path) -> None:  # noqa: F811
    _open(browser, made)
    assert browser.find_element("css selector", "main section h2").text == "In short"
    assert "cannot be told apart in Welsh" in browser.find_element("id", "short").text
    script = "return [...document.links].filter(a => !a.hash || !document.getElementById(decodeURIComponent(a.hash.slice(1)))).length"
    assert browser.execute_script(script) == 0
