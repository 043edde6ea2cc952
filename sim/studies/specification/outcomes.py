"""The outcomes that a study asks for: one number of a run each, named as people would.

``jobs_driven_by_startups``, ``target_met.T7``, ``survival.operating.36`` (months),
``pool_balance.guarantee_fund.min``, ``public_spending``: a variable of the results, labels of its
dimensions, and how the months are read. Without a label: forms, instruments and the like are summed
where that means something; stocks and totals are read at ``at``, flows summed up to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine.recorder import Outcome
from sim.policy.reading.names import names
from sim.policy.reading.yaml_reader import Report, Text
from sim.studies.run import Model

Arrays = Mapping[str, npt.NDArray[Any]]

READINGS: Final[dict[str, Callable[[npt.NDArray[Any]], Any]]] = {
    "min": np.min,
    "max": np.max,
    "sum": np.sum,
    "mean": np.mean,
    "last": lambda x: x[-1],
}
READ: Final = {"min": "最低", "max": "最高", "sum": "合计", "mean": "平均", "last": "期末"}
PAIRED: Final = {
    "jobs_additional": ("persons", "期末企业内净增就业", "net jobs in firms at the end, added"),
    "job_years_net": ("job-years", "净增就业（人年）", "net job-years added"),
    "job_years_displaced": ("job-years", "被挤出就业（人年）", "job-years displaced"),
    "spending_additional": ("yuan", "新增财政支出", "additional public spending"),
}
"""What only a difference from a reference can be; as in a comparison's headlines."""

USUAL: Final = {"definition": 0, "clock": "operating", "form": "enterprise", "cohort": 2017}
"""What is meant where a share's label is not given."""


@dataclass(frozen=True)
class Wanted:
    """One outcome of a study.

    Attributes:
        name: as the study writes it.
        unit, zh, en: what it is.
        source: the variable of the results it is read from; its own name for a paired one.
        picks: an index or everything, for every dimension after the month.
        monthly: whether its first dimension is the month.
        reading: how months are read.
        month: up to which.
        paired: whether it is a difference from the reference.
    """

    name: str
    unit: str
    zh: str
    en: str
    source: str
    picks: tuple[int | slice, ...]
    monthly: bool
    reading: str
    month: int
    paired: bool = False

    def of(self, arrays: Arrays) -> float:
        """Its number in one run; of a paired one, what is to be subtracted."""
        end = self.month + 1
        if self.paired:
            return _level(self.source, arrays, end)
        array = arrays[self.source]
        if not self.monthly:
            return float(np.sum(array[self.picks]))
        values = array[(slice(0, end), *self.picks)]
        values = values.reshape(len(values), -1).sum(axis=1)
        return float(READINGS[self.reading](values))


def _level(name: str, arrays: Arrays, end: int) -> float:
    """See :func:`sim.studies.comparison.paired_comparison.by_replicate`: its numbers are linear, so they subtract."""
    displaced = arrays["jobs_displaced"][:end]
    net = arrays["jobs_universe"][:end] - displaced
    if name == "jobs_additional":
        return float(net[-1])
    if name == "job_years_net":
        return float(net.sum() / 12)
    if name == "job_years_displaced":
        return float(displaced.sum() / 12)
    returned = arrays["public_returns"][:end].sum() if "public_returns" in arrays else 0.0
    return float(arrays["public_spending"][:end].sum() - returned)


def read(node: Text, model: Model, month: int, report: Report) -> Wanted | None:
    """The outcome that a study names, or None after a fault."""
    written = node.text.strip()
    source, *labels = written.split(".")
    known = {o.name: o for o in model.outcomes}
    if source in PAIRED and not labels:
        unit, zh, en = PAIRED[source]
        return Wanted(written, unit, zh, en, source, (), True, "sum", month, paired=True)
    if source not in known:
        report.add(node, "unknown_outcome", names([*known, *PAIRED]), name=written)
        return None
    outcome = known[source]
    dims = [d for d in outcome.dims if d != "month"]
    monthly = "month" in outcome.dims
    picked: dict[str, int | slice] = {}
    words: dict[str, str] = {}
    reading = {"flow": "sum"}.get(outcome.kind, "last")
    for label in labels:
        if monthly and label in READINGS:
            reading = label
            continue
        place = _place(label, [d for d in dims if d not in picked], model)
        if place is None:
            among = [str(v) for d in dims for v in model.coordinates[d].values if d != "age"]
            allowed = [*among, *(READINGS if monthly else ())]
            listed = ", ".join(allowed[:12]) or "-"
            report.add(node, "unknown_label", names(allowed), name=label, outcome=source, allowed=listed)
            return None
        picked[place[0]] = place[1]
        words[place[0]] = label
    for dim in dims:
        if dim in picked:
            continue
        usual = _usual(dim, outcome, model)
        if usual is None:
            some = ", ".join(str(v) for v in model.coordinates[dim].values[:12])
            report.add(node, "needs_label", name=written, dim=dim, allowed=some)
            return None
        picked[dim] = usual
    said = "".join(f" · {_said(dim, picked[dim], model, word)[0]}" for dim, word in words.items())
    told = "".join(f", {_said(dim, picked[dim], model, word)[1]}" for dim, word in words.items())
    if reading not in ({"flow": "sum"}.get(outcome.kind, "last"),):
        said, told = f"{said} · {READ[reading]}", f"{told}, {reading}"
    return Wanted(
        written, outcome.unit, outcome.zh + said, outcome.en + told, source,
        tuple(picked[d] for d in dims), monthly, reading, month)  # fmt: skip


def _place(label: str, dims: list[str], model: Model) -> tuple[str, int] | None:
    """The dimension that has a label, and where; months of age count from 1."""
    for dim in dims:
        values = list(model.coordinates[dim].values)
        if dim == "age":
            if label.isdigit() and 1 <= int(label) <= len(values):
                return dim, int(label) - 1
        elif label in map(str, values):
            return dim, list(map(str, values)).index(label)
    return None


def _usual(dim: str, outcome: Outcome, model: Model) -> int | slice | None:
    values: list[object] = list(model.coordinates[dim].values)
    summable = outcome.unit not in ("share", "bool", "days", "ratio", "times") and outcome.kind != "mean"
    if dim == "definition":
        return 0
    if summable and dim not in ("target", "age", "cohort", "clock"):
        return slice(None)
    return values.index(USUAL[dim]) if USUAL.get(dim) in values else None


def _said(dim: str, index: int | slice, model: Model, label: str) -> tuple[str, str]:
    if dim == "age":
        return f"{label}个月", f"{label} months"
    coordinate = model.coordinates[dim]
    if coordinate.zh is None or coordinate.en is None or not isinstance(index, int):
        return label, label
    return coordinate.zh[index], coordinate.en[index]
