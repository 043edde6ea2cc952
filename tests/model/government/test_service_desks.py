"""Tests that the capacity of every service desk binds: fewer clerks mean longer queues and fewer approvals.

The load is measured on a city with ample clerks, so that these tests do not depend on the priors.
"""

import math
from functools import cache

import numpy as np
import pytest

from sim.engine import clock
from sim.engine.service_desk import ServiceDesk
from sim.model.city import City
from sim.model.coordinates import COORDS
from sim.model.government.parameters import DESKS
from sim.model.incubation import parameters as incubation_parameters
from sim.model.subsidies import parameters as subsidies_parameters
from tests.model import town

POSTS = {
    "registry": "registration.clerks",
    "licence": "registration.licence_clerks",
    "deregistration": "exit.clerks",
    "claims": "claims.clerks",
    "accreditation": "incubator.reviewers",
    "conversion": "incubator.conversion_officers",
}
PLENTY = {
    "registry": 300,
    "licence": 300,
    "deregistration": 300,
    "claims": 300,
    "accreditation": 40,
    "conversion": 40,
}
ELSEWHERE = {"loan", "guarantee", "equity", "ip"}
"""Desks that the city does not staff, tested with banking, guarantees, equity and business support."""
assert set(POSTS) | ELSEWHERE == set(DESKS) == set(COORDS["window"].values), "a desk without a test"
DAYS = np.array([town.working_days(m) for m in range(clock.MONTHS)])
# Reviewers have files only from October to the recognition round in December.
BUSY = np.where(np.isin(np.arange(48) % 12, [9, 10, 11]), DAYS, 0)


def by_name(city: City) -> dict[str, ServiceDesk]:
    """Return the service desks staffed by the city, by name."""
    return {desk.name: desk for desk in city.city_desks}


@cache
def rate(name: str) -> float:
    """Return the number of files that one clerk finishes in a day."""
    city = town.city()
    city.context.env.process(city.months())
    city.context.env.run(until=0.1)
    rates = {n: desk.files_a_day for n, desk in by_name(city).items()}
    city.close()
    return float(rates[name])


@cache
def needed(name: str) -> int:
    """Return the number of clerks just sufficient for the load; at least two, so that one can leave."""
    ample = town.run({POSTS[n]: PLENTY[n] for n in POSTS})
    applied = town.by_year(town.window(ample, "applications", name))
    days = town.by_year(BUSY if name == "accreditation" else DAYS)
    busiest = float((applied[1:] / days[1:]).max())
    return max(2, math.ceil(1.1 * busiest / rate(name)))


def can_do(name: str, officers: float) -> np.ndarray:
    """Return the number of files that the clerks can finish in each month."""
    return DAYS * officers * rate(name)


def heaviest(name: str) -> int:
    """Return the largest number of files that one file represents, since it may be finished a month later."""
    return 1 if name in ("accreditation", "conversion") else math.ceil(1 / town.SCALE)


@pytest.mark.parametrize("name", POSTS)
def test_half_the_clerks(name: str) -> None:
    """Waiting times and the queue increase, and approvals fall to the capacity of the clerks."""
    enough = town.run({POSTS[n]: needed(n) for n in POSTS})
    half = needed(name) / 2
    few = town.run({POSTS[n]: needed(n) for n in POSTS} | {POSTS[name]: math.floor(half)})
    late = slice(12, None)
    for outcome in ("waiting_days", "queue_length"):
        before, after = (np.nanmean(town.window(h, outcome, name)[late]) for h in (enough, few))
        assert after > 1.3 * before, outcome
    before, after = (town.window(h, "approvals", name) for h in (enough, few))
    assert after[late].sum() < before[late].sum()
    most = can_do(name, math.floor(half))
    assert (np.cumsum(after[1:]) <= np.cumsum(most[1:]) + heaviest(name)).all()
    if name == "accreditation":  # approvals are also limited by titles and qualified companies
        return
    busy = town.window(few, "queue_length", name)[late] >= heaviest(name)
    passed = 1 - subsidies_parameters.ERRORS.value if name == "claims" else 1
    assert busy.mean() > 0.8
    assert after[late][busy].sum() == pytest.approx(passed * most[late][busy].sum(), rel=0.06)


