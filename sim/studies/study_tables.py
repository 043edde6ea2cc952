"""What a study says, as tables: one an outcome, with the error beside every number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import xarray as xr

from sim.studies import found_tables, split_tables
from sim.studies.layout import LARGE
from sim.studies.tables import Row, Table
from sim.studies.varied import Floats
from sim.studies.wanted import PAIRED
from sim.words import language, say

MEANS: Final = ("mean", "mean_low", "mean_high")
QUANTILES: Final = ("p5", "median", "p95")
DIFFERENCE: Final = ("difference", "difference_low", "difference_high")
FIRST: Final = ("first", "first_low", "first_high")
TOTAL: Final = ("total", "total_low", "total_high")
EFFECT: Final = ("effect", "effect_low", "effect_high", "effect_mean", "effect_spread")


def tables(found: xr.Dataset) -> list[Table]:
    """The tables of a study's dataset."""
    kind = found.attrs["kind"]
    own = {
        "sweep": _points, "ensemble": _spread, "morris": _effects, "sobol": _indices,
        "split": split_tables.tables}  # fmt: skip
    made = own[kind](found) if kind in own else found_tables.tables(found)
    return [table for table in made if table.rows]


def carried(found: xr.Dataset) -> list[str]:
    """Which uncertainty the numbers carry."""
    attributes = found.attrs
    lived = attributes.get("replicates_lived", attributes["replicates"])
    scale = f"{float(attributes['scale']):g}"
    said = [line for line in str(attributes.get(f"said_{language()}", "")).splitlines() if line]
    return [*said, say(f"study.carries_{attributes['uncertainty']}", replicates=lived, scale=scale)]


def _points(found: xr.Dataset) -> Iterable[Table]:
    """A row a point."""
    for scenario in found.scenario.values:
        for outcome in found.outcome.values:
            one = found.sel(scenario=scenario, outcome=outcome)
            columns = _columns(one)
            rows = [
                Row(str(i), _point(found, i), _unit(one), _numbers(one.isel(point=i), columns))
                for i in range(found.sizes["point"])
            ]
            notes = _reasons([str(r) for r in one.reason.values])
            yield Table(
                str(outcome), str(scenario), _title(found, one, scenario), columns, tuple(rows), notes
            )


def _spread(found: xr.Dataset) -> Iterable[Table]:
    """A row a scenario."""
    for outcome in found.outcome.values:
        of = found.sel(outcome=outcome)
        rows, notes, columns = [], [], _columns(of)
        for scenario in found.scenario.values:
            one = of.sel(scenario=scenario)
            label = str(one[f"scenario_{language()}"].values)
            reason = str(one.reason.values)
            remark = say(f"reason.{reason}") if reason else ""
            rows.append(Row(str(scenario), label, _unit(one), _numbers(one, columns), remark))
            share, low, high = (float(one[f"luck_share{end}"]) for end in ("", "_low", "_high"))
            if not np.isnan(share):
                within = "" if np.isnan(low) else f" ({low:.0%} – {high:.0%})"
                notes.append(f"{label}: " + say("study.luck", share=f"{share:.0%}{within}"))
        title = _title(found, of, None)
        yield Table(str(outcome), str(found.attrs["name"]), title, columns, tuple(rows), tuple(notes))


def _indices(found: xr.Dataset) -> Iterable[Table]:
    """A row a factor, the largest total index first."""
    for outcome in found.outcome.values:
        one = found.sel(outcome=outcome)
        size = np.fmax(one.total.values, one.total_low.values)
        rows = [_renamed(row) for row in _ranked(one, (*FIRST, *TOTAL), size, "share")]
        columns = (*FIRST, "total_index", *TOTAL[1:])
        title = _title(found, one, None)
        yield Table(str(outcome), str(found.attrs["name"]), title, columns, tuple(rows), (_noise(one),))


