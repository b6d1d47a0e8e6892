"""The report in a real browser: nothing is requested, nothing is logged, hostile feedback does nothing."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from runs import SAMPLES, polyvox

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("browser") / "out"
    done = polyvox("run", SAMPLES / "??.csv", SAMPLES / "messy.csv", "--out", out)
    assert done.returncode == 3, done.stderr
    return out / "report.html"


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
    yield driving
    driving.quit()


def test_the_report_asks_for_nothing_and_logs_nothing(browser: Any, report: Path) -> None:
    browser.get_log("performance")  # what the browser did at its start is no doing of the report
    browser.get(report.as_uri())
    assert browser.get_log("browser") == []
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = {event["params"]["request"]["url"].split("#")[0] for event in events if event["method"] == "Network.requestWillBeSent"}
    assert urls == {report.as_uri()}
    assert browser.execute_script("return document.scripts.length") == 0


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_wider_than_the_page(browser: Any, report: Path, width: int) -> None:
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
    browser.get(report.as_uri())
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


def test_arabic_quotes_run_from_right_to_left(browser: Any, report: Path) -> None:
    browser.get(report.as_uri())
    quotes = browser.find_elements("css selector", '[lang="ar"][dir="rtl"]')
    assert quotes
    assert quotes[0].value_of_css_property("direction") == "rtl"
