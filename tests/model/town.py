"""Cities for tests: the whole plan at work, a few levers set otherwise, a small share of the firms.

Nothing here depends on policy files: settings are bases, :data:`SUPPORT`, and what a test overrides.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any
from unittest import mock

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.engine.random_streams import RandomStreams
from sim.engine.recorder import RunOutput
from sim.model.city import City, simulate
from sim.model.coordinates import COORDS as COORDS
from sim.model.entry import candidates
from sim.model.environment.assumptions import EnvironmentAssumptions
from sim.model.environment.parameters import SHOCKS
from sim.model.environment.series import deals_of, macro
from sim.model.government.parameters import DESKS
from sim.model.initial_population import initial_population
from sim.model.registry import LEVERS
from sim.model.settings import Settings

INSTRUMENTS = tuple(str(name) for name in COORDS["instrument"].values)
FLOWS = tuple(str(name) for name in COORDS["flow"].values)
FUNDS = tuple(str(name) for name in COORDS["fund"].values)
SCHEMES = tuple(str(name) for name in COORDS["scheme"].values)
REASONS = tuple(str(name) for name in COORDS["refusal"].values)
SEED = 20170609
SCALE = 0.01
WORLD = EnvironmentAssumptions(macro("observed"))
Value = float | Sequence[tuple[int, float]]
"""One number for the whole run, or (day, value) from day 0 on."""

SUPPORT: dict[str, Value] = {
    "entry.fixed_cost": 1500,
    "entry.trainees": 6000,
    "registration.days": 12,
    "claims.awareness": 0.4,
    "claims.processing_days": 40,
    "claims.one_off_amount": 5000,
    "claims.one_off_budget": 20e6,
    "claims.rent_amount": 6000,
    "claims.rent_budget": 18e6,
    "claims.job_first": 2000,
    "claims.job_beyond": 3000,
    "claims.job_cap": 30000,
    "claims.job_budget": 14e6,
    "claims.hardship_rent": 8000,
    "claims.hardship_one_off": 10000,
    "services.training_amount": 1000,
    "services.training_budget": 7e6,
    "services.lecture_amount": 3000,
    "services.lectures": 48,
    "services.lecture_budget": 2e5,
    "services.upskilling_amount": 10000,
    "services.upskilling_places": 25,
    "services.mentor_fee": 500,
    "services.mentors": 150,
    "services.mentor_budget": 1.5e6,
    "credit.interest_subsidy": 0.03,
    "credit.interest_subsidy_budget": 1.2e6,
    "credit.tech_branches": 3,
    "credit.days": 15,
    "credit.relending_quota": 4e8,
    "credit.loan_pool": 250e6,
    "credit.bridge_fund": 1e8,
    "credit.bridge_fee": 0.0003,
    "credit.ip_pledge_pool": 40e6,
    "credit.ip_pledge_share": 0.5,
    "guarantee.capital": 3e8,
    "guarantee.compensation_pool": 30e6,
    "guarantee.city_share": 0.3,
    "guarantee.loan_fund_capital": 20e6,
    "incubator.opening_award": 5e5,
    "incubator.provincial_award": 5e5,
    "incubator.national_award": 1e6,
    "incubator.award_budget": 8e6,
    "incubator.tax_relief": 0.05,
    "incubator.online_allowed": 1,
    "incubator.platform_projects": 2,
    "incubator.convertible_area": 120000,
    "incubator.utility_discount": 0.2,
    "incubator.supported_makerspaces": 8,
}
BUDGETS = {
    "one_off_grant": "claims.one_off_budget",
    "rent_subsidy": "claims.rent_budget",
    "job_creation_subsidy": "claims.job_budget",
    "lecture_subsidy": "services.lecture_budget",
    "training_subsidy": "services.training_budget",
    "mentor_subsidy": "services.mentor_budget",
    "incubator_support": "incubator.award_budget",
}
"""Programmes whose yearly money is one lever."""


def settings(overrides: Mapping[str, Value] | None = None) -> Settings:
    """Bases, support, and on top what a test sets; an undeclared id is an error of the test."""
    values: dict[str, Value] = {id_: s.base for id_, s in LEVERS.items()}
    values |= SUPPORT
    values |= overrides or {}
    if unknown := set(values) - set(LEVERS):
        raise KeyError(f"no such levers: {sorted(unknown)}")
    steps = {}
    for id_, value in values.items():
        dated = [(0, float(value))] if isinstance(value, int | float) else list(value)
        steps[id_] = (tuple(d for d, _ in dated), tuple(float(v) for _, v in dated))
    return Settings(steps)


def city(
    overrides: Mapping[str, Value] | None = None, *,
    replicate: int = 0, seed: int = SEED, scale: float = SCALE, uncertain: bool = False,
    placebo: bool = False, world: EnvironmentAssumptions = WORLD,
) -> City:  # fmt: skip
    """A city before its run; ``run_all`` simulates it."""
    return City(
        settings(overrides),
        world,
        RandomStreams(seed, replicate),
        uncertain=uncertain,
        scale=scale,
        placebo=placebo,
    )


def run(overrides: Mapping[str, Value] | None = None, **where: Any) -> RunOutput:
    """One run, kept for tests that need the same again: its output must not be written to.

    Args:
        overrides: levers set otherwise.
        where: what :func:`city` takes but ``world``; ``shocks`` and ``initial`` (pairs) instead.
    """
    return _run(overridden(overrides), options_of(where), round(candidates.registrations()[2017]))


def simulated(
    overrides: Mapping[str, Value] | None = None, drawn: Mapping[str, float] | None = None, **where: Any
) -> tuple[City, RunOutput]:
    """A city after its run and the output, kept as those of :func:`run` are: neither must be written to.

    Args:
        overrides: levers set otherwise.
        drawn: parameters set otherwise.
        where: what :func:`city` takes but ``world``.
    """
    parameters = tuple(sorted((drawn or {}).items()))
    return _simulated(
        overridden(overrides), parameters, options_of(where), round(candidates.registrations()[2017])
    )


def overridden(overrides: Mapping[str, Value] | None) -> tuple[tuple[str, Value], ...]:
    """Settings that differ from the usual ones, hashable."""
    fixed = {id_: dated(v) for id_, v in (overrides or {}).items()}
    usual = {id_: SUPPORT.get(id_, LEVERS[id_].base) for id_ in fixed.keys() & LEVERS}
    return tuple((id_, v) for id_, v in sorted(fixed.items()) if v != usual.get(id_))


def options_of(where: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Options that differ from the usual ones, hashable."""
    return tuple((name, v) for name, v in sorted(where.items()) if v != USUALLY.get(name))


