"""Players of an attribution: chapters, measures or instruments of the plan."""

from __future__ import annotations

from sim.policy.catalogue.catalogue import catalogue
from sim.studies.methods.interface import Label


def players(kind: str) -> list[tuple[Label, tuple[str, ...]]]:
    """Return all players that have at least one modelled instrument, with these instruments.

    Args:
        kind: ``chapters``, ``measures`` or ``instruments``.
    """
    plan = catalogue()
    acting = {i.id: i for i in plan.instruments.values() if any(s.acting for s in i.settings)}
    if kind == "instruments":
        return [(Label(i.id, i.zh, i.en), (i.id,)) for i in acting.values()]
    of_measure = {m.id: tuple(i.id for i in m.instruments if i.id in acting) for m in plan.measures.values()}
    if kind == "measures":
        labelled = [(Label(m.id, m.zh, m.en), of_measure[m.id]) for m in plan.measures.values()]
    else:
        labelled = [
            (Label(f"chapter_{c.number}", c.zh, c.en), tuple(i for m in c.measures for i in of_measure[m]))
            for c in plan.chapters
        ]
    return [(label, ids) for label, ids in labelled if ids]
