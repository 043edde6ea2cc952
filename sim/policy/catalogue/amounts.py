"""Catalogue amounts as text: numbers and the names of their units."""

from __future__ import annotations

from sim.policy.catalogue.catalogue import catalogue
from sim.policy.catalogue.entities import Unit, Value
from sim.texts import language, say


def written_unit(unit: Unit) -> str:
    """Return the name of a unit as written after a number; after a percentage, only the period.

    >>> written_unit(catalogue().units["yuan a year"]), written_unit(catalogue().units["share a year"])
    ('元/年', '/年')
    """
    name, share = ((u.zh if language() == "zh" else u.en) for u in (unit, catalogue().units["share"]))
    return name.removeprefix(share).strip() if unit.kind == "share" else name


def column_text(value: Value, unit: Unit) -> str:
    """Return a value of a setting as text: a number, or numbers with the dates from which they apply."""
    if isinstance(value, tuple):
        return ", ".join(f"{date}: {column_text(v, unit)}" for date, v in value)
    if unit.kind == "switch":
        return say("word.yes" if value else "word.no")
    if unit.kind == "share":
        return f"{value * 100:.10g}%"
    return f"{value:,.10g}"