def dated(value: Value) -> Value:
    """A value, hashable: days without a change are left out, and a single value is a number."""
    steps = [(0, value)] if isinstance(value, int | float) else value
    kept = [s for k, s in enumerate(steps) if k == 0 or s[1] != steps[k - 1][1]]
    return kept[0][1] if len(kept) == 1 and kept[0][0] == 0 else tuple(kept)


USUALLY: Mapping[str, Any] = {
    "scale": SCALE, "uncertain": False, "placebo": False, "seed": SEED, "replicate": 0, "macro": "observed",
}  # fmt: skip


@lru_cache(maxsize=64)
def _run(
    overrides: tuple[tuple[str, Value], ...], where: tuple[tuple[str, Any], ...], world: int
) -> RunOutput:
    options = {**USUALLY, **dict(where)}
    streams = RandomStreams(options.pop("seed"), options.pop("replicate"))
    name = options.pop("macro")
    given = EnvironmentAssumptions(
        macro(name),
        frozenset(options.pop("shocks", SHOCKS)),
        dict(options.pop("initial", ())),
        deals_of(name),
    )
    return simulate(settings(dict(overrides)), given, streams, **options)


@lru_cache(maxsize=8)
def _simulated(
    overrides: tuple[tuple[str, Value], ...],
    drawn: tuple[tuple[str, float], ...],
    where: tuple[tuple[str, Any], ...],
    world: int,
) -> tuple[City, RunOutput]:
    del world  # only part of the key: fewer firms register, see `registering`
    result = city(dict(overrides), **dict(where))
    result.context.parameters |= dict(drawn)
    output = result.run_all()
    result.close()
    return result, output


@contextmanager
def registering(share: float) -> Iterator[None]:
    """Let only this share of firms register in all years: a small city at 1:1, or none."""
    fewer = {year: share * n for year, n in candidates.registrations().items()}
    initial_population.cache_clear()
    try:
        with mock.patch.object(candidates, "registrations", new=fewer.copy):  # no mock: it keeps every call
            yield
    finally:
        initial_population.cache_clear()


def at(city: City, time: float, action: Callable[[], object]) -> None:
    """Act on a city at a time of its run, in days."""

    def wait() -> Generator[Any, Any, None]:
        yield city.context.env.timeout(time)
        action()

    city.context.env.process(wait())


def after(city: City, day: float, action: Callable[[], object]) -> None:
    """Act on a city on a day of its run, in the afternoon."""
    at(city, day + 0.6, action)


class EnoughError(Exception):
    """The run has reached the day at which a test stops it."""


def until(city: City, day: float) -> Mapping[str, npt.NDArray[Any]]:
    """Run a city until a day; return its outcomes as far as they were recorded."""

    def stop() -> None:
        raise EnoughError

    at(city, day, stop)
    with suppress(EnoughError):
        city.run_all()
    city.close()
    return city.context.recorder.arrays


def window(output: RunOutput, outcome: str, name: str) -> npt.NDArray[Any]:
    """An outcome of a service desk by month."""
    return output.outcomes[outcome][:, DESKS.index(name)]


def spending(output: RunOutput, instrument: str) -> npt.NDArray[Any]:
    """Public spending on one instrument by month, yuan."""
    return output.outcomes["public_spending"][:, INSTRUMENTS.index(instrument)]


def by_year(months: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Sums over the months of each year."""
    return np.asarray(months.reshape(4, 12, *months.shape[1:]).sum(axis=1))


def working_days(month: int) -> int:
    """Days of a month on which service desks are open."""
    start, end = clock.MONTH_START[month : month + 2]
    return sum(clock.is_working_day(day) for day in range(start, end))


def differing(a: RunOutput, b: RunOutput) -> list[str]:
    """Outcomes, columns of the panel and payments that differ bit for bit."""
    names = []
    for part in ("outcomes", "firms", "payments"):
        ours, theirs = getattr(a, part), getattr(b, part)
        assert ours.keys() == theirs.keys()
        names += [
            f"{part}.{name}" for name, array in ours.items()
            if not np.array_equal(array, theirs[name], equal_nan=array.dtype.kind == "f")
        ]  # fmt: skip
    return names
