"""Event log that stores selected kinds of events of all firms as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.engine.event_log import EventLog

Array = npt.NDArray[Any]
EVENTS: Final = (
    "equity.round", "incubator.admitted", "incubator.graduated", "services.course",
    "credit.granted", "credit.default", "growth.year",
)  # fmt: skip
"""Kinds of events that are stored."""


class Events(NamedTuple):
    """Events of one kind as arrays.

    Attributes:
        id: id of the firm for each event.
        day: day of each event.
        facts: values of each fact, by name of the fact.
    """

    id: Array
    day: Array
    facts: dict[str, Array]

    def where(self, conditions: Mapping[str, Any]) -> Events:
        """Return the events whose facts each have one of the values given for them."""
        keep = np.ones(len(self.id), dtype=np.bool_)
        for name, values in conditions.items():
            keep &= np.isin(self.facts[name], values)
        return Events(
            self.id[keep], self.day[keep], {name: values[keep] for name, values in self.facts.items()}
        )


class EventArrays(EventLog):
    """Event log that stores only :data:`EVENTS` of all firms, as arrays."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: dict[str, list[dict[str, Array]]] = {event: [] for event in EVENTS}

    def firms(self, ids: npt.ArrayLike, event: str, **facts: Any) -> None:
        """Record an event of several firms, see :meth:`sim.engine.event_log.EventLog.firms`."""
        if event in self._kept:
            id_ = np.atleast_1d(np.asarray(ids, dtype=np.int64))
            kept = {name: value for name, value in facts.items() if name != "rule" and value is not None}
            arrays = {
                name: np.array(np.broadcast_to(np.asarray(value), id_.shape)) for name, value in kept.items()
            }
            self._kept[event].append({"id": id_, **arrays})

    def of(self, event: str) -> Events:
        """Return all events of a kind from 2017 on, with the facts common to all of them."""
        parts = [part for part in self._kept[event] if len(part["id"])]
        names = set.intersection(*(set(part) for part in parts)) if parts else {"id", "day"}
        columns = {
            name: np.concatenate([part[name] for part in parts]) if parts else np.zeros(0) for name in names
        }
        keep = columns["day"] >= 0
        columns = {name: values[keep] for name, values in columns.items()}
        return Events(columns.pop("id").astype(np.int64), columns.pop("day"), columns)
