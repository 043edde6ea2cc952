"""Tables of a variance decomposition: components of each outcome's variance, and means by structure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import xarray as xr

from sim.model.rule_variants import STRUCTURES
from sim.reporting.counted_units import shown_unit
from sim.reporting.tables.data_table import DataTable, Row
from sim.texts import language, say

ENDS: Final = ("", "_low", "_high")
SHARE: Final = ("share", "share_low", "share_high")
MEAN: Final = ("mean", "mean_low", "mean_high")


class Part(NamedTuple):
    """A component of the variance, or a part of one.

    Attributes:
        name: name of the component, factor id of a rule, or ``guessed`` for the parameters with evidence of
            grade C or D.
        label: label in the current language.
        share: share of the total variance (or, for a part, of its component) and the ends of its interval.
    """

    name: str
    label: str
    share: tuple[float, float, float]


def parts(outcome: xr.Dataset) -> Iterator[Part]:
    """Yield the components of one outcome's variance, each followed by its parts."""
    for name in map(str, outcome.part.values):
        part = outcome.sel(part=name)
        yield Part(name, str(part[f"part_{language()}"].values), _interval(part, "share"))
        if name == "parameters":
            label = say("study.of_which", name=say("study.guessed"))
            yield Part("guessed", label, _interval(outcome, "guessed"))
    for i in range(outcome.sizes["factor"]):
        factor = outcome.isel(factor=i)
        label = say("study.of_which", name=str(factor[f"factor_{language()}"].values))
        yield Part(str(factor.factor.values), label, _interval(factor, "rule"))


def _interval(dataset: xr.Dataset, name: str) -> tuple[float, float, float]:
    value, low, high = (float(dataset[name + end]) for end in ENDS)
    return value, low, high


def tables(study: xr.Dataset) -> Iterable[DataTable]:
    """Yield two tables for each outcome: shares of its variance, and its mean under each structure."""
    name, title = str(study.attrs["name"]), str(study.attrs[f"title_{language()}"])
    for id_ in map(str, study.outcome.values):
        outcome = study.sel(outcome=id_)
        texts = {"study": title, "outcome": str(outcome[f"outcome_{language()}"].values)}
        yield _share_table(study, outcome, name, say("study.parts", **texts))
        yield _structure_table(study, outcome, name, say("study.ways", **texts))


def _share_table(study: xr.Dataset, outcome: xr.Dataset, name: str, title: str) -> DataTable:
    reason = str(outcome.reason.values)
    remark = say(f"reason.{reason}") if reason else ""
    rows = tuple(
        Row(part.name, part.label, "share", dict(zip(SHARE, part.share, strict=True)), remark)
        for part in parts(outcome)
    )
    sizes = {"points": study.sizes["point"], "sets": study.sizes["set"], "random": study.sizes["random"]}
    note = say("study.variance_decomposition", **sizes)
    heads = dict(zip(SHARE, map(say, ("column.share", "column.low", "column.high")), strict=True))
    return DataTable(str(outcome.outcome.values), name, title, SHARE, rows, (note,), heads)


def _structure_table(study: xr.Dataset, outcome: xr.Dataset, name: str, title: str) -> DataTable:
    unit = shown_unit(str(outcome.outcome_unit.values), str(outcome.outcome.values))
    rows = [
        Row(str(i), structure_label(study, i), unit, {mean: float(outcome[mean].values[i]) for mean in MEAN})
        for i in range(study.sizes["point"])
    ]
    rows.append(Row("sd", say("study.sd"), unit, {"mean": float(outcome.sd)}))
    return DataTable(f"{outcome.outcome.values} by structure", name, title, MEAN, tuple(rows))


def structure_label(study: xr.Dataset, point: int) -> str:
    """Return the label of a structure: the variant chosen for each of its rules."""
    labels = []
    for i, value in enumerate(study.design.values[point]):
        form = str(study.factor_categories.values[i]).split()[int(value)]
        rule = STRUCTURES.get(str(study.factor.values[i]).rpartition(".")[2])
        labels.append(form if rule is None else rule.ways[form][language() != "zh"])
    return say("study.and").join(labels)
