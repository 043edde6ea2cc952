"""Page in a browser, with one user and with two concurrent users."""

import re
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
import xarray as xr

from sim import texts
from sim.dashboard.form import Form, load_choices
from sim.dashboard.runs import Run
from sim.policy.scenario.scenario import load_scenario
from sim.reporting.wording import Wording
from sim.studies.run import run_many
from tests.dashboard.conftest import start_dashboard, stop_dashboard

pytestmark = pytest.mark.timeout(400)
SMALL = {"#scale": "0.002", "#replicates": "2", "#seed": "7"}
CAPITAL, FEE = "[id='guarantee_fund.capital']", "[id='guarantee_fee.fee']"


def open_page(browser, address, **options):
    page = browser.new_context(**options).new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("console", lambda message: page.errors.append(message.text) if message.type == "error" else None)
    page.foreign = []
    page.on("request", lambda sent: None if sent.url.startswith(address) else page.foreign.append(sent.url))
    page.goto(address + "/")
    return page


def close_page(page):
    assert page.errors == []
    assert page.foreign == []
    page.context.close()


def fill(page, **fields):
    for where, text in fields.items():
        page.fill(where, text)


def download(page, press, folder):
    with page.expect_download() as waited:
        press()
    path = folder / waited.value.suggested_filename
    waited.value.save_as(path)
    return path


@pytest.fixture(scope="module")
def both(browser, address, tmp_path_factory):
    """Two users with one run each, started in direct succession, and the files that they downloaded."""
    pages = [open_page(browser, address) for _ in range(2)]
    fill(pages[0], **SMALL | {CAPITAL: "6亿元", "#name": "a_fund"})
    fill(pages[1], **SMALL | {FEE: "1", "#name": "a_fee", "#replicates": "1"})
    for page in pages:
        with page.expect_navigation():
            page.click("button.main")
    states = [page.inner_text("#state") for page in pages]
    for page in pages:
        page.wait_for_selector("ul.findings", timeout=300_000)
    folders = [tmp_path_factory.mktemp(name) for name in ("a", "b")]
    for page, folder in zip(pages, folders, strict=True):
        for link in page.query_selector_all("ul.files a"):
            download(page, link.click, folder)
    yield SimpleNamespace(pages=pages, folders=folders, states=states)
    for page in pages:
        close_page(page)


def test_two_users_run_at_the_same_time_and_see_their_own_run(both):
    for state in both.states:
        assert re.search("正在运行|即将开始", state), "neither waits for the other"
    for page, folder, name in zip(both.pages, both.folders, ("a_fund", "a_fee"), strict=True):
        assert page.inner_text("#state") == "运行完成。"
        assert {path.name for path in folder.iterdir()} == {
            f"{name}.yaml", f"{name}.nc", "no_plan.nc", "comparison.nc"
        }  # fmt: skip
        assert page.input_value("#name") == name
    first, second = (xr.open_dataset(f / "comparison.nc", decode_timedelta=False) for f in both.folders)
    assert first.attrs["content_sha256"] != second.attrs["content_sha256"]


def test_a_run_is_visible_to_its_user_only(both, address):
    mine = both.pages[0].query_selector("ul.files a[href$='.nc']").get_attribute("href")
    assert both.pages[0].request.get(address + mine).status == 200
    assert both.pages[1].request.get(address + mine).status == 404


