"""What a trial looks at first, and whom it calls eligible, as ``trials.yaml`` declares it."""

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
class Yardstick:
    """A number of a run: a variable of the results at some labels, over the run.

    Attributes:
        name: as declared; with the instrument where it is that instrument's own.
        variable: of the results.
        index: what is taken of it, a number or all along each dimension.
        over: ``end``, ``total`` or ``mean`` of the months; empty where there are no months.
        missing: its value where a mean of nothing was recorded.
        unit, zh, en: for people.
    """

    name: str
    variable: str
    index: tuple[int | slice, ...]
    over: str
    missing: float
    unit: str
    zh: str
    en: str

    def of(self, outcomes: Mapping[str, Array]) -> float:
        """Its value in a history."""
        values = np.asarray(outcomes[self.variable][self.index], dtype=np.float64)
        if not self.over:
            total = float(values.sum())
            return self.missing if np.isnan(total) else total
        if self.over == "mean":
            there = values[~np.isnan(values)]
            return float(there.mean()) if there.size else self.missing
        by_month = values.reshape(clock.MONTHS, -1).sum(axis=1)
        return float(by_month[-1] if self.over == "end" else by_month.sum())


@dataclass(frozen=True)
class Group:
    """Firms that a description fits; a missing part fits all.

    Attributes:
        name, zh, en: as declared.
        segment, kind, sector: numbers of the panel.
        since: registered on this day of the clock or later.
    """

    name: str
    zh: str
    en: str
    segment: tuple[int, ...] | None = None
    kind: tuple[int, ...] | None = None
    sector: tuple[int, ...] | None = None
    since: int | None = None

    def among(self, panel: Mapping[str, Array]) -> npt.NDArray[np.bool_]:
        """Which firms of a panel these are."""
        fits = np.ones(len(panel["id"]), dtype=np.bool_)
        for column in ("segment", "kind", "sector"):
            if (wanted := getattr(self, column)) is not None:
                fits &= np.isin(panel[column], wanted)
        if self.since is not None:
            fits &= panel["registered"] >= self.since
        return fits


@cache
def declared() -> dict[str, Any]:
    """The file as it stands."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with Path(__file__).with_name("trials.yaml").open(encoding="utf-8") as file:
        found: dict[str, Any] = yaml.load(file, loader)
    return found


def entry(instrument: Instrument) -> dict[str, str]:
    """What is declared of an instrument: its own, else its room's, else the same for all."""
    rooms = [move.lever.partition(".")[0] for setting in instrument.settings for move in setting.moves]
    room = declared()["rooms"].get(rooms[0], {}) if rooms else {}
    return {**FALLBACK, **room, **declared()["instruments"].get(instrument.id, {})}


def yardstick(
    instrument: Instrument, outcomes: Sequence[Outcome], coordinates: Mapping[str, Coordinate]
) -> Yardstick:
    """The first-order outcome of an instrument."""
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
    return Yardstick(
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
    """A group by its name."""
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
