"""Fits, predictions and what the city's own figures change, as tables in the language in use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import xarray as xr

from calibration.analysis import predictions as validation
from calibration.analysis import value_of_information as value
from calibration.analysis.city_update import Changed
from calibration.analysis.predictions import Beside
from calibration.figures.definitions import ASKED, FIGURES, HEADLINES, OBSERVED, Figure
from calibration.figures.published import holdout, targets
from calibration.fit import pipeline as posterior
from calibration.fit import recovery
from calibration.fit.parameters import identified_below
from sim.reporting.tables.tables import DataTable, Row
from sim.texts import language, say

MOST: Final = 5
"""Missing figures told of a headline."""


def _named(one: Any) -> str:
    """The name of something with ``zh`` and ``en``."""
    return str(one.zh if language() == "zh" else one.en)


def _table(name: str, columns: Sequence[str], rows: Sequence[Row], notes: Sequence[str] = ()) -> DataTable:
    headings = {column: say(f"calibrate.{column}") for column in columns}
    return DataTable(
        name,
        "as_enacted",
        say(f"calibrate.table_{name}"),
        tuple(columns),
        tuple(rows),
        tuple(notes),
        headings,
    )


def known_figures() -> list[DataTable]:
    """Figures that ``--evidence`` takes, with what is published of them."""
    published = {one.id: one for one in (*targets(), *holdout())}
    rows = []
    for id_, figure in {**OBSERVED, **ASKED}.items():
        one = published.get(id_)
        numbers = {"published": one.value, "tolerance": one.tolerance} if one else {}
        rows.append(Row(id_, id_, figure.unit, numbers, word=_named(figure)))
    return [_table("known", ("published", "tolerance"), rows)]


def fit_tables(found: xr.Dataset) -> list[DataTable]:
    """Parameters, recovery, emulator, what headlines rest on, which missing figure is worth most."""
    tables = [parameters(found), recovered(found), emulated(found)]
    plan = posterior.plan_of(found)
    drawn = value.drawn(plan.priors, plan.values(found.design.values.astype(np.float64)), plan.seed)
    came = found.figures.sel(figure=list(FIGURES)).values.astype(np.float64)
    tables += [_split(value.split(drawn, came)), _worth(value.worth(drawn, came, targets(), MOST))]
    return [table for table in tables if table.rows]


def parameters(found: xr.Dataset) -> DataTable:
    """Prior and posterior of each fitted parameter."""
    rows = []
    for prior in posterior.plan_of(found).priors:
        of = found.sel(parameter=prior.id)
        low, median, high = np.percentile(of.draws.values, (5, 50, 95))
        numbers = {
            "prior_low": prior.low, "prior_mode": prior.mode, "prior_high": prior.high,
            "p5": low, "median": median, "p95": high, "narrowed": float(of.narrowed)}  # fmt: skip
        word = say("calibrate.identified" if bool(of.identified) else "calibrate.not_identified")
        rows.append(Row(prior.id, _named(prior), prior.unit, numbers, word=word))
    columns = ("prior_low", "prior_mode", "prior_high", "p5", "median", "p95", "narrowed")
    number = int(found.identified.sum())
    rule = say("calibrate.rule", below=f"{identified_below():g}", number=number, parameters=len(rows))
    return _table("parameters", columns, rows, [rule])


def recovered(found: xr.Dataset) -> DataTable:
    """How often refits of known parameters held the truth, and whether that is inside its band."""
    tests = found.sizes["parameter"] * len(recovery.LEVELS)
    refits = found.sizes["refit"]
    bands = {level: recovery.band(refits, level, tests) for level in recovery.LEVELS}
    rows = []
    for prior in posterior.plan_of(found).priors:
        of = found.sel(parameter=prior.id)
        numbers = {"expected_narrowed": float(of.refit_narrowed.median())}
        good = True
        for level in recovery.LEVELS:
            share = float(recovery.inside(of["rank"].values, level).mean())
            numbers[f"covered_{level * 100:.0f}"] = share
            good &= bands[level][0] <= share <= bands[level][1]
        word = say("calibrate.in_band" if good else "calibrate.out_of_band")
        rows.append(Row(prior.id, _named(prior), "1", numbers, word=word))
    notes = [
        say("calibrate.band", level=f"{level:.0%}", low=f"{low:.0%}", high=f"{high:.0%}", refits=refits)
        for level, (low, high) in bands.items()
    ]
    return _table("recovery", ("expected_narrowed", "covered_50", "covered_90"), rows, notes)


def emulated(found: xr.Dataset) -> DataTable:
    """How well the emulator knows each fitted figure."""
    off = validation.emulator_off(found)
    rows = []
    for one in targets():
        of = found.sel(figure=one.id)
        mean, spread = off[one.id]
        numbers = {
            "explained": float(of.explained), "process_error": float(of.process_error),
            "off_mean": mean, "off_spread": spread}  # fmt: skip
        rows.append(Row(one.id, _named(one.figure), "1", numbers))
    return _table(
        "emulator",
        ("explained", "process_error", "off_mean", "off_spread"),
        rows,
        [say("calibrate.emulator_note")],
    )


def _split(shares: dict[str, dict[str, float]]) -> DataTable:
    rows = [Row(name, _named(HEADLINES[name]), "share", dict(parts)) for name, parts in shares.items()]
    return _table("split", ("A", "B", "C", "D", value.LUCK), rows, [say("calibrate.split_note")])


def _worth(found: dict[str, list[value.Worth]]) -> DataTable:
    rows = [
        Row(f"{name}.{one.what.id}", f"{_named(HEADLINES[name])} ← {_named(one.what)}", "share", {"would_narrow": one.narrowed},
            word=say(f"calibrate.kind_{one.what.kind}"))
        for name, those in found.items()
        for one in those
    ]  # fmt: skip
    return _table("worth", ("would_narrow",), rows, [say("calibrate.worth_note")])


def fit_notes(found: xr.Dataset) -> list[str]:
    """How the fit was made, and whether the sampler may be believed."""
    a = found.attrs
    lines = [
        say("calibrate.made", runs=f"{a['runs']:,}", scale=f"{a['scale']:g}", seed=a["seed"], model=a["model"],
            check=found.sizes["check"], refits=found.sizes["refit"], seconds=f"{a['run_seconds']:,.0f}"),
        say("calibrate.sampler", steps=f"{a['steps']:,}", tau=f"{a['autocorrelation']:.0f}",
            independent=f"{a['independent_draws']:,.0f}", accepted=f"{a['accepted']:.0%}", split=f"{a['split']:.3f}"),
    ]  # fmt: skip
    if int(a["degree"]) < 2:
        lines.append(say("calibrate.quick"))
    return lines


def validation_tables(rows: Sequence[Beside]) -> list[DataTable]:
    """Figures that were fitted, then those that were not."""
    columns = ("published", "tolerance", "before", "p5", "p25", "median", "p75", "p95")
    tables = []
    for name, fitted in (("fitted", True), ("held_out", False)):
        told = [
            Row(
                row.published.id, _named(row.published.figure), row.published.figure.unit,
                {
                    "published": row.published.value, "tolerance": row.published.tolerance, "before": row.prior[1],
                    **dict(zip(("p5", "p25", "median", "p75", "p95"), row.model.tolist(), strict=True)),
                },
                word=say(f"calibrate.{row.verdict}"))
            for row in rows
            if row.fitted == fitted
        ]  # fmt: skip
        tables.append(_table(name, columns, told))
    return tables


def validation_notes(found: xr.Dataset, rows: Sequence[Beside]) -> list[str]:
    """Coverage, fitted and unfitted apart."""
    lines = []
    for key, fitted in (("coverage_fitted", True), ("coverage_held_out", False)):
        those = [row for row in rows if row.fitted == fitted]
        count = {
            f"{kind}{level}": sum(row.held(level, whole=kind == "whole") for row in those)
            for kind in ("model", "whole")
            for level in (50, 90)
        }
        misses = sum(row.verdict == "miss" for row in those)
        lines.append(say(f"calibrate.{key}", number=len(those), misses=misses, **count))
    return [
        *lines,
        say("calibrate.validation_note", check=found.sizes["check"], scale=f"{found.attrs['scale']:g}"),
    ]


def own_tables(found: xr.Dataset, changed: Changed) -> list[DataTable]:
    """What the city's figures changed: were they expected, which parameters moved, which headlines narrowed."""
    expected = [
        Row(one.id, _named(one.figure), one.figure.unit,
            {"value": one.value, "tolerance": one.tolerance, "expected": mean, "expected_sd": spread,
             "surprise": (one.value - mean) / spread},
            word=say("calibrate.surprising" if abs(one.value - mean) > 3 * spread else "calibrate.as_expected"))
        for one, (mean, spread) in zip(changed.figures, changed.expected.tolist(), strict=True)
    ]  # fmt: skip
    names = {prior.id: prior for prior in posterior.plan_of(found).priors}
    moved = [
        Row(id_, _named(names[id_]), names[id_].unit, _moved(changed.before[:, k], changed.after[:, k]))
        for k, id_ in enumerate(changed.parameters)
    ]
    heads: dict[str, Figure] = dict(HEADLINES)
    told = [
        Row(
            id_,
            _named(figure),
            figure.unit,
            _moved(changed.headlines_before[:, k], changed.headlines_after[:, k]),
        )
        for k, (id_, figure) in enumerate(heads.items())
    ]
    columns = ("before", "before_sd", "after", "after_sd", "narrower")
    return [
        _table("own", ("value", "tolerance", "expected", "expected_sd", "surprise"), expected),
        _table("own_parameters", columns, moved),
        _table("own_headlines", columns, told),
    ]


def own_notes() -> list[str]:
    """What to read with care."""
    return [say("calibrate.own_note")]


def _moved(before: Any, after: Any) -> dict[str, float]:
    spread = float(before.std())
    return {
        "before": float(before.mean()), "before_sd": spread,
        "after": float(after.mean()), "after_sd": float(after.std()),
        "narrower": 1 - float(after.std()) / spread if spread else 0.0,
    }  # fmt: skip
