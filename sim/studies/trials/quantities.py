"""Quantities of a trial: its first-order outcomes and eligible firms, as declared in ``trials.yaml``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import yaml

from sim.engine import clock
from sim.engine.recorder import Outcome
from sim.policy.catalogue.catalogue import Instrument
from sim.studies.execution.results import Coordinate

Array = npt.NDArray[Any]
SEGMENTS: Final = ("G", "E", "T")
FALLBACK: Final = {"outcome": "firms", "eligible": "everyone"}


@dataclass(frozen=True)
class FirstOrderOutcome:
    """First-order outcome: a variable of the results, selected by labels and aggregated over the run.

    Attributes:
        name: declared name, followed by the instrument if the outcome refers to a single instrument.
        variable: variable of the results.
        index: index or slice along each dimension.
        over: aggregation over months: ``end``, ``total`` or ``mean``; empty for a variable without months.
        missing: value to use if no number was recorded.
        unit: unit of the variable.
        zh, en: Chinese and English names.
    """

    name: str
    variable: str
    index: tuple[int | slice, ...]
    over: str
    missing: float
    unit: str
    zh: str
    en: str

    def value(self, outcomes: Mapping[str, Array]) -> float:
        """Return the value of the outcome in a run."""
        values = np.asarray(outcomes[self.variable][self.index], dtype=np.float64)
        if not self.over:
            total = float(values.sum())
            return self.missing if np.isnan(total) else total
        if self.over == "mean":
            present = values[~np.isnan(values)]
            return float(present.mean()) if present.size else self.missing
        by_month = values.reshape(clock.MONTHS, -1).sum(axis=1)
        return float(by_month[-1] if self.over == "end" else by_month.sum())


@dataclass(frozen=True)
class Group:
    """Group of firms with given attributes; an attribute that is None does not restrict the group.

    Attributes:
        name, zh, en: declared identifier, and Chinese and English names.
        segment, kind, sector: admissible codes in the panel.
        since: earliest day of registration.
    """

    name: str
    zh: str
    en: str
    segment: tuple[int, ...] | None = None
    kind: tuple[int, ...] | None = None
    sector: tuple[int, ...] | None = None
    since: int | None = None

    def among(self, panel: Mapping[str, Array]) -> npt.NDArray[np.bool_]:
        """Return a mask of the firms of a panel that belong to the group."""
        fits = np.ones(len(panel["id"]), dtype=np.bool_)
        for column in ("segment", "kind", "sector"):
            if (codes := getattr(self, column)) is not None:
                fits &= np.isin(panel[column], codes)
        if self.since is not None:
            fits &= panel["registered"] >= self.since
        return fits


@dataclass(frozen=True)
class Trial:
    """Trial of an instrument or a measure.

    Attributes:
        id, zh, en: identifier and names of the instrument or measure.
        status: ``run``; ``no_addition`` if no lever changes when it is set back; ``not_acting`` if no
            submodel reads the levers that it would change.
        pays: indices of its instruments among those that pay public money.
        eligible: groups of eligible firms.
        first_order_outcomes: its first-order outcomes.
        treated: how its recipients are identified in observed data: ``paid`` or ``trained``.
        moved: yearly means of each lever that the trial changes, in both arms, with settings at central
            values.
    """

    id: str
    zh: str
    en: str
    status: str
    pays: tuple[int, ...]
    eligible: tuple[Group, ...]
    first_order_outcomes: tuple[FirstOrderOutcome, ...]
    treated: str
    moved: Mapping[str, tuple[tuple[float, ...], tuple[float, ...]]]


@cache
def declared() -> dict[str, Any]:
    """Return the contents of ``trials.yaml``."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with Path(__file__).with_name("trials.yaml").open(encoding="utf-8") as file:
        contents: dict[str, Any] = yaml.load(file, loader)
    return contents


def entry(instrument: Instrument) -> dict[str, str]:
    """Return the declaration for an instrument: its own entry, the entry of its submodel, or the default."""
    submodels = [move.lever.partition(".")[0] for setting in instrument.settings for move in setting.moves]
    of_submodel = declared()["submodels"].get(submodels[0], {}) if submodels else {}
    return {**FALLBACK, **of_submodel, **declared()["instruments"].get(instrument.id, {})}


def first_order_outcome(
    instrument: Instrument, outcomes: Sequence[Outcome], coordinates: Mapping[str, Coordinate]
) -> FirstOrderOutcome:
    """Return the first-order outcome of an instrument."""
    name = entry(instrument)["outcome"]
    facts = declared()["outcomes"][name]
    outcome = next(o for o in outcomes if o.name == facts["variable"])
    at = {dim: instrument.id if label == "self" else label for dim, label in facts.get("at", {}).items()}
    places: dict[str, int] = {dim: list(coordinates[dim].values).index(label) for dim, label in at.items()}
    over = {"stock": "end", "total": "end", "flow": "total", "mean": "mean"}.get(outcome.kind, "")
    labels: dict[str, list[str]] = {"zh": [outcome.zh], "en": [outcome.en]}
    for dim, place in places.items():
        for language, words in (("zh", coordinates[dim].zh), ("en", coordinates[dim].en)):
            labels[language].append(words[place] if words else str(at[dim]))
    own = f"{name}.{instrument.id}" if "self" in facts.get("at", {}).values() else name
    return FirstOrderOutcome(
        own,
        outcome.name,
        tuple(places.get(dim, slice(None)) for dim in outcome.dims),
        facts.get("over", over) if "month" in outcome.dims else "",
        float(facts.get("missing", np.nan)),
        outcome.unit,
        "：".join(labels["zh"]),
        ": ".join(labels["en"]),
    )


def group(name: str, coordinates: Mapping[str, Coordinate]) -> Group:
    """Return the group of firms that is declared under a name."""
    facts = dict(declared()["groups"][name])
    slugs = {"segment": list(SEGMENTS)}
    slugs |= {
        column: list(map(str, coordinates[dim].values))
        for column, dim in (("kind", "founder_kind"), ("sector", "sector"))
        if column in facts
    }
    for column in slugs.keys() & facts.keys():
        facts[column] = tuple(slugs[column].index(slug) for slug in facts[column])
    if "since" in facts:
        facts["since"] = clock.day(facts["since"])
    return Group(name, **facts)
