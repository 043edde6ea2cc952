"""Monthly statistics of service desks: files submitted, files approved, files waiting, and days waited.

A file is an application or case that a desk handles.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sim.model.government.parameters import APPLICATIONS, APPROVALS, DESKS, QUEUE, WAITING

if TYPE_CHECKING:
    from sim.engine.recorder import Recorder
    from sim.engine.service_desk import ServiceDesk


def record_desks(desks: Iterable[ServiceDesk], record: Recorder, month: int, day: int) -> None:
    """Record the month's statistics of all desks, summed over desks with the same name (e.g. all banks)."""
    sums: dict[str, list[float]] = {}
    for desk in desks:
        total = sums.setdefault(desk.name, [0, 0, 0, 0, 0.0])
        for k, amount in enumerate(desk.settle(day)):
            total[k] += amount
    for name, (handed_in, approved, waiting, decided, days) in sums.items():
        at = (month, DESKS.index(name))
        record.put(APPLICATIONS, at, handed_in)
        record.put(APPROVALS, at, approved)
        record.put(QUEUE, at, waiting)
        if decided:
            record.put(WAITING, at, days / decided)
