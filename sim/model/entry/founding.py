"""Founding: who of a month's candidates founds, what they bring, and their files at the registry. The rules are in ``entry``.

``newcomers`` and ``ventures`` hand in the files of those whom programmes draw in by the same steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.model.entry import parameters, rules
from sim.model.entry.candidates import candidates, monthly_ids
from sim.model.entry.parameters import (
    BARRED,
    CAPITAL,
    COST_EFFECT,
    DISTRICT_PULL,
    FIXED_COST,
    GRADUATES_TRAINED,
    INDIVIDUAL,
    LUMP_SUM,
    ON_THE_VERGE,
    OPEN_SHARE,
    PLATFORM_OPEN_SHARE,
    PROPENSITY,
    PULL,
    REFORM,
    SIZE_E,
    SIZE_G,
    STUDENTS_FOUND,
    TECHNOLOGY,
    TRAINED,
    TRAINING,
)
from sim.model.entry.rules import line_open, propensity
from sim.model.environment import geography
from sim.model.government import flows
from sim.model.population import firm_table
from sim.model.population.firm_table import NEVER, G
from sim.model.population.parameters import RENT, WAGE

if TYPE_CHECKING:
    from sim.engine import arrays
    from sim.engine.arrays import Codes, Floats, Ints, Mask
    from sim.model.city import City


_ZONES: Final = [k for k, d in enumerate(geography.districts()) if d.slug in parameters.ZONES]


def _draw(city: City, ids: Ints) -> dict[str, Any]:
    """The city's own founders among these: what the world fixes of them, and what lines and places policy lets them choose."""
    chance, p, day = city.chance, city.drawn, city.first_day
    segment = rules.segment_of(chance.uniform(ids, "segment"), p[TECHNOLOGY.id], p[INDIVIDUAL.id])
    sector, skill = rules.sector_of(segment, chance.uniform(ids, "sector")), skill_of(city, ids)
    weight = np.ones(len(ids), dtype=np.int64)
    if city.scale < 1:
        whole = city.never_thinned(ids, segment, sector, skill)
        keep, weight = rules.thin(segment, chance.uniform(ids, "scale"), city.scale, whole)
        ids, segment, sector, skill, weight = (
            a.compress(keep) for a in (ids, segment, sector, skill, weight))  # fmt: skip
    lines, platforms = city.at(OPEN_SHARE, day), city.at(PLATFORM_OPEN_SHARE, day)
    open_ = np.ones(len(ids), dtype=np.bool_)
    if min(lines, platforms) < 1:
        platform = chance.uniform(ids, "platform") < parameters.IN_PLATFORMS[sector]
        open_ = line_open(chance.uniform(ids, "line"), platform, lines, platforms)
        go = open_ | (chance.uniform(ids, "barred") >= p[BARRED.id])
        ids, segment, sector, skill, weight, open_ = (
            a.compress(go) for a in (ids, segment, sector, skill, weight, open_))  # fmt: skip
    kind = rules.kind_of(chance.uniform(ids, "kind"))
    new = describe(city, ids, segment, sector, kind, skill)
    new["licence"] = np.where(open_, new["licence"], np.maximum(new["licence"], 1))
    return new | {"weight": weight}


def skill_of(city: City, ids: Ints) -> Floats:
    """Founders' skill: those of able firms tend to be skilled, half of it shows in the firm's capability."""
    return np.asarray(0.5 * city.chance.normal(ids, "capability") + 0.866 * city.chance.normal(ids, "skill"))


