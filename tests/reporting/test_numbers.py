"""Every number in a report comes from the results, correctly rounded, and no other number appears."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest
import xarray as xr

from sim import texts as terminal_texts
from sim.model.registry import PARAMETERS
from sim.policy.catalogue.catalogue import catalogue
from sim.reporting import evidence
from sim.reporting.document import Document, Figure, Number, Paragraph, Table, block_texts
from sim.reporting.report import build_document
from sim.reporting.sources import ReportSources
from sim.reporting.wording import TEXTS
from sim.studies.methods import intervals

SCALES = {"亿": 1e8, "万": 1e4, "billion": 1e9, "million": 1e6, "%": 0.01}
DIGITS = re.compile(r"\d[\d,.]*\d|\d")


@pytest.fixture(scope="module")
def reports(sources: ReportSources) -> dict[str, Document]:
    return {lang: build_document(sources, lang) for lang in ("zh", "en")}


@pytest.fixture(scope="module")
def pool(sources: ReportSources) -> np.ndarray:
    """Return all numbers in results, evidence and parameters, with their usual sums and quantiles."""
    found = [np.concatenate([np.ravel(v) for v in _summaries(d)]) for d in sources.datasets()]
    found.append(np.array(list(_derived(sources)), dtype=np.float64))
    found += [np.array(row[2:7]) for row in evidence.figures()]
    found += [np.array([p.value, p.low, p.high, p.potency]) for p in PARAMETERS.values()]
    numbers = np.abs(np.concatenate(found))
    return np.unique(numbers[np.isfinite(numbers)])


def _summaries(dataset: xr.Dataset) -> Iterator[np.ndarray]:
    """Yield each variable by month, by year and in total, summed over dimensions and over replicates."""
    for variable in dataset.data_vars.values():
        if variable.dtype.kind not in "bif":
            continue
        whole = variable.astype(np.float64)
        for over_time in _in_time(whole):
            for one in _summed(over_time):
                yield one.values
                if "replicate" in one.dims:
                    yield one.mean("replicate").values
                    yield one.median("replicate").values
                    yield one.max("replicate").values
                    for q in (0.05, 0.5, 0.95):
                        yield np.quantile(one.values, q, axis=one.dims.index("replicate"))


def _in_time(variable: xr.DataArray) -> Iterator[xr.DataArray]:
    if "month" not in variable.dims:
        yield variable
        return
    yield variable.isel(month=[11, 23, 35, 47])
    yield variable.sum("month")
    yield variable.groupby("month.year").sum()


def _summed(variable: xr.DataArray) -> Iterator[xr.DataArray]:
    yield variable
    for dim in ("form", "instrument", "source", "refusal", "scheme"):
        if dim in variable.dims:
            yield variable.sum(dim)


def _derived(sources: ReportSources) -> Iterator[float]:
    """Yield ratios, differences and counts, computed independently of the report."""
    result = sources.result

    def last(dataset: xr.Dataset, name: str) -> float:
        return float(dataset[name].isel(month=-1).sel(definition="primary").mean())

    jobs = last(result, "jobs_driven_by_startups")
    founders = last(result, "founders_served")
    yield jobs / founders
    yield from (150_000 / founders, 3.2 * founders, 2.5, 3.2, 4.2)  # T7 at the published count, JOB12
    suspended = result.pool_suspended.sel(fund="guarantee_fund").sum("month").values
    yield from (float((suspended > 0).sum()), *suspended.tolist(), intervals.wilson(0, len(suspended))[1])
    for other in sources.references.values():
        yield last(other, "jobs_driven_by_startups") / jobs
    for run in (result, *sources.references.values()):
        for met in run.target_met.sum("replicate").values:
            yield float(met)
            yield from intervals.wilson(float(met), run.sizes["replicate"])
    yield from (t.at_least for t in catalogue().targets)
    base = float(result.jobs_universe.mean("replicate").sum()) / 12
    staff = result.jobs_driven_by_startups.isel(month=-1).sel(definition="staff_only").values
    yield from (float(staff.mean()), float((staff >= 150_000).sum()))
    yield from (float(n) for n in evidence.published_effects().values())
    for one in sources.comparisons.values():
        yield float(one.spending_additional - one.tax_additional) / float(one.job_years_net)
        net = (one.jobs_universe_difference - one.jobs_displaced_difference).values[:, -1]
        yield from np.quantile(net, [0.05, 0.5, 0.95])
        yield float(one.job_years_net) / base
        for target in one.target.values:
            values = one.target_value_difference.sel(target=target).values
            yield from intervals.mean(values)[:3]
        yield from _credit_changes(one)
    whole, end = result.sum("month"), result.isel(month=-1)
    yield from _credit(whole, end)
    exhausted = (result.fund_dry_month >= 0).mean("replicate").values
    yield from exhausted.tolist()
    grades, rows = evidence.grades(), evidence.figures()
    yield from (sum(grades.values()), *grades.values(), grades["D"] / sum(grades.values()), len(rows))
    assessments = [row.assessment for row in rows]
    yield from (assessments.count(a) for a in set(assessments))
    yield sum(a in evidence.MISSES for a in assessments)
    drawn = [r for r in rows if r.assessment != "input" and r.low > 0 and 2 * r.model < 4 * (r.low + r.high)]
    yield from (len(drawn), sum(r.low <= r.model <= r.high for r in drawn))
    yield from (sources.replicates, float(result.attrs["scale"]), *evidence.run_settings().values())
    settings = [s for s in catalogue().settings.values() if s.acting]
    yield from (len(settings), sum(s.source == "guess" for s in settings))
    flows = result.flows.sum("month").mean("replicate")
    yield from flows.values.tolist()


def _credit(whole: xr.Dataset, end: xr.Dataset) -> Iterator[float]:
    granted, refused = whole.approvals.sel(window="loan"), whole.loans_refused.sum("refusal")
    for values in (
        granted / (granted + refused),
        end.bad_loans / end.loans_outstanding,
        whole.loans_number.sum("scheme"),
    ):
        yield from np.quantile(values, [0.05, 0.5, 0.95])
    yearly = whole.loans_refused.mean("replicate")
    yield from yearly.values.tolist()


def _credit_changes(one: xr.Dataset) -> Iterator[float]:
    number = one.loans_number_difference.sum("month")
    for values in (
        one.loans_granted_difference.sum("month"),
        number.sum("scheme"),
        number.sel(scheme="guarantee"),
        number.sel(scheme="startup"),
        one.claims_paid_difference.sel(fund="guarantee_fund").sum("month"),
        one.pool_balance_difference.sel(fund="guarantee_fund").isel(month=-1),
    ):
        yield from intervals.mean(values.values)[:3]
        yield from np.quantile(values, [0.05, 0.95])


def contains(pool: np.ndarray, value: float) -> bool:
    """Whether the pool contains a number, up to its sign and to nine significant digits."""
    size = abs(value)
    at = np.searchsorted(pool, size)
    near = pool[max(0, at - 1) : at + 1]
    return bool(np.isclose(near, size, rtol=1e-9, atol=1e-12).any())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_number_is_in_the_results(reports: dict[str, Document], pool: np.ndarray, lang: str) -> None:
    numbers = list(reports[lang].numbers())
    assert len(numbers) > 1000
    assert [n for n in numbers if not contains(pool, n.value)] == []


def test_a_slightly_wrong_number_is_detected(reports: dict[str, Document], pool: np.ndarray) -> None:
    large = [n.value * 1.0003 for n in reports["zh"].numbers() if abs(n.value) > 1000 and n.value % 1]
    assert len(large) > 50
    assert sum(contains(pool, value) for value in large) < len(large) / 20


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_printed_numbers_are_rounded_values(reports: dict[str, Document], lang: str) -> None:
    """The printed text, parsed again, equals the number rounded to the printed digits."""
    scales = (1.0, 1e4, 1e6)  # a table may state the unit in a column heading
    for number in reports[lang].numbers():
        printed, step = read(number)
        assert any(abs(abs(printed) * s - abs(number.value)) <= 0.51 * step * s + 1e-9 for s in scales), (
            number
        )


def read(number: Number) -> tuple[float, float]:
    """Return the number in a text and the size of its last digit."""
    figures = DIGITS.search(number.text)
    assert figures, number
    plain = figures[0].replace(",", "")
    after = number.text[figures.end() :]
    scale = next((s for mark, s in SCALES.items() if after.strip().startswith(mark)), 1.0)
    decimals = len(plain.partition(".")[2])
    return float(plain) * scale, scale * 10.0**-decimals


def literals(sources: ReportSources) -> set[str]:
    """Return digits that belong to the texts themselves: years, levels of intervals, names."""
    given = [text[lang] for text in TEXTS.values() for lang in ("zh", "en")]
    given += [text[lang] for text in terminal_texts.TEXTS.values() for lang in ("zh", "en")]
    for dataset in sources.datasets():
        for name, coordinate in dataset.coords.items():
            if coordinate.dtype.kind in "UO" or name in ("cohort", "replicate"):
                given += [str(v) for v in np.ravel(coordinate.values)]
        given += [str(value) for value in dataset.attrs.values()]
        given += [
            str(v.attrs.get(key, ""))
            for v in dataset.data_vars.values()
            for key in ("long_name", "long_name_zh")
        ]
    for p in PARAMETERS.values():
        given += [p.zh, p.en, p.source, p.unit]
    given += [f"{row.name} {row.ids}" for row in evidence.figures()]
    given += [f"{t.zh} {t.en} {t.at_least:,.0f} {t.at_least / 1e4:,.0f}" for t in catalogue().targets]
    given += [unit.en for unit in catalogue().units.values()]
    given += [str(n) for n in range(60)] + [f"{sources.replicates}"]  # months, numbers of boxes and tables
    return {figure for text in given for figure in DIGITS.findall(text)}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_texts_contain_no_other_numbers(
    reports: dict[str, Document], sources: ReportSources, pool: np.ndarray, lang: str
) -> None:
    known = literals(sources)
    for block in reports[lang].blocks:
        for text, numbers in _printed(block):
            left = text
            for number in sorted(numbers, key=lambda n: -len(n.text)):
                assert number.text in left, (text, number)
                alone = rf"(?<![\d,.]){re.escape(number.text)}(?!\d)"  # the 2 of "2 runs", not of "2020"
                left = re.sub(alone, " ", left, count=1)
            for figure in DIGITS.findall(left):
                share = left.partition(figure)[2].startswith("%") and float(figure.replace(",", "")) / 100
                near = share and np.abs(pool - share).min() < 0.0006  # in a note of a study's table
                assert figure in known or near, text


def _printed(block: object) -> Iterator[tuple[str, tuple[Number, ...]]]:
    if isinstance(block, Paragraph):
        yield block.content.text, block.content.numbers
    elif isinstance(block, Figure):
        yield block.alt.text, block.alt.numbers
        yield block.caption, ()
    elif isinstance(block, Table):
        yield from ((cell.text, cell.numbers) for row in block.rows for cell in row)
        yield from ((text, ()) for text in (block.caption, *block.head, *block.notes))


def test_the_number_of_misses_agrees_with_the_table(reports: dict[str, Document]) -> None:
    document = reports["zh"]
    text = next(
        b.content.text
        for b in document.blocks
        if isinstance(b, Paragraph)
        and "项不符" in b.content.text
        and "对照" in b.content.text
        and "数量级" in b.content.text
    )
    every = next(t for t in document.tables() if t.name == "calibration")
    misses = [row for row in every.rows if row[-1].text.startswith("不符")]
    assert f"，{len(misses)}项不符" in text
    assert len(next(t for t in document.tables() if t.name == "misses").rows) == len(misses)


def test_published_figures_have_three_figures(reports: dict[str, Document]) -> None:
    every = next(t for t in reports["zh"].tables() if t.name == "calibration")
    numbers = [n for row in every.rows for cell in row for n in cell.numbers]
    assert any(n.text.endswith("%") for n in numbers)
    for number in numbers:
        figures = re.sub(r"\D", "", number.text).strip("0")
        assert len(figures) <= 3 or abs(number.value) >= 1000, number


ENGLISH = re.compile(r"[A-Za-z]{2,}")
ALLOWED = re.compile(r"SHA-256|zsim(?: plan)?|[A-Z]{2,}\d+(?:-\d+)?")


def test_no_english_in_the_chinese_report(reports: dict[str, Document]) -> None:
    document = reports["zh"]
    for block in document.blocks:
        if isinstance(block, Table) and block.name == "reproduction":
            continue  # names of files and packages, hashes
        if isinstance(block, Paragraph) and block.role == "code":
            continue
        for text in block_texts(block):
            assert ENGLISH.findall(ALLOWED.sub("", text)) == [], text
    assert ENGLISH.findall(document.title) == []


def test_no_chinese_in_the_english_report(reports: dict[str, Document]) -> None:
    chinese = re.compile(r"[\u4e00-\u9fff]")
    assert [t for t in reports["en"].texts() if chinese.search(t)] == []
