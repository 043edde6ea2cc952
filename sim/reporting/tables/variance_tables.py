"""Tables of a split: where the variance of each outcome comes from, and what each structure makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import xarray as xr

from sim.model.rule_variants import STRUCTURES
from sim.reporting.tables.tables import DataTable, Row
from sim.texts import language, say

ENDS: Final = ("", "_low", "_high")
SHARE: Final = ("share", "share_low", "share_high")
MEAN: Final = ("mean", "mean_low", "mean_high")


class Part(NamedTuple):
    """A line of a split: what it is called, and its share with the ends of its interval."""

    name: str
    label: str
    share: tuple[float, float, float]


def parts(one: xr.Dataset) -> Iterator[Part]:
    """The lines of one outcome: luck; parameters, of them what is guessed; structure, each rule by itself."""
    for name in map(str, one.part.values):
        part = one.sel(part=name)
        yield Part(name, str(part[f"part_{language()}"].values), _ends(part, "share"))
        if name == "parameters":
            label = say("study.of_which", name=say("study.guessed"))
            yield Part("guessed", label, _ends(one, "guessed"))
    for i in range(one.sizes["factor"]):
        factor = one.isel(factor=i)
        label = say("study.of_which", name=str(factor[f"factor_{language()}"].values))
        yield Part(str(factor.factor.values), label, _ends(factor, "rule"))


def _ends(one: xr.Dataset, name: str) -> tuple[float, float, float]:
    value, low, high = (float(one[name + end]) for end in ENDS)
    return value, low, high


def tables(found: xr.Dataset) -> Iterable[DataTable]:
    """Two tables an outcome: the shares, and the means under each structure."""
    study = str(found.attrs["name"])
    title = str(found.attrs[f"title_{language()}"])
    for outcome in map(str, found.outcome.values):
        one = found.sel(outcome=outcome)
        called = {"study": title, "outcome": str(one[f"outcome_{language()}"].values)}
        reason = str(one.reason.values)
        remark = say(f"reason.{reason}") if reason else ""
        unit = str(one.outcome_unit.values)
        unit = "share" if unit == "bool" else unit
        rows = [
            Row(p.name, p.label, "share", dict(zip(SHARE, p.share, strict=True)), remark) for p in parts(one)
        ]
        sizes = {"points": found.sizes["point"], "sets": found.sizes["set"], "random": found.sizes["random"]}
        note = say("study.variance_decomposition", **sizes)
        heads = dict(zip(SHARE, map(say, ("column.share", "column.low", "column.high")), strict=True))
        yield DataTable(outcome, study, say("study.parts", **called), SHARE, tuple(rows), (note,), heads)
        ways = [
            Row(str(i), way(found, i), unit, {name: float(one[name].values[i]) for name in MEAN})
            for i in range(found.sizes["point"])
        ]
        ways.append(Row("sd", say("study.sd"), unit, {"mean": float(one.sd)}))
        yield DataTable(f"{outcome} by structure", study, say("study.ways", **called), MEAN, tuple(ways))


def way(found: xr.Dataset, point: int) -> str:
    """A structure in words: what each rule goes by."""
    told = []
    for i, value in enumerate(found.design.values[point]):
        word = str(found.factor_categories.values[i]).split()[int(value)]
        rule = STRUCTURES.get(str(found.factor.values[i]).rpartition(".")[2])
        told.append(word if rule is None else rule.ways[word][language() != "zh"])
    return say("study.and").join(told)
