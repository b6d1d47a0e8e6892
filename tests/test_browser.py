"""The report in a real browser, in six languages: nothing is requested or logged, links and filters work, axe finds nothing serious."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import deciding_report
import pytest
from runs import SAMPLES, polyvox
from test_report import _inputs, _rows
from told import told

from pipeline import taxonomy
from pipeline.report.catalogue import INTERFACE
from pipeline.report.render import render

pytestmark = pytest.mark.browser
LANGUAGES = [*INTERFACE, "cy,en"]
PATIENCE = 600  # seconds: axe takes its time on a busy machine
HOSTILE = [
    "<script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\">",
    '</style></script><svg onload="document.title=\'pwned\'"><a href="javascript:alert(1)">x</a>',
    '\u202egnp.exe \u2066hidden\u2069 \x00 =HYPERLINK("http://127.0.0.1/x")',
    "word " * 200_000,
]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The samples with hostile feedback among them, reported in every language."""
    folder = tmp_path_factory.mktemp("browser")
    rows = [{"id": f"h{i}", "text": f"Die Lieferung kam viel zu spät. {text}", "brand": text[:300]} for i, text in enumerate(HOSTILE)]
    (folder / "hostile.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    out = folder / "out"
    done = polyvox("run", SAMPLES / "??.csv", SAMPLES / "messy.csv", folder / "hostile.jsonl", "--out", out)
    assert done.returncode == 3, done.stderr
    found = {}
    for language in LANGUAGES:
        done = polyvox("report", "--out", out, "--report-language", language)
        assert done.returncode == 3, done.stderr
        found[language] = shutil.copy(out / "report.html", folder / f"{language}.html")
    return found


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    webdriver = pytest.importorskip("selenium.webdriver")
    if not (chromium := shutil.which("chromium")) or not (driver := shutil.which("chromedriver")):
        pytest.skip("Chromium and its driver are not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (
        "headless",
        "no-sandbox",
        "disable-gpu",
        "disable-background-networking",
        f"user-data-dir={tmp_path_factory.mktemp('profile')}",
    ):
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driving = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    driving.set_script_timeout(PATIENCE)
    driving.command_executor.client_config.timeout = PATIENCE
    yield driving
    driving.quit()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A smaller page in every language, with every part of the report on it: axe takes its time."""
    folder = tmp_path_factory.mktemp("pages")
    names = {lang: {aspect.id: aspect.name(lang) for aspect in taxonomy.load().aspects} for lang in taxonomy.NAMED_IN}
    made = told()
    parts = {
        "aspect_names": names,
        "estimates": made.estimates,
        "quotes": made.quotes,
        "tables": {**made.tables, **deciding_report.made()["tables"]},
    }
    found = {}
    for language in LANGUAGES:
        found[language] = folder / f"{language}.html"
        rows = [row for row in _rows(400) if row["lang"] in ("de", "ar")]
        found[language].write_text(render(_inputs(rows, language=language, **parts)), encoding="utf-8")
    return found


def _open(browser: Any, path: Path, width: int = 1280) -> None:
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
    browser.get("about:blank")
    browser.get(path.as_uri())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_asks_for_nothing_logs_nothing_and_runs_no_feedback(browser: Any, reports: dict[str, Path], language: str) -> None:
    browser.get_log("performance")  # what the browser did at its start is no doing of the report
    browser.get_log("browser")
    path = reports[language]
    _open(browser, path)
    assert browser.get_log("browser") == []
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = {event["params"]["request"]["url"].split("#")[0] for event in events if event["method"] == "Network.requestWillBeSent"}
    assert urls <= {path.as_uri(), "about:blank"} and path.as_uri() in urls
    assert browser.execute_script("return document.scripts.length") == 1
    assert "pwned" not in browser.title
    assert "onerror" in browser.page_source  # the hostile text is there, as text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_anchor_resolves(browser: Any, reports: dict[str, Path], pages: dict[str, Path], language: str) -> None:
    script = "return [...document.links].filter(a => !a.hash || !document.getElementById(decodeURIComponent(a.hash.slice(1)))).length"
    for path in (reports[language], pages[language]):
        _open(browser, path)
        assert browser.execute_script("return document.links.length") > 50
        assert browser.execute_script(script) == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing(browser: Any, pages: dict[str, Path], language: str) -> None:
    """Rules of WCAG 2.0 and 2.1, levels A and AA, as far as a program can tell."""
    axe = pytest.importorskip("axe_core_python.selenium").Axe()
    _open(browser, pages[language])
    options = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}, "resultTypes": ["violations"]}
    found = axe.run(browser, options=options)
    assert [(each["id"], each["impact"], each["nodes"][0]["html"][:200]) for each in found["violations"]] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_holds_in_light_and_dark(browser: Any, pages: dict[str, Path], scheme: str) -> None:
    axe = pytest.importorskip("axe_core_python.selenium").Axe()
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    _open(browser, pages["de"])
    found = axe.run(browser, options={"runOnly": {"type": "rule", "values": ["color-contrast"]}})
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert [each["nodes"][0]["html"][:200] for each in found["violations"]] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_wider_than_the_page(browser: Any, reports: dict[str, Path], width: int, language: str) -> None:
    _open(browser, reports[language], width)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [360, 1280])
def test_no_section_is_wider_than_the_page(browser: Any, pages: dict[str, Path], width: int, language: str) -> None:
    _open(browser, pages[language], width)
    assert browser.execute_script("return document.querySelectorAll('.chart').length") > 5
    browser.execute_script("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


def _shown(browser: Any) -> list[Any]:
    script = "return [...document.querySelectorAll('[data-marks]')].filter(q => !q.hidden).map(q => q.dataset.marks)"
    return list(browser.execute_script(script))


@pytest.mark.parametrize("language", ["de", "ar", "cy,en"])
def test_filters_show_what_was_chosen_and_a_link_to_what_is_hidden_shows_it_again(
    browser: Any, reports: dict[str, Path], language: str
) -> None:
    _open(browser, reports[language])
    everything = _shown(browser)
    browser.execute_script(
        "const s = document.querySelector('#filter select'); s.value = '1'; s.dispatchEvent(new Event('change', {bubbles: true}))"
    )
    some = _shown(browser)
    assert 0 < len(some) < len(everything) and all(marks.split(" ")[0] == "1" for marks in some)
    assert str(len(some)) in browser.find_element("id", "shown").text
    hidden = browser.execute_script("return [...document.querySelectorAll('.group')].find(g => g.hidden).id")
    browser.execute_script(f"location.hash = '{hidden}'")
    browser.execute_async_script("setTimeout(arguments[0], 50)")
    assert _shown(browser) == everything


def test_the_keyboard_reaches_the_content_first_and_every_filter(browser: Any, reports: dict[str, Path]) -> None:
    from selenium.webdriver.common.keys import Keys

    _open(browser, reports["en"])
    browser.switch_to.active_element.send_keys(Keys.TAB)
    assert browser.switch_to.active_element.get_attribute("href").endswith("#main")
    focusable = "return [...document.querySelectorAll('#filter select, #filter button')].every(e => e.tabIndex === 0 && !e.disabled)"
    assert browser.execute_script(focusable)


def test_arabic_quotes_run_from_right_to_left(browser: Any, reports: dict[str, Path]) -> None:
    _open(browser, reports["en"])
    quotes = browser.find_elements("css selector", '[lang="ar"][dir="rtl"]')
    assert quotes
    assert quotes[0].value_of_css_property("direction") == "rtl"


def test_the_arabic_page_runs_from_right_to_left_and_its_german_quotes_do_not(browser: Any, reports: dict[str, Path]) -> None:
    _open(browser, reports["ar"])
    assert browser.find_element("tag name", "body").value_of_css_property("direction") == "rtl"
    assert browser.find_element("css selector", 'blockquote[lang="de"]').value_of_css_property("direction") == "ltr"
