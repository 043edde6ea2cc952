"""Tests of closed programmes: their settings have no effect, and they take no applications."""

import numpy as np
import pytest

from sim.model.environment import geography
from tests.model import town

KINDS = [k.slug for k in geography.founder_kinds()]
TO_FIRMS = ("one_off_grant", "rent_subsidy", "job_creation_subsidy", "hardship_support")
SERVICES = ("lecture_subsidy", "training_subsidy", "founder_upskilling", "mentor_subsidy")
INSTRUMENTS = town.INSTRUMENTS
FLOW = town.FLOWS.index


CLOSED: dict[str, tuple[dict[str, float], dict[str, float]]] = {
    "one_off": (
        {"claims.one_off_budget": 0},
        {"claims.one_off_amount": 50_000, "claims.hardship_one_off": 40_000},
    ),
    "rent": (
        {"claims.rent_budget": 0},
        {"claims.rent_amount": 20_000, "claims.rent_years": 5, "claims.hardship_rent": 20_000},
    ),
    "jobs": (
        {"claims.job_budget": 0},
        {"claims.job_first": 10_000, "claims.job_beyond": 10_000, "claims.job_cap": 200_000},
    ),
    "training, no money": (
        {"services.training_budget": 0},
        {"services.training_amount": 5000, "entry.trainees": 20_000},
    ),
    "training, no places": (
        {"entry.trainees": 0},
        {"services.training_amount": 5000, "services.training_budget": 20e6},
    ),
    "lectures, no money": (
        {"services.lecture_budget": 0},
        {"services.lecture_amount": 9000, "services.lectures": 200},
    ),
    "lectures, none held": (
        {"services.lectures": 0},
        {"services.lecture_amount": 9000, "services.lecture_budget": 9e6},
    ),
    "course": ({"services.upskilling_places": 0}, {"services.upskilling_amount": 20_000}),
    "mentors, no money": (
        {"services.mentor_budget": 0},
        {"services.mentor_fee": 3000, "services.mentors": 900},
    ),
    "mentors, nobody": (
        {"services.mentors": 0},
        {"services.mentor_fee": 3000, "services.mentor_budget": 9e6},
    ),
    "interest subsidy": (
        {"credit.interest_subsidy_budget": 0},
        {"credit.interest_subsidy": 0.06, "credit.interest_subsidy_cap": 1e6},
    ),
    "loan fund": (
        {"guarantee.loan_fund_capital": 0},
        {"guarantee.loan_fund_leverage": 10, "credit.startup_loan_cap": 1e6, "credit.startup_loan_term": 60},
    ),
    "guarantee fund": (
        {"guarantee.capital": 0},
        {
            "guarantee.leverage": 15,
            "guarantee.coverage": 1,
            "guarantee.fee": 0.04,
            "guarantee.city_share": 0.6,
        },
    ),
    "loan pool": ({"credit.loan_pool": 0}, {"credit.loan_pool_leverage": 15, "credit.loan_pool_share": 1}),
    "IP pledge": ({"credit.ip_pledge_pool": 0}, {"credit.ip_pledge_share": 0.8}),
    "bridge fund": ({"credit.bridge_fund": 0}, {"credit.bridge_days": 60, "credit.bridge_fee": 0}),
    "awards": (
        {"incubator.award_budget": 0},
        {"incubator.opening_award": 5e6, "incubator.provincial_award": 3e6, "incubator.national_award": 5e6},
    ),
    "makerspaces": ({"incubator.supported_makerspaces": 0}, {"incubator.utility_discount": 1.0}),
}  # fmt: skip


@pytest.fixture(scope="module")
def nothing_open():
    """Run with all programmes closed, by their budgets or by their volumes."""
    by_money = [
        name
        for name in CLOSED
        if "no places" not in name and "none held" not in name and "nobody" not in name
    ]
    by_volume = ["training, no places", "lectures, none held", "mentors, nobody"]
    return {
        "by money": {k: v for name in by_money for k, v in CLOSED[name][0].items()},
        "by volume": {k: v for name in by_volume for k, v in CLOSED[name][0].items()},
    }, {"by money": by_money, "by volume": by_volume}


@pytest.mark.parametrize("way", ["by money", "by volume"])
def test_settings_of_programmes_that_nobody_can_claim_change_nothing(nothing_open, way: str) -> None:
    """All outcomes, firms and payments are identical; a failure names the programme."""
    closed, members = nothing_open
    base = town.run(closed[way])
    everything = {k: v for name in members[way] for k, v in CLOSED[name][1].items()}
    if town.differing(base, town.run(closed[way] | everything)):
        guilty = {n: town.differing(base, town.run(closed[way] | CLOSED[n][1])) for n in members[way]}
        assert {n: found for n, found in guilty.items() if found} == {}


def test_a_closed_programme_takes_no_applications(nothing_open) -> None:
    closed, _ = nothing_open
    output = town.run(closed["by money"])
    assert town.window(output, "applications", "claims").sum() == 0
    claimed = [INSTRUMENTS.index(name) for name in (*TO_FIRMS, *SERVICES, "incubator_support")]
    assert output.outcomes["public_spending"][:, claimed].sum() == 0
    assert len(output.payments["fen"]) == 0
    assert (
        not np.isfinite(output.outcomes["take_up"]).any()
        or not output.outcomes["take_up"][np.isfinite(output.outcomes["take_up"])].any()
    )
    assert not output.outcomes["flows"][
        :, [FLOW("grants"), FLOW("services"), FLOW("awards"), FLOW("appropriation")]
    ].any()
