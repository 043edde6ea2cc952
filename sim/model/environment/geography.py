"""Districts, sectors and kinds of founder, read from ``data/districts.yaml``."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import yaml

from sim.model.environment.parameters import CLUSTER_PULL

Market = Literal["tradable", "mixed", "local", "farm"]


@dataclass(frozen=True)
class Labelled:
    """A slug with its Chinese and English names."""

    slug: str
    zh: str
    en: str


@dataclass(frozen=True)
class District(Labelled):
    """A town, district or zone of the city.

    Attributes:
        clusters: slugs of the sectors in which the district is specialised.
        weight: relative number of firms before the effect of clusters (guess).
    """

    clusters: tuple[str, ...]
    weight: float


@dataclass(frozen=True)
class Sector(Labelled):
    """A sector; ``market`` is the type of market on which its firms compete."""

    market: Market


@cache
def _data() -> dict[str, Any]:
    text = files("sim.model.environment").joinpath("data/districts.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def _en(slug: str, entry: dict[str, Any]) -> str:
    return str(entry.get("en", slug.replace("_", " ")))


@cache
def districts() -> tuple[District, ...]:
    """Return the 25 districts in the order of the data file."""
    return tuple(
        District(k, d["zh"], _en(k, d), tuple(d["clusters"]), float(d["weight"]))
        for k, d in _data()["districts"].items()
    )


@cache
def sectors() -> tuple[Sector, ...]:
    """Return the nine sectors; agriculture has a separate market type."""
    return tuple(
        Sector(k, d["zh"], _en(k, d), "farm" if k == "agriculture" else d["market"])
        for k, d in _data()["sectors"].items()
    )


SECTORS: Final = tuple(sector.slug for sector in sectors())
"""Slugs of the sectors in the order of the data file."""


@cache
def founder_kinds() -> tuple[Labelled, ...]:
    """Return the nine kinds of founder."""
    return tuple(Labelled(k, d["zh"], _en(k, d)) for k, d in _data()["founder_kinds"].items())


@cache
def district_shares() -> npt.NDArray[np.float64]:
    """Return the distribution of each sector's firms over districts; shape (sectors, districts)."""
    pull = np.array(
        [[d.weight * (CLUSTER_PULL if s.slug in d.clusters else 1.0) for d in districts()] for s in sectors()]
    )
    return np.asarray(pull / pull.sum(axis=1, keepdims=True))


def kind_code(slug: str) -> int:
    """Return the code of a kind of founder."""
    return [kind.slug for kind in founder_kinds()].index(slug)


def kinds_among(slugs: Collection[str]) -> npt.NDArray[np.bool_]:
    """Return a mask over the kinds of founder that selects the given slugs."""
    return np.array([kind.slug in slugs for kind in founder_kinds()])
