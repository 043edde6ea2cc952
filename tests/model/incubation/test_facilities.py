"""Tests of facilities: profitable projects, limited titles, and budgets of money and area."""

import numpy as np
import pytest

from sim.engine import clock
from sim.model.incubation import parameters as incubation_parameters
from sim.model.incubation.parameters import CITY, KINDS, NATION, PROVINCE
from tests.model import town


def test_a_level_is_applied_for_step_by_step() -> None:
    city = town.city()
    facility = next(s for s in city.register.open if s.kind == "incubator")
    facility.area, facility.tenants, facility.opened = 60_000.0, 77, -2000.0
    for level in (0, CITY, PROVINCE):
        facility.level = level
        assert facility.decide_to_apply(0) == level + 1
    facility.level = NATION
    assert facility.decide_to_apply(0) == 0
    facility.level, facility.area = CITY, 3000.0
    assert facility.decide_to_apply(0) == 0
    city.close()


@pytest.fixture(scope="module")
def simulated():
    return town.simulated()


def gained(city, level: int, year: int) -> int:
    """Return the number of titles of a level awarded in a year's round."""
    n = 0
    for facility in city.register.by_number:
        was = CITY if facility.opened < 0 and not any(y == 2016 for y, _ in facility.rounds) else 0
        for when, now in facility.rounds:
            n += when == year and now == level and now > was
            was = now
    return n


@pytest.fixture(scope="module")
def busy():
    """City with ample reviewers, large incubators that all qualify, and four candidate platforms."""
    city = town.city({"incubator.reviewers": 40, "incubator.platform_projects": 4})

    def enlarge() -> None:
        for facility in city.register.open:
            if facility.kind == "incubator":
                facility.area, facility.opened = 60_000.0, -2000.0

    town.after(city, 250, enlarge)
    output = city.run_all()
    yield city, output
    city.close()


def test_titles_of_province_and_nation_are_scarce(busy) -> None:
    """Titles in a year do not exceed those available to the city, even if more facilities qualify."""
    city, _ = busy
    for year in (2017, 2018, 2019, 2020):
        for level, rate, name in (
            (PROVINCE, incubation_parameters.PROVINCIAL, "provincial titles"),
            (NATION, incubation_parameters.NATIONAL, "national titles"),
        ):
            assert gained(city, level, year) <= city.context.streams.poisson(
                city.context.parameters[rate.id], name, year
            )
    qualify = [s for s in city.register.open if s.kind == "incubator" and s.level == CITY]
    assert len(qualify) > 5  # more would have had one: it is titles that are scarce
    provincial = [
        city.context.streams.poisson(
            city.context.parameters[incubation_parameters.PROVINCIAL.id], "provincial titles", y
        )
        for y in (2017, 2018)
    ]
    assert [gained(city, PROVINCE, y) for y in (2017, 2018)] == provincial


def test_keyed_poisson_numbers_are_poisson() -> None:
    city = town.city()
    n = np.array([city.context.streams.poisson(2.5, "x", k) for k in range(4000)])
    city.close()
    assert n.mean() == pytest.approx(2.5, abs=5 * np.sqrt(2.5 / 4000))
    assert n.var() == pytest.approx(2.5, abs=0.35)


def test_awards_go_with_titles_and_stay_within_the_year_s_money(simulated) -> None:
    city, output = simulated
    spent = town.by_year(town.spending(output, "incubator_support"))
    assert (spent <= 8e6).all()
    first = sum(gained(city, level, 2017) for level in (CITY, PROVINCE, NATION))
    assert town.spending(output, "incubator_support")[11] >= 5e5 * first > 0  # with the title, in December
    owed = {CITY: 5e5, PROVINCE: 5e5, NATION: 1e6}
    won = sum(
        n * owed[level] for level in owed for n in [sum(gained(city, level, y) for y in range(2017, 2021))]
    )
    waiting = sum(fen for fen, _ in city.facility_payments.awards.waiting) / 100
    assert spent.sum() + waiting == pytest.approx(won)
    assert sum(s.award for s in city.register.by_number) == spent.sum()


