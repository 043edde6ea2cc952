"""Outcomes of a study: scalar summaries of a run, computed from a variable of the results.

An outcome is written as the name of the variable, followed by optional labels and an optional aggregation
over months, for example ``jobs_driven_by_startups``, ``survival.operating.36`` (months) or
``pool_balance.guarantee_fund.min``. Dimensions without a label (such as legal forms or instruments) are
summed where a sum is meaningful. By default, stocks and totals are read at the end of the month ``at``, and
flows are summed up to the end of this month.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine.recorder import Outcome
from sim.policy.reading.names import names
from sim.policy.reading.yaml_reader import Report, Text
from sim.studies.execution.simulation import Model

Arrays = Mapping[str, npt.NDArray[Any]]

AGGREGATIONS: Final[dict[str, Callable[[npt.NDArray[Any]], Any]]] = {
    "min": np.min,
    "max": np.max,
    "sum": np.sum,
    "mean": np.mean,
    "last": lambda x: x[-1],
}
AGGREGATIONS_ZH: Final = {"min": "最低", "max": "最高", "sum": "合计", "mean": "平均", "last": "期末"}
PAIRED: Final = {
    "jobs_additional": ("persons", "期末企业内净增就业", "additional net jobs in firms at the end"),
    "job_years_net": ("job-years", "净增就业（人年）", "additional net job-years"),
    "job_years_displaced": ("job-years", "被挤出就业（人年）", "job-years displaced"),
    "spending_additional": ("yuan", "新增财政支出", "additional public spending"),
}
"""Outcomes that are defined only as differences from a reference, like the headlines of a comparison."""

DEFAULT_LABELS: Final = {"definition": 0, "clock": "operating", "form": "enterprise", "cohort": 2017}
"""Default labels of dimensions over which an outcome cannot be summed."""


@dataclass(frozen=True)
class StudyOutcome:
    """Outcome of a study.

    Attributes:
        name: name in the study file.
        unit: unit of its values.
        zh, en: Chinese and English names.
        source: variable of the results; for a paired outcome, a key of :data:`PAIRED`.
        picks: index or slice along each dimension other than the month.
        monthly: whether the first dimension of the variable is the month.
        aggregation: how months are aggregated, a key of :data:`AGGREGATIONS`.
        month: index of the last month that is included.
        paired: whether it is a difference from the reference.
    """

    name: str
    unit: str
    zh: str
    en: str
    source: str
    picks: tuple[int | slice, ...]
    monthly: bool
    aggregation: str
    month: int
    paired: bool = False

    def value(self, arrays: Arrays) -> float:
        """Return the value in one run; for a paired outcome, this is the level to be compared."""
        end = self.month + 1
        if self.paired:
            return _level(self.source, arrays, end)
        array = arrays[self.source]
        if not self.monthly:
            return float(np.sum(array[self.picks]))
        values = array[(slice(0, end), *self.picks)]
        values = values.reshape(len(values), -1).sum(axis=1)
        return float(AGGREGATIONS[self.aggregation](values))


def _level(name: str, arrays: Arrays, end: int) -> float:
    """Return the level of a paired outcome over the months before ``end``.

    The definitions are those of :func:`sim.studies.comparison.paired_comparison.by_replicate`. They are
    linear, so the difference of two levels equals the level of the difference.
    """
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


def read(node: Text, model: Model, month: int, report: Report) -> StudyOutcome | None:
    """Read an outcome of a study file.

    Args:
        node: name of the outcome in the file.
        model: model whose results contain the outcome.
        month: index of the last month to be included.
        report: receives a fault if there is no such outcome.

    Returns:
        the outcome, or None if it is invalid.
    """
    written = node.text.strip()
    source, *labels = written.split(".")
    available = {o.name: o for o in model.outcomes}
    if source in PAIRED and not labels:
        unit, zh, en = PAIRED[source]
        return StudyOutcome(written, unit, zh, en, source, (), True, "sum", month, paired=True)
    if source not in available:
        report.add(node, "unknown_outcome", names([*available, *PAIRED]), name=written)
        return None
    outcome = available[source]
    dims = [d for d in outcome.dims if d != "month"]
    monthly = "month" in outcome.dims
    picked: dict[str, int | slice] = {}
    suffix_zh = suffix_en = ""
    default = aggregation = {"flow": "sum"}.get(outcome.kind, "last")
    for label in labels:
        if monthly and label in AGGREGATIONS:
            aggregation = label
            continue
        position = _position(label, [d for d in dims if d not in picked], model)
        if position is None:
            among = [str(v) for d in dims for v in model.coordinates[d].values if d != "age"]
            allowed = [*among, *(AGGREGATIONS if monthly else ())]
            listed = ", ".join(allowed[:12]) or "-"
            report.add(node, "unknown_label", names(allowed), name=label, outcome=source, allowed=listed)
            return None
        dim, place = position
        picked[dim] = place
        zh, en = _titles(dim, place, model, label)
        suffix_zh, suffix_en = f"{suffix_zh} · {zh}", f"{suffix_en}, {en}"
    for dim in dims:
        if dim in picked:
            continue
        index = _default_index(dim, outcome, model)
        if index is None:
            some = ", ".join(str(v) for v in model.coordinates[dim].values[:12])
            report.add(node, "needs_label", name=written, dim=dim, allowed=some)
            return None
        picked[dim] = index
    if aggregation != default:
        suffix_zh, suffix_en = f"{suffix_zh} · {AGGREGATIONS_ZH[aggregation]}", f"{suffix_en}, {aggregation}"
    return StudyOutcome(
        written, outcome.unit, outcome.zh + suffix_zh, outcome.en + suffix_en, source,
        tuple(picked[d] for d in dims), monthly, aggregation, month)  # fmt: skip


def outcome_coordinates(outcomes: Sequence[StudyOutcome]) -> dict[str, Any]:
    """Return dataset coordinates for the dimension ``outcome``."""
    coordinates: dict[str, Any] = {"outcome": np.array([o.name for o in outcomes], dtype=np.str_)}
    for name, values in (
        ("zh", [o.zh for o in outcomes]),
        ("en", [o.en for o in outcomes]),
        ("unit", [o.unit for o in outcomes]),
    ):
        coordinates[f"outcome_{name}"] = ("outcome", np.array(values, dtype=np.str_))
    return coordinates


def _position(label: str, dims: list[str], model: Model) -> tuple[str, int] | None:
    """Return the dimension that contains a label and the index of the label, or None if there is none.

    Ages are labelled in months, starting at 1.
    """
    for dim in dims:
        values = list(model.coordinates[dim].values)
        if dim == "age":
            if label.isdigit() and 1 <= int(label) <= len(values):
                return dim, int(label) - 1
        elif label in map(str, values):
            return dim, list(map(str, values)).index(label)
    return None


def _default_index(dim: str, outcome: Outcome, model: Model) -> int | slice | None:
    values: list[object] = list(model.coordinates[dim].values)
    summable = outcome.unit not in ("share", "bool", "days", "ratio", "times") and outcome.kind != "mean"
    if dim == "definition":
        return 0
    if summable and dim not in ("target", "age", "cohort", "clock"):
        return slice(None)
    return values.index(DEFAULT_LABELS[dim]) if DEFAULT_LABELS.get(dim) in values else None


def _titles(dim: str, index: int, model: Model, label: str) -> tuple[str, str]:
    """Return the Chinese and English names of a label."""
    if dim == "age":
        return f"{label}个月", f"{label} months"
    coordinate = model.coordinates[dim]
    if coordinate.zh is None or coordinate.en is None:
        return label, label
    return coordinate.zh[index], coordinate.en[index]