def describe(
    city: City,
    ids: Ints,
    segment: Codes,
    sector: Codes,
    kind: Codes,
    skill: Floats,
    district: Codes | None = None,
) -> dict[str, Any]:
    """Everything else about founders of these forms, lines, kinds and skill that the world fixes; each stands for one."""
    chance, p = city.chance, city.drawn
    if district is None:
        district = _place(city, ids, segment, sector)
    c = chance.normal(ids, "capability") * np.take(parameters.CAPABILITY_SD, segment)
    jobs = rules.starting_jobs(
        segment, chance.normal(ids, "size"), c, chance.uniform(ids, "size", "round"),
        p[SIZE_E.id], p[SIZE_G.id])  # fmt: skip
    wage = np.take(WAGE, segment)
    return {
        "id": ids,
        "segment": segment,
        "sector": sector,
        "district": district,
        "kind": kind,
        "skill": skill,
        "exporter": city.environment.tradable[sector]
        & (chance.uniform(ids, "exporter") < parameters.EXPORT_SHARE),
        "log_scale": rules.log_scale(jobs, c, wage),
        "capability": c,
        "capability_start": c,
        "cell": rules.cell(segment, kind, sector, district),
        "turn": ids % 6,
        "productivity_sd": rules.productivity_sd(chance.uniform(ids, "luck", "sd"), jobs),
        "jobs": jobs,
        "jobs_at_12": jobs,
        **city.dispositions(ids, segment, sector, skill),
    }


def _place(city: City, ids: Ints, segment: Codes, sector: Codes) -> Codes:
    """Where they found; enterprises are drawn to the zones that have platforms (M22), by a number of their own."""
    district = rules.district_of(sector, city.chance.uniform(ids, "district"))
    pull = city.at(DISTRICT_PULL, city.first_day) * city.drawn[PULL.id]
    if pull > 0:
        one, other = _ZONES
        first, second = geography.district_shares()[:, _ZONES].T
        chance = rules.drawn_away(first + second, pull)[sector]
        go = (segment != G) & (district != one) & (district != other)
        go &= city.chance.uniform(ids, "pull") < chance
        ids, sector = ids[go], sector[go]
        u = city.chance.uniform(ids, "pull", "zone") * (first + second)[sector]
        district[go] = np.where(u < first[sector], one, other)
    return district


def past(city: City, month: int) -> None:
    """A month before 2017: those who registered then, without queues or policy."""
    base = city.drawn[PROPENSITY.id]
    ids = monthly_ids(month, candidates(month, base, city.drawn[REFORM.id], city.drawn[COST_EFFECT.id]))
    ids = ids.compress(city.chance.uniform(ids, "found") < base)
    new = _draw(city, ids)
    ids = new["id"]
    start = round(month * 365.25 / 12)
    day = start + np.floor(30 * city.chance.uniform(ids, "day")).astype(np.int16)
    # Whose steps reach into 2017 is under way at the start and comes through then; for the others the day is
    # that of registration.
    done = day + np.floor(clock.working_days(city.opening_days(start)) * new["steps"])
    late = done >= 0
    rows = city.firms.append(
        len(ids), filed=day, registered=np.where(late, done, day), registered_month=np.where(late, NEVER, month),
        state=np.where(late, firm_table.FILED, firm_table.REGISTERED), **new)  # fmt: skip
    numbers = np.arange(rows.start, rows.stop)
    city.under_way(numbers[late])
    city.registered_before(numbers[~late])


def usual(city: City) -> tuple[int, float]:
    """This month's candidates, and the chance that one founds under the days and costs of the month."""
    p, day = city.drawn, city.first_day
    n = candidates(city.month, p[PROPENSITY.id], p[REFORM.id], p[COST_EFFECT.id], p[BARRED.id])
    return n, propensity(
        p[PROPENSITY.id], city.opening_days(day), city.at(FIXED_COST, day), p[REFORM.id], p[COST_EFFECT.id])  # fmt: skip


