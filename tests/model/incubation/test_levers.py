"""Tests that every lever of incubation moves its main outcome over the range of the lever."""

import numpy as np
import pytest

from sim.model.incubation import parameters as incubation_parameters
from sim.model.registry import LEVERS
from tests.model import town

Policy = dict[str, town.Value]
FUNDED: Policy = {"incubator.base_funding": 2e7, "incubator.nominations": 10}
CONVERTING: Policy = {
    "incubator.convertible_area": 400_000,
    "incubator.conversion_officers": 20,
    "incubator.conversion_days": 30,
}

MOVES: dict[str, tuple[str, int, Policy]] = {
    "subsidy_per_firm": ("spending incubation_subsidy", 1, {"incubator.subsidy_budget": 2e6}),
    "subsidy_budget": ("spending incubation_subsidy", 1, {"incubator.subsidy_per_firm": 3000}),
    "rent_waived": ("flow tenants_rent", -1, {}),
    "opening_award": ("makerspaces", 1, {"incubator.award_budget": 5e7}),
    "provincial_award": ("spending incubator_support", 1, {"incubator.award_budget": 5e7}),
    "national_award": ("spending incubator_support", 1, {"incubator.award_budget": 5e7}),
    "award_budget": ("spending incubator_support", 1, {}),
    "tax_relief": ("incubation_area", 1, CONVERTING),
    "online_allowed": ("makerspaces", 1, {}),
    "platform_projects": ("international_platforms", 1, {}),
    "convertible_area": ("incubation_area", 1, CONVERTING),
    "conversion_days": ("incubation_area", -1, CONVERTING),
    "conversion_officers": ("incubation_area", 1, CONVERTING),
    "reviewers": ("tech_incubators", 1, {}),
    "utility_discount": ("makerspaces", 1, {"incubator.supported_makerspaces": 40}),
    "supported_makerspaces": ("makerspaces", 1, {"incubator.utility_discount": 1}),
    "seed_loss_share": ("seed_invested", 1, {}),
    "park_seats": ("park_tenants", 1, {}),
    "base_funding": ("total_facility_area", 1, FUNDED),
    "nominations": ("demonstration_bases", 1, FUNDED),
}
"""By lever: outcome summed over the run, direction of the change, and other settings."""


def measured(output, name: str) -> float:
    what, _, which = name.partition(" ")
    if what == "spending":
        return float(town.spending(output, which).sum())
    if what == "flow":
        return float(output.outcomes["flows"][:, town.FLOWS.index(which)].sum())
    return float(output.outcomes[name].sum())


def test_no_lever_is_left_out() -> None:
    """The priority of veterans changes which firms are admitted, not how many, and has its own test."""
    assert {f"incubator.{name}" for name in MOVES} | {incubation_parameters.VETERANS_FIRST.id} == {
        lever.id for lever in incubation_parameters.LEVERS
    }


def test_veterans_first_moves_who_is_admitted() -> None:
    """Places in public bases are scarce, so the priority of veterans changes the tenants."""
    low, high = (town.run({incubation_parameters.VETERANS_FIRST.id: v}) for v in (0, 1))
    assert not np.array_equal(low.outcomes["tenants_by_district"], high.outcomes["tenants_by_district"])


@pytest.mark.parametrize("name", MOVES)
def test_a_lever_moves_its_outcome(name: str) -> None:
    outcome, sign, around = MOVES[name]
    lever = LEVERS[f"incubator.{name}"]
    low, high = (measured(town.run(around | {lever.id: v}), outcome) for v in (lever.low, lever.high))
    assert sign * (high - low) > 0
