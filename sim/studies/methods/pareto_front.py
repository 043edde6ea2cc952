"""Pareto front of a search (:mod:`sim.studies.methods.search`), as a dataset and as sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import xarray as xr

from sim import texts
from sim.studies.methods.interface import Bools, Factor, Floats, Label, labelled, unit_coordinate, variable


class Objective(NamedTuple):
    """Outcome, given by its index, to be maximised if ``more`` is true and minimised otherwise."""

    label: Label
    outcome: int
    more: bool = True


class Limit(NamedTuple):
    """Outcome, given by its index, whose mean must not exceed a value, such as public spending."""

    label: Label
    outcome: int
    at_most: float


@dataclass(frozen=True)
class Front:
    """Pareto front: non-dominated settings, ordered by the first objective from best to worst.

    Attributes:
        factors, objectives, limit: specification of the search.
        settings: (point, factor) settings on the front.
        value, se: (point, objective) mean over replicates and its standard error, from the re-run with new
            replicates if there was one.
        current: (objective) mean under the current policy; NaN if it is not given.
        gain, gain_low, gain_high: (point, objective) mean of the paired difference from the current policy,
            with its 95% interval.
        limited, within: (point) mean of the limited outcome, and share of replicates within the limit; NaN if
            there is no limit.
        stays: (point) share of resampled replicates in which the point is on the front.
        confirmed: whether the values come from replicates that the search did not use.
        dropped: number of points that were dropped from the front after the re-run with new replicates.
        evaluated: number of points evaluated in the search.
        replicates: number of replicates over which the values are averaged.
        all_settings, all_values: (evaluated, factor) and (evaluated, objective): all points of the search.
        all_feasible: (evaluated) whether the point is within the limit.
    """

    factors: tuple[Factor, ...]
    objectives: tuple[Objective, ...]
    limit: Limit | None
    settings: Floats
    value: Floats
    se: Floats
    current: Floats
    gain: Floats
    gain_low: Floats
    gain_high: Floats
    limited: Floats
    within: Floats
    stays: Floats
    confirmed: bool
    dropped: int
    evaluated: int
    replicates: int
    all_settings: Floats
    all_values: Floats
    all_feasible: Bools

    def sentences(self, language: str) -> list[str]:
        """State the size of the front, and the best setting for each objective."""
        fields: dict[str, object] = {"points": len(self.settings), "asked": self.evaluated}
        if not len(self.settings):
            return [texts.in_language(language, "search.none", **fields)]
        sentences = [texts.in_language(language, "search.front", **fields)]
        if self.confirmed:
            sentences.append(
                texts.in_language(
                    language, "search.confirmed", fallen=self.dropped, replicates=self.replicates
                )
            )
        for k, objective in enumerate(self.objectives):
            i = int(np.argmax(self.value[:, k] * (1 if objective.more else -1)))
            pairs = zip(self.factors, self.settings[i], strict=True)
            parts = [
                texts.in_language(
                    language, "threshold.setting", factor=f.title(language), value=f.format(v, language)
                )
                for f, v in pairs
            ]
            values = [self._value(i, n, language) for n in range(len(self.objectives))]
            title = objective.label.title(language)
            if self.gain_high.size and (self._largest_gain(k) < 0).all():
                sentences.append(texts.in_language(language, "search.none_better", objective=title))
            comma = texts.in_language(language, "threshold.comma")
            best = {"objective": title, "settings": comma.join(parts), "numbers": comma.join(values)}
            sentences.append(texts.in_language(language, "search.best", point=i + 1, **best))
        return sentences

    def _largest_gain(self, objective: int) -> Floats:
        """Return the upper limit of the 95% interval of the improvement in an objective, by point."""
        if self.objectives[objective].more:
            return np.asarray(self.gain_high[:, objective])
        return np.asarray(-self.gain_low[:, objective])

    def _value(self, point: int, objective: int, language: str) -> str:
        """Format an objective at a point, with its difference from the current policy if this is known."""
        label = self.objectives[objective].label
        value = label.unit.format(self.value[point, objective], language)
        fields = {"name": label.title(language), "value": value}
        ends = [each[point, objective] for each in (self.gain, self.gain_low, self.gain_high)]
        if np.isnan(ends).any():
            return texts.in_language(language, "search.number", **fields)
        gain, low, high = (label.unit.format(end, language) for end in ends)
        key = "search.gain" if ends[1] > 0 or ends[2] < 0 else "search.no_gain"
        return texts.in_language(language, key, gain=gain, low=low, high=high, **fields)

    def dataset(self) -> xr.Dataset:
        """Return a dataset over points on the front, evaluated points, factors and objectives."""
        data: dict[str, Any] = {
            name: variable(dims, getattr(self, attribute), unit, zh, en)
            for name, attribute, dims, unit, zh, en in VARIABLES
        }
        objectives = [o.label for o in self.objectives]
        coordinates = labelled("factor", self.factors) | labelled("objective", objectives)
        coordinates |= {"point": np.arange(len(self.settings)), "evaluation": np.arange(self.evaluated)}
        coordinates["factor_unit"] = unit_coordinate("factor", self.factors)
        coordinates["objective_unit"] = unit_coordinate("objective", objectives)
        coordinates["more_is_better"] = ("objective", np.array([o.more for o in self.objectives]))
        attributes = {
            "confirmed": int(self.confirmed),
            "dropped": self.dropped,
            "evaluated": self.evaluated,
            "replicates": self.replicates,
            "limit": "" if self.limit is None else self.limit.label.name,
            "at_most": np.inf if self.limit is None else self.limit.at_most,
        }
        return xr.Dataset(data, coordinates, attributes)


POINT: Final = ("point",)
VARIABLES: Final = (
    ("setting", "settings", ("point", "factor"), "as the factor", "取值", "setting"),
    ("value", "value", ("point", "objective"), "as the objective", "目标值", "objective"),
    ("se", "se", ("point", "objective"), "as the objective", "标准误", "standard error"),
    ("current", "current", ("objective",), "as the objective", "现行方案", "current policy"),
    (
        "gain",
        "gain",
        ("point", "objective"),
        "as the objective",
        "与现行方案之差",
        "gain over current policy",
    ),
    ("gain_low", "gain_low", ("point", "objective"), "as the objective", "差的下限", "gain, low"),
    ("gain_high", "gain_high", ("point", "objective"), "as the objective", "差的上限", "gain, high"),
    ("limited", "limited", POINT, "as the limit", "设限结果", "limited outcome"),
    ("within", "within", POINT, "1", "未超限额的重复占比", "share of replicates within the limit"),
    ("stays", "stays", POINT, "1", "重抽样后仍在前沿的比例", "share of resamples on the front"),
    ("all_settings", "all_settings", ("evaluation", "factor"), "as the factor", "全部取值", "all settings"),
    ("all_values", "all_values", ("evaluation", "objective"), "as the objective", "全部目标值", "all values"),
    ("all_feasible", "all_feasible", ("evaluation",), "1", "是否未超限额（全部）", "within the limit, all"),
)
