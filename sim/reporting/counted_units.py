"""Units in which outcomes are shown: what an outcome counts, if its unit in the results is ``count``."""

from __future__ import annotations

from typing import Final

COUNTED: Final = {
    "registrations": "entities",
    "entries": "entities",
    "exits": "entities",
    "aged_out": "entities",
    "deregistrations": "entities",
    "market_entities": "entities",
    "applications": "files",
    "approvals": "files",
    "queue_length": "files",
    "loans_number": "loans",
    "loans_refused": "applications",
    "guarantees_number": "loans",
    "equity_rounds": "rounds",
    "sub_funds": "funds",
    "seed_stakes": "investments",
    "crowdfunding_campaigns": "projects",
    "crowdfunding_turned_away": "projects",
    "berths": "places",
    "mentor_visits": "visits",
    "ip_infringements": "cases",
    "ip_cases_open": "cases",
}
"""What variables of the results count, if not firms or facilities: units of the catalogue, or keys of the
texts ``unit.KEY``."""


def shown_unit(unit: str, outcome: str) -> str:
    """Return the unit in which an outcome is shown.

    Args:
        unit: unit in the dataset.
        outcome: name of a variable, or of an outcome of a study, such as ``loans_number.startup``.

    Returns:
        what a count counts, ``share`` for a probability, and otherwise ``unit``.

    >>> shown_unit("count", "loans_number.startup"), shown_unit("bool", "target_met")
    ('loans', 'share')
    """
    if unit == "bool":
        return "share"
    return COUNTED.get(outcome.partition(".")[0], unit) if unit == "count" else unit