@pytest.mark.parametrize("name", POSTS)
def test_no_desk_approves_more_than_was_handed_in_and_worked_on(name: str) -> None:
    """This holds from the first month on, since files decided before 2017 are not counted in 2017."""
    few = town.run({POSTS[n]: needed(n) for n in POSTS} | {POSTS[name]: needed(name) // 2})
    approved, applied = (np.cumsum(town.window(few, o, name)) for o in ("approvals", "applications"))
    assert (approved <= applied).all()
    assert (approved <= np.cumsum(can_do(name, needed(name) // 2)) + heaviest(name)).all()


@pytest.mark.parametrize("name", POSTS)
def test_queues_add_up(name: str) -> None:
    """Files submitted but not decided are in the queue; founders withdraw only at the registry."""
    output = town.run({POSTS[n]: needed(n) for n in POSTS})
    line, applied, approved = (
        town.window(output, o, name) for o in ("queue_length", "applications", "approvals")
    )
    gone = np.cumsum(applied - approved) - line
    if name in ("licence", "deregistration", "conversion"):
        assert not gone.any()
    else:  # refused, withdrawn or unranked files do not return to the queue
        assert (gone >= 0).all()


@pytest.fixture(scope="module")
def one_left() -> tuple[dict[str, int], dict[str, np.ndarray]]:
    """Run a city short of clerks in which one clerk leaves each desk, and return the posts and approvals."""
    day = 730
    short = {POSTS[n]: max(2, needed(n) // 4) for n in POSTS} | {POSTS["registry"]: needed("registry")}
    city = town.city(short, scale=0.05)  # files of small weight, since shares are measured
    posts: dict[str, int] = {}

    def leave() -> None:
        for name, desk in by_name(city).items():
            posts[name] = len(desk.clerks)
            desk.clerks[0].remove()

    town.after(city, day, leave)
    output = city.run_all()
    assert {n: len(desk.clerks) for n, desk in by_name(city).items()} == {n: k - 1 for n, k in posts.items()}
    city.close()
    return posts, {n: town.window(output, "approvals", n) for n in POSTS}


@pytest.mark.parametrize("name", ["licence", "deregistration", "claims", "conversion"])
def test_one_clerk_less_at_run_time(one_left, name: str) -> None:
    """Capacity falls permanently by the clerk's share."""
    posts, approvals = one_left
    before, after = slice(12, 24), slice(25, 48)
    lost = (
        approvals[name][after].sum()
        / DAYS[after].sum()
        / (approvals[name][before].sum() / DAYS[before].sum())
    )
    expected = (posts[name] - 1) / posts[name]
    assert lost == pytest.approx(expected, abs=max(0.05, 0.45 * (1 - expected)))
    assert lost < 1 - 0.4 * (1 - expected)
    most = can_do(name, posts[name] - 1)[after]
    assert (np.cumsum(approvals[name][after]) <= np.cumsum(most) + heaviest(name)).all()


@pytest.fixture(scope="module")
def nobody_left():
    """Run a city in which all desks lose their clerks on 1 July 2018."""
    city = town.city()

    def leave() -> None:
        for desk in by_name(city).values():
            for clerk in list(desk.clerks):
                clerk.remove()

    town.after(city, LEFT, leave)
    output = city.run_all()
    city.close()
    return city, output


LEFT = 546  # 1 July 2018
JULY = 18


@pytest.mark.parametrize("name", POSTS)
def test_no_clerk_no_approvals(nobody_left, name: str) -> None:
    _, output = nobody_left
    assert clock.date(LEFT).isoformat() == "2018-07-01"
    assert town.window(output, "approvals", name)[:JULY].sum() > 0
    assert town.window(output, "approvals", name)[JULY + 1 :].sum() == 0
    assert np.isnan(town.window(output, "waiting_days", name)[JULY + 1 :]).all()


def test_what_the_registry_did_stops(nobody_left) -> None:
    """No firm is registered after the procedures of the last files end (12 working days or more)."""
    _, output = nobody_left
    registered = output.outcomes["registrations"].sum(axis=1)
    assert registered[JULY - 1] > 3000
    assert registered[JULY + 3 :].sum() == 0
    line = town.window(output, "queue_length", "registry")
    assert line[JULY + 2] > line[JULY - 1] + 5000
    firms = output.outcomes["firms"].sum(axis=1)
    assert firms[-1] < 0.7 * firms[JULY]


def test_what_the_licence_office_did_stops(nobody_left) -> None:
    """Founders who need a licence open at most 60 days after the last decision, or never."""
    city, _ = nobody_left
    firms = city.context.firms
    new = (firms.licence > 0) & (firms.filed >= 0)
    opened = new & (firms.opened <= city.context.clock.last_day)
    assert opened.sum() > 100
    intended = firms.registered + firms.wait
    prompt = opened & (intended < LEFT)
    assert firms.opened[prompt].max() <= LEFT + 60
    assert (firms.opened[new & (firms.registered > LEFT)] > city.context.clock.last_day).all()


def test_what_the_deregistration_desk_did_stops(nobody_left) -> None:
    """No firm is deregistered once the notice of 75 or 180 days after the last decision has ended."""
    _, output = nobody_left
    left = output.outcomes["deregistrations"].sum(axis=1)
    assert left[JULY] > 500
    assert left[JULY + 7 :].sum() == 0


def test_what_the_claims_desk_did_stops(nobody_left) -> None:
    """Programmes pay the claims already decided and the waiting list in January, and no other claims."""
    _, output = nobody_left
    elsewhere = {"incubator_support", *town.INSTRUMENTS[town.INSTRUMENTS.index("startup_loan_fund") :]}
    paid_here = [i for i in town.INSTRUMENTS if i not in elsewhere]
    spent = np.sum([town.spending(output, i) for i in paid_here], axis=0)
    assert spent[:JULY].sum() > 0
    assert spent[JULY + 3 : 24].sum() == 0
    assert spent[28:36].sum() == 0


def test_what_the_reviewers_did_stops(nobody_left) -> None:
    city, output = nobody_left
    assert all(year <= 2017 or level < was for s in city.register.open for was, (year, level) in _steps(s))
    assert (
        town.spending(output, "incubator_support")[25:].sum()
        <= 0 + town.spending(output, "incubator_support")[24:].sum()
    )
    incubators = output.outcomes["tech_incubators"]
    assert (np.diff(incubators[JULY:]) <= 0).all()
    assert len([s for s in city.register.open if s.kind == "incubator"]) > incubators[-1]


def _steps(space):
    """Return each recognition of a facility with the previous level."""
    levels = [0, *(level for _, level in space.rounds)]
    return list(zip(levels, space.rounds, strict=False))


def test_what_the_conversion_officers_did_stops(nobody_left) -> None:
    """No conversion project opens after those in progress; projects in new buildings still open."""
    city, _ = nobody_left
    keys = [s.key for s in city.register.open if s.kind == "incubator" and s.key >= 100_000]
    converted = [
        k for k in keys if city.context.streams.scalar("converted", k) < incubation_parameters.CONVERTED
    ]
    month = [(k % 100_000) // 100 for k in converted]
    assert all(m <= JULY for m in month)


def test_a_closed_facility_is_not_counted() -> None:
    """Close one facility of each kind that the targets count during the run."""
    city = town.city({POSTS["accreditation"]: 0, "incubator.platform_projects": 4})
    outcomes = {
        "incubator": "tech_incubators", "base": "entrepreneurship_bases", "makerspace": "makerspaces",
        "platform": "international_platforms",
    }  # fmt: skip
    closed, there = {}, {}

    def close() -> None:
        for kind in outcomes:
            closed[kind] = next(
                s for s in city.register.open if s.kind == kind and (s.level >= 1 or kind == "platform")
            )
            city.facilities.close(closed[kind])

    def count() -> None:
        for kind in outcomes:
            counted = [s for s in city.register.open if s.kind == kind and s.level >= (kind != "platform")]
            assert closed[kind] not in counted
            there[kind] = len(counted)

    assert clock.date(1415).isoformat() == "2020-11-16"
    town.after(city, 1415, close)
    town.at(city, clock.MONTH_START[47] - 0.05, count)
    arrays = city.run_all().outcomes
    for kind, outcome in outcomes.items():
        assert arrays[outcome][46] == there[kind], kind
        gained = sum(s.kind == kind and s.opened > clock.MONTH_START[46] for s in city.register.by_number)
        assert arrays[outcome][46] <= arrays[outcome][45] - 1 + gained, kind
