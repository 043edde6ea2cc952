"""Tests of services to founders: classes, lectures, courses, mentor visits and guidance."""

import numpy as np
import pytest

from sim.engine.random_streams import RandomStreams
from sim.model.city import simulate
from sim.model.population.firm_table import G
from sim.model.subsidies import rules as subsidies_rules
from tests.model import town


@pytest.mark.parametrize("yearly", [0, 1, 5, 12, 36, 47.5, 200])
def test_a_year_holds_what_it_is_to_hold(yearly: float) -> None:
    held = [subsidies_rules.events_in_month(m, yearly) for m in range(24)]
    assert sum(held[:12]) == sum(held[12:]) == int(yearly)
    assert max(held) - min(held) <= 1


def test_lectures_are_paid_one_by_one() -> None:
    """48 lectures a year are paid 3,000 yuan each; the first payments follow 56 days after the desk."""
    spent = town.spending(town.run(), "lecture_subsidy")
    assert (spent % 3000 == 0).all()
    assert town.by_year(spent)[1:] == pytest.approx(np.full(3, 48 * 3000), abs=6 * 3000)


def test_training_is_paid_by_the_head() -> None:
    output = town.run()
    spent = town.spending(output, "training_subsidy")
    assert spent.sum() <= 1000 * output.outcomes["trainees"].sum()
    assert town.by_year(spent)[2] == pytest.approx(6000 * 1000, rel=0.05)


def test_mentors_visit_as_often_as_there_are_mentors_and_money() -> None:
    """Visits a month are 150 mentors x 0.5, or the number that 1.5 m yuan a year covers at the fee."""
    with town.registering(0.05):
        rich, poor = (
            simulate(
                town.settings({"services.mentor_budget": b}),
                town.WORLD,
                RandomStreams(1, 0),
                uncertain=False,
                scale=1.0,
            )
            for b in (1.5e6, 120_000)
        )
    for output, visits in ((rich, 150 * 0.5), (poor, 120_000 / 12 / 500)):
        held = output.outcomes["mentor_visits"].sum()
        assert held == pytest.approx(48 * visits, abs=4 * np.sqrt(48 * visits))
        assert town.spending(output, "mentor_subsidy").sum() <= 500 * held


@pytest.mark.parametrize("scale", [0.01, 0.2])
def test_the_course_has_its_places_whatever_the_scale(scale: float) -> None:
    """The course has 25 places a year; a row that represents a hundred firms does not count as one person."""
    with town.registering(0.1):
        city = town.city({"services.mentors": 0}, scale=scale)
        city.context.parameters["incubator.mentor_hours"] = 0.0
        city.run_all()
        city.close()
    firms = city.context.firms
    taught = firms.support_hours > 0
    assert not (taught & (firms.segment == G)).any()
    assert firms.weight[taught].sum(dtype=int) <= 4 * 25
    assert firms.weight[taught].sum(dtype=int) >= 4 * 25 * 0.6


def test_the_course_is_paid_for() -> None:
    """The budget, places x amount, covers all places every year, so no claim waits."""
    output = town.run()
    assert town.by_year(town.spending(output, "founder_upskilling"))[1:] == pytest.approx(
        np.full(3, 250_000), rel=0.25
    )
    assert town.window(output, "queue_length", "claims")[-1] < 500
    waiting = output.outcomes["waiting_list"][:, town.INSTRUMENTS.index("founder_upskilling")]
    assert waiting[-1] == 0


def test_advice_helps_only_those_who_had_it() -> None:
    """At full potency, visited firms gain capability; that of other firms is exactly unchanged."""
    city = town.city()
    city.context.parameters["growth.advice_effect"] = 0.004
    output = city.run_all()
    city.close()
    firms = city.context.firms
    helped = firms.support_hours > 0
    gain = firms.capability - firms.capability_start
    assert (gain[helped] >= 0).all()
    assert gain[helped].max() > 0.001
    assert (gain[~helped] == 0).all()
    assert output.outcomes["mentor_visits"].sum() > 0