def _effects(found: xr.Dataset) -> Iterable[Table]:
    """A row a factor, the largest effect first."""
    for outcome in found.outcome.values:
        one = found.sel(outcome=outcome)
        rows = _ranked(one, EFFECT, (one.effect_low + one.effect_high).values, _unit(one))
        floor = float(one.floor)
        told = "–" if np.isnan(floor) else f"{floor:,.4g} {_unit(one)}"
        notes = (say("study.floor", floor=told), _noise(one))
        title = _title(found, one, None)
        heads = {"effect": say("column.effect_size")}
        name = str(found.attrs["name"])
        yield Table(str(outcome), name, title, EFFECT, tuple(rows), notes, heads)


def _ranked(one: xr.Dataset, columns: tuple[str, ...], size: Floats, unit: str) -> list[Row]:
    rows = []
    for i in np.argsort(-np.nan_to_num(size, nan=-np.inf), kind="stable"):
        factor = one.isel(factor=int(i))
        reason = str(factor.reason.values)
        label = f"{factor[f'factor_{language()}'].values} ({factor.factor.values})"
        remark = say(f"reason.{reason}") if reason else ""
        rows.append(Row(str(factor.factor.values), label, unit, _numbers(factor, columns), remark))
    return rows


def _renamed(row: Row) -> Row:
    """``total`` is a sum of money in other tables."""
    numbers = {("total_index" if k == "total" else k): v for k, v in row.numbers.items()}
    return Row(row.name, row.label, row.unit, numbers, row.remark)


def _columns(found: xr.Dataset) -> tuple[str, ...]:
    only_a_difference = str(found.outcome.values) in PAIRED
    wanted = (*(() if only_a_difference else MEANS), *QUANTILES, *DIFFERENCE)
    return tuple(name for name in wanted if name in found and found[name].notnull().any())


def _numbers(one: xr.Dataset, columns: tuple[str, ...]) -> dict[str, float]:
    return {name: float(one[name]) for name in columns}


def _point(found: xr.Dataset, number: int) -> str:
    values = found.design.isel(point=number).values
    factors = [found.isel(factor=j) for j in range(len(values))]
    pairs = zip(found.factor.values, values, factors, strict=True)
    return ", ".join(f"{name} = {told(float(v), factor)}" for name, v, factor in pairs) or say("study.point")


def told(value: float, factor: xr.Dataset) -> str:
    """A value of one factor of a study as people write it: a word, or a number with its unit."""
    words = str(factor.factor_words.values).split() if "factor_words" in factor.coords else []
    return words[int(value)] if words else amount(value, str(factor.factor_unit.values))


def amount(value: float, unit: str) -> str:
    """A number as people write it.

    >>> amount(0.015, "share a year"), amount(2e8, "yuan"), amount(20, "workdays")
    ('1.5%', '20,000 万元', '20')
    """
    if unit.startswith("share"):
        return f"{value * 100:.6g}%"
    if unit == "yuan" and abs(value) >= LARGE[language()]:
        return f"{value / LARGE[language()]:,.6g} {say('unit.large_yuan')}"
    return f"{value:,.6g}"


def _unit(one: xr.Dataset) -> str:
    unit = str(one.outcome_unit.values)
    return "share" if unit == "bool" else unit


def _title(found: xr.Dataset, one: xr.Dataset, scenario: str | None) -> str:
    words = {"study": found.attrs[f"title_{language()}"], "outcome": str(one[f"outcome_{language()}"].values)}
    if scenario is None:
        return say("study.table", **words)
    label = str(found[f"scenario_{language()}"].sel(scenario=scenario).values)
    return say("study.table_of", **words, scenario=label)


def _reasons(reasons: list[str]) -> tuple[str, ...]:
    return tuple(say(f"reason.{reason}") for reason in dict.fromkeys(reasons) if reason)


def _noise(one: xr.Dataset) -> str:
    def share(name: str) -> str:
        value = float(one[name])
        return "–" if np.isnan(value) else f"{value:.0%}"

    return say("study.noise", noise=share("noise_share"), luck=share("luck_share"))