def test_the_numbers_are_exactly_those_of_the_api(both):
    page, folder = both.pages[0], both.folders[0]
    scenario = load_scenario(folder / "a_fund.yaml")
    assert scenario.policy["guarantee_fund.capital"].base == 6e8
    done = run_many([scenario], ["no_plan"], replicates=2, seed=7, scale=0.002)
    comparison = done.comparisons["no_plan"]
    for name, dataset in (("a_fund", done.datasets["a_fund"]), ("comparison", comparison)):
        there = xr.open_dataset(folder / f"{name}.nc", decode_timedelta=False)
        assert there.attrs["content_sha256"] == dataset.attrs["content_sha256"]
    texts.use("zh")
    change = float(comparison.jobs_additional.sel(scenario="a_fund"))
    row = page.locator("#side-by-side-outcomes tbody tr").nth(0).inner_text().split("\t")
    assert float(row[4].replace(",", "")) == pytest.approx(change, abs=0.5)
    balance = done.datasets["a_fund"].pool_balance.isel(month=-1).sel(fund="guarantee_fund")
    row = page.locator("#side-by-side-outcomes tr", has_text="担保机构资本余额").inner_text().split("\t")
    assert row[3] == f"{float(balance.median()) / 1e4:,.0f}"
    t7 = done.datasets["a_fund"].target_value.sel(target="T7")
    row = page.locator("#side-by-side-targets tr", has_text="T7").inner_text().split("\t")
    assert row[4] == f"{float(t7.median()):,.0f}"
    spending = Wording("zh").yuan(abs(float(comparison.spending_additional.sel(scenario="a_fund")))).text
    assert spending in page.inner_text("ul.findings")


def test_the_command_on_the_page_is_that_of_the_run(both, tmp_path):
    command = both.pages[1].inner_text("#repeat-command").strip()
    assert command == "zsim run a_fee.yaml --against no_plan -n 1 --seed 7 --scale 0.002"