def test_no_award_without_a_title(simulated) -> None:
    city, _ = simulated
    for facility in city.register.open:
        if facility.award:
            assert any(year > 2016 for year, _ in facility.rounds), facility.name


def test_facilities_open_when_their_work_is_done(simulated) -> None:
    """An incubator opens months after the decision, and a conversion only after its approval."""
    city, _ = simulated
    fresh = [s for s in city.register.open if s.key >= 100_000 and s.kind == "incubator"]
    assert len(fresh) > 5
    for facility in fresh:
        decided = clock.MONTH_START[(facility.key % 100_000) // 100]
        converted = city.context.streams.scalar("converted", facility.key) < incubation_parameters.CONVERTED
        assert facility.opened - decided > (180 + 90 if converted else 90), facility.name


def test_conversions_stay_within_the_area_of_the_year() -> None:
    """Without area there are no conversions, even if approved; with more area, more facilities open."""
    opened = {}
    for area in (0, 4e5):
        city = town.city(
            {
                "incubator.convertible_area": area,
                "incubator.conversion_officers": 20,
                "incubator.conversion_days": 1,
            }
        )
        city.run_all()
        city.close()
        keys = [s.key for s in city.register.open if s.key >= 100_000 and s.kind == "incubator"]
        opened[area] = {
            k for k in keys if city.context.streams.scalar("converted", k) < incubation_parameters.CONVERTED
        }
        by_area = sum(float(city.facilities.area_of("incubator", np.array([k]))[0]) for k in opened[area])
        assert by_area <= 4 * area
    assert opened[0] == set()
    assert len(opened[4e5]) > 3


def test_richer_awards_open_what_opened_before_and_more() -> None:
    """At the same occupancy, an award makes some projects profitable and none unprofitable."""
    keys = []
    for award in (0, 5e6):
        city = town.city({"incubator.opening_award": award})
        city.close()
        projects = range(200_000, 204_800)
        keys.append({k for k in projects if city.projects.pays("makerspace", k)})
    assert keys[0] < keys[1]


def test_area_ahead_of_tenants_lowers_what_opens_later() -> None:
    """Projects expect the current occupancy, so fewer are carried out while facilities are empty."""
    city = town.city()
    projects, count = range(100_000, 104_800), []
    for let in (1.0, 0.4):
        for facility in city.register.open:
            facility.tenants = int(let * facility.places)
        count.append(sum(city.projects.pays("incubator", k) for k in projects))
    city.close()
    assert count[1] < 0.5 * count[0]


def test_a_facility_at_a_loss_for_two_years_closes_but_no_public_one() -> None:
    city = town.city()
    private = next(s for s in city.register.open if not s.public and s.opened < -1200)
    public = next(s for s in city.register.open if s.public)
    closes = []
    for facility in (private, public):
        facility.tenants, facility.own_information = 0, -5.0
        closes.append([facility.decide_to_close(0.0, 0.0, 30.0 * month) for month in range(24)])
    city.close()
    assert closes[0] == [False] * 23 + [True]
    assert not any(closes[1])


def test_platforms_are_projects_that_come_or_not(busy) -> None:
    city, output = busy
    platforms = output.outcomes["international_platforms"]
    opening = sum(
        city.context.streams.scalar("platform opens", k)
        < city.context.parameters[incubation_parameters.PLATFORM_OPENS.id]
        for k in range(4)
    )
    assert (np.diff(platforms) >= 0).all()
    assert platforms[-1] == opening  # all within 9 to 36 months
    assert platforms[8] == 0


def test_no_candidate_no_platform() -> None:
    """Without candidate projects no platform opens; candidates are added as policy sets them (T3)."""
    city = town.city({"incubator.platform_projects": [(0, 0), (365, 1)]})
    city.context.env.process(city.months())
    city.context.env.run(until=360)
    assert city.projects.platforms_begun == 0
    city.context.env.run(until=366)
    assert city.projects.platforms_begun == 1
    assert not any(s.kind == "platform" for s in city.register.open)
    city.close()


def test_online_makerspaces_need_to_be_eligible_for_support() -> None:
    city = town.city({"incubator.online_allowed": 0})
    online = [
        k
        for k in range(200_000, 204_800)
        if city.context.streams.scalar("online", k) < incubation_parameters.ONLINE_SHARE
    ]
    assert len(online) > 500
    city.context.clock.month, city.context.clock.first_day = 0, 0
    assert not any(city.projects.pays("makerspace", k) for k in online[:200])
    city.close()


def test_occupancy_is_a_share_and_areas_add_up(simulated) -> None:
    city, output = simulated
    occupancy = output.outcomes["incubator_occupancy"]
    assert ((occupancy > 0.5) & (occupancy <= 1)).all()
    assert output.outcomes["incubation_area_by_district"].sum(axis=1) == pytest.approx(
        output.outcomes["incubation_area"]
    )
    assert (output.outcomes["total_facility_area"] >= output.outcomes["incubation_area"]).all()
    kinds = [sum(s.kind == k for s in city.register.by_number) for k in KINDS]
    assert city.facilities.numbers == dict(zip(KINDS, kinds, strict=True))


def test_a_file_late_for_the_round_is_not_in_it_nor_in_the_next() -> None:
    """With one reviewer, late applications miss the round, and facilities apply again in the next year."""
    city, left_over = town.city({"incubator.reviewers": 1}), []
    for year in (1, 2, 3):
        town.at(
            city,
            clock.MONTH_START[12 * year] + 5.0,
            lambda: left_over.append(dict(city.recognition.applications)),
        )
    city.run_all()
    city.close()
    assert left_over == [{}, {}, {}]
    days = sum(clock.is_working_day(d) for d in range(clock.MONTH_START[9], clock.MONTH_START[12]))
    for year in (2017, 2018, 2019, 2020):
        won = sum(gained(city, level, year) for level in (CITY, PROVINCE, NATION))
        assert won <= days * incubation_parameters.FILES_A_DAY["accreditation"] + 1


def test_area_that_comes_within_a_year_is_there_in_that_year() -> None:
    """A dated value takes effect on its date: projects wait for area until July 2018 and then continue."""
    policy: dict[str, town.Value] = {
        "incubator.convertible_area": [(0, 0), (546, 400_000)], "incubator.conversion_officers": 20,
        "incubator.conversion_days": 1,
    }  # fmt: skip
    city = town.city(policy)
    waiting: list[int] = []
    for day in (540, 580):
        town.at(city, day, lambda: waiting.append(len(city.projects.convertible.waiting)))
    city.run_all()
    city.close()
    assert waiting[0] > 3
    assert waiting[1] < waiting[0] - 2


def test_titles_are_lost_and_the_count_falls() -> None:
    """If all titles are lost in the yearly evaluation, only those awarded in that year remain in December."""
    city = town.city()
    city.context.parameters["incubator.title_lost"] = 1.0
    lost = city.run_all().outcomes["provincial_level_spaces"]
    year = [gained(city, PROVINCE, y) + gained(city, NATION, y) for y in (2017, 2018, 2019, 2020)]
    city.close()
    usual = town.run().outcomes["provincial_level_spaces"]
    assert lost[10] == usual[10] > 0
    assert lost[11] < usual[11]
    assert lost[47] < usual[47]
    assert lost[47] <= sum(year)


def test_facilities_at_a_loss_close_and_are_counted() -> None:
    """If all facilities make losses from 2018 on, only public ones are left two years later."""
    city = town.city()

    def impoverish() -> None:
        for facility in city.register.open:
            facility.own_information = -30.0

    town.after(city, 365, impoverish)
    o = city.run_all().outcomes
    left = [s for s in city.register.open if s.kind == "base" and s.opened < -365]
    usual = town.run().outcomes
    assert o["spaces_closed"].sum() > 40
    assert o["spaces_closed"][:35].sum() < 0.3 * o["spaces_closed"].sum()
    assert o["tech_incubators"][-1] < 0.6 * usual["tech_incubators"][-1]
    assert o["incubation_area"][-1] < 0.7 * usual["incubation_area"][-1]
    assert o["incubator_tenants"][-1] < 0.9 * usual["incubator_tenants"][-1]
    assert left
    assert all(s.public for s in left)
    city.close()