def begin(city: City, places: float) -> int:
    """A month's candidates: who founds hands in a file at the registry on its own day.

    Args:
        city: the city.
        places: yearly places of a training programme that takes people, 0 where none does.

    Returns:
        Persons trained this month, on the verge of founding or not.
    """
    p, day, month = city.drawn, city.first_day, city.month
    n, base = usual(city)
    ids = monthly_ids(month, n)
    trained = city.chance.uniform(ids, "trained") < p[ON_THE_VERGE.id] * places / 12 / max(n, 1)
    u = city.chance.uniform(ids, "found")
    found = u < np.minimum(0.95, base + p[TRAINING.id] * trained)
    persons = round((month % 12 + 1) * places / 12) - round(month % 12 * places / 12)
    city.record.put(TRAINED, month, persons)
    new = _draw(city, ids.compress(found))
    ids = new["id"]
    days = filing_days(city, ids)
    if city.at(LUMP_SUM, day) < 1:
        left, waits = _benefit(city, ids, new["kind"])
        days += np.where(waits, np.rint(left * 365.25 / 12), 0).astype(np.int64)
    taught = trained[ids - monthly_ids(month, 1)[0]]
    # Most students of a programme who found would have founded anyway; the programme counts them all the same.
    students = (
        STUDENTS_FOUND
        * city.at(GRADUATES_TRAINED, day)
        / (12 * max(n * base * parameters.KIND_SHARE["graduate"], 1))
    )
    if students > 0:
        taught |= (new["kind"] == city.graduate) & (city.chance.uniform(ids, "programme") < students)
    hand_in(city, new, days, np.where(taught, days, NEVER), "entry.propensity", base)
    return persons


def filing_days(city: City, ids: Ints) -> npt.NDArray[np.int64]:
    """The day of the month on which each hands in its file."""
    u = city.chance.uniform(ids, "day")
    return np.asarray(city.first_day + np.floor(clock.month_length(city.month) * u).astype(np.int64))


def hand_in(
    city: City, new: dict[str, Any], days: npt.ArrayLike, served: npt.ArrayLike, rule: str, chance: npt.ArrayLike
) -> arrays.Rows:  # fmt: skip
    """Founders hand in their files at the registry. Returns their rows."""
    ids = new["id"]
    rows = city.firms.append(len(ids), filed=days, state=firm_table.FILED, served=served, **new)
    numbers = np.arange(rows.start, rows.stop)
    city.windows["registry"].hand_in(days, city.ties(ids, "registry"), numbers)
    if city.diary:
        city.diary.firms(
            ids, "entry.founded", day=days, rule=rule, chance=chance,
            trained=np.asarray(served) < NEVER, jobs=city.firms.jobs[rows])  # fmt: skip
    return numbers


def _benefit(city: City, ids: Ints, kind: Codes) -> tuple[Floats, Mask]:
    """Months of benefit that founders have left, and who would draw them month by month before he founds."""
    left = np.where(kind == city.unemployed, rules.benefit_left(city.chance.uniform(ids, "benefit")), 0.0)
    waits = city.chance.uniform(ids, "benefit", "waits") < parameters.WAIT_FOR_BENEFIT
    return left, waits & (left > 0)


def pay_in(city: City, rows: arrays.Rows) -> None:
    """Founders bring their own capital when they open, and pay what opening costs.

    K = capital_months x exp(0.7 g) months of cost + 3,000 yuan (SHOCK04, CRED16). What the registered
    unemployed bring holds the benefit that they may take at once; where they may not, who has not waited loses it.
    """
    firms = city.firms
    segment = firms.segment[rows]
    cost = np.take(WAGE, segment) * (firms.jobs[rows] - 1)
    cost = cost + np.take(RENT, segment)
    g = city.chance.normal(firms.id[rows], "capital")
    capital = 3000 + city.drawn[CAPITAL.id] * np.exp(0.7 * g) * cost
    if city.at(LUMP_SUM, city.first_day) < 1:
        left, waits = _benefit(city, firms.id[rows], firms.kind[rows])
        capital = np.where(waits, capital, np.maximum(capital - parameters.BENEFIT * left, 0))
    city.pay(flows.CAPITAL, rows, 100 * capital)
    if city.month >= 0:
        fee = city.at(FIXED_COST, city.first_day)
        city.pay(flows.FEES, rows, np.full(len(rows), -100.0 * fee))