def test_the_saved_file_passes_zsim_check(both, tmp_path):
    for page, name in zip(both.pages, ("a_fund", "a_fee"), strict=True):
        path = download(page, lambda page=page: page.click("text=存为 YAML"), tmp_path)
        assert path.name == f"{name}.yaml"
        done = subprocess.run(
            [sys.executable, "-m", "sim.cli", "check", path],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.endswith(": ok\n")
    assert load_scenario(tmp_path / "a_fee.yaml").policy["guarantee_fee.fee"].base == 0.01


def test_the_figure_is_drawn_and_described(both):
    figure = both.pages[0].locator("figure img")
    assert figure.evaluate("image => image.complete && image.naturalWidth > 100")
    assert "2020年末担保基金资本余额中位数" in figure.get_attribute("alt")


def test_a_change_of_language_keeps_the_run_and_the_fields(both):
    page = both.pages[0]
    number = page.locator("#side-by-side-targets tr", has_text="T7").inner_text().split("\t")[4]
    with page.expect_navigation():
        page.click("text=English")
    assert page.get_attribute("html", "lang") == "en"
    shown = page.inner_text("main")
    with page.expect_navigation():
        page.click("text=中文")
    assert page.get_attribute("html", "lang") == "zh-CN"
    assert number in shown
    assert not re.search("[\u4e00-\u9fff]", re.sub("6亿元|元", "", shown))
    assert page.input_value(CAPITAL) == "6亿元"


def test_the_page_is_accessible(both, browser, address):
    from axe_playwright_python.sync_playwright import Axe

    page = both.pages[1]
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    results = Axe().run(page)
    assert results.response["violations"] == [], results.generate_report()
    fresh = open_page(browser, address)
    fresh.fill(FEE, "lots")
    fresh.click("button.main")
    fresh.wait_for_selector("#faults")
    results = Axe().run(fresh)
    assert results.response["violations"] == [], results.generate_report()
    close_page(fresh)


@pytest.mark.parametrize("width", [360, 1280])
def test_there_is_no_horizontal_scrolling(both, width):
    page = both.pages[1]
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_invalid_fields_are_listed_and_nothing_is_run(browser, address):
    page = open_page(browser, address)
    fill(
        page,
        **{FEE: "lots", CAPITAL: "<b>", "#replicates": "999", "#scale": "1", "#seed": "x", "#name": "No"},
    )
    page.click("button.main")
    page.wait_for_selector("#faults")
    lines = page.locator("#faults li").all_inner_texts()
    assert len(lines) == 6
    assert all("\n" not in line for line in lines)
    page.locator("#faults:focus").wait_for()
    assert page.inner_text("#state") == "尚未运行。"
    assert page.input_value(FEE) == "lots"
    assert page.get_attribute(FEE, "aria-invalid") == "true"
    page.locator("#faults a", has_text="担保费率").click()
    assert page.evaluate("document.activeElement.id") == "guarantee_fee.fee"
    with page.expect_navigation():
        page.click("text=存为 YAML")
    assert page.locator("#faults li").count() == 6, "nothing is saved either"
    with page.expect_navigation():
        page.click("text=全部还原")
    assert page.locator("#faults").count() == 0
    close_page(page)


def test_a_run_is_stopped_immediately(browser, address):
    page = open_page(browser, address)
    fill(page, **{"#scale": "0.2", "#replicates": "30"})
    page.click("button.main")
    page.locator("#state", has_text="正在运行").wait_for()
    time.sleep(1.5)  # until its process has started
    began = time.monotonic()
    page.click("#stop")
    page.locator("#state", has_text="已停止").wait_for()
    assert time.monotonic() - began < 5
    assert page.locator("ul.findings").count() == 0
    close_page(page)


def test_a_lost_connection_is_shown(browser, tmp_path):
    process, address = start_dashboard(folder=tmp_path)
    page = open_page(browser, address)
    fill(page, **{"#scale": "0.2", "#replicates": "30"})
    page.click("button.main")
    page.locator("#state", has_text="正在运行").wait_for()
    assert stop_dashboard(process) == 0
    page.locator("#state", has_text="连接已断开").wait_for(timeout=60_000)
    page.context.close()
    assert list(tmp_path.iterdir()) == [], "the run is ended and its files are deleted"


def test_a_failed_run_shows_the_reason(tmp_path):
    request, _ = Form(load_choices()).request()
    assert request is not None
    run = Run(request, tmp_path / "nowhere", 1)
    run.execute()
    assert run.state == "failed"
    assert "nowhere" in run.fault


def test_the_page_works_with_the_keyboard(browser, address):
    page = open_page(browser, address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    order, outlined = [], True
    for _ in range(60):
        page.keyboard.press("Tab")
        here = page.evaluate(
            """() => {
                const here = document.activeElement;
                return [here.id || here.value || here.tagName, getComputedStyle(here).outlineWidth];
            }"""
        )
        order.append(here[0])
        outlined = outlined and here[1] == "3px"
        if here[0] == "guarantee_fund.capital":
            break
    assert order[:4] == ["lang:en", "base", "show", "reference"]
    assert outlined, "the focus is always visible"
    page.keyboard.type("50000")
    page.keyboard.press("Tab")
    slider = page.locator(".slider[data-for='guarantee_fund.capital']")
    assert slider.input_value() == "50000", "the slider follows the number"
    page.keyboard.press("ArrowRight")
    assert page.input_value(CAPITAL) == "51000", "the number follows the slider"
    page.fill("#replicates", "x")
    page.focus("#replicates")
    page.keyboard.press("Enter")  # submits the form like the button; the fault is reported
    page.wait_for_selector("#faults")
    assert page.locator("#faults li").count() == 1
    close_page(page)


def test_the_values_of_another_scenario_can_be_shown(browser, address):
    page = open_page(browser, address)
    page.select_option("#base", "own")
    with page.expect_navigation():
        page.click("text=显示情景数值")
    assert page.input_value("#base") == "own"
    assert "40,000（自2018-01起） → 50,000（自2019-07起）" in page.inner_text(
        "[id='guarantee_fund.capital-hint']"
    )
    close_page(page)


def test_it_works_without_javascript(browser, address):
    page = open_page(browser, address, java_script_enabled=False)
    assert page.locator(".slider").first.is_hidden()
    page.fill(FEE, "9")
    page.click("button.main")
    page.wait_for_selector("#faults")
    assert page.locator("#faults li").count() == 1
    close_page(page)
