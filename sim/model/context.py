"""Context: what every submodel is given by its constructor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import simpy
    from mesa import Model

    from sim.engine.arrays import Ints
    from sim.engine.event_log import EventLog
    from sim.engine.levers import PolicyLever
    from sim.engine.random_streams import RandomStreams
    from sim.engine.recorder import Recorder
    from sim.model.calendar import Calendar
    from sim.model.environment.environment import Environment
    from sim.model.government.accounts import CityAccounts
    from sim.model.population.firm_table import FirmTable
    from sim.model.rule_variants import Rules
    from sim.model.settings import Settings


class Levers:
    """The policy levers of a run as submodels read them.

    Args:
        settings: the value of every lever, day by day.
        env: gives the present day.
        clock: gives the month.
    """

    def __init__(self, settings: Settings, env: simpy.Environment, clock: Calendar) -> None:
        self._settings, self._env, self._clock = settings, env, clock

    def at(self, lever: PolicyLever, day: float) -> float:
        """Value of a lever on a day."""
        return self._settings.at(lever, day)

    def not_yet(self, lever: PolicyLever) -> bool:
        """Whether a lever has been zero on every day until now: the programme takes no applications yet."""
        return self._settings.not_yet(lever, max(self._clock.first_day, self._env.now))


class LeversAtBase(Levers):
    """All levers at their bases, as they were before the plan under every scenario."""

    def at(self, lever: PolicyLever, day: float) -> float:
        """Value of a lever before the plan."""
        return lever.base


@dataclass
class Context:
    """Time, random streams, levers, parameters, firms, accounts and records of one run.

    Every submodel is given it by its constructor; the other submodels that it calls are separate arguments.

    Attributes:
        model: the Mesa model with which agents register.
        env: the SimPy environment.
        clock: the month under way.
        streams: keyed random numbers of the replicate.
        levers: policy levers by date.
        parameters: value of every uncertain parameter, by id.
        initial: what was there at the end of 2016, by name.
        variants: the variant in use of each rule that has several.
        environment: economy, shocks and tax law of the run.
        firms: the firms, one column a field.
        accounts: the ledger, public funds and payments.
        recorder: outcomes by month.
        events: log of case histories, if one is kept.
        scale: share of individual businesses and ordinary enterprises that are simulated.
        placebo: whether ties are broken differently and desks carry a placebo load.
    """

    model: Model
    env: simpy.Environment
    clock: Calendar
    streams: RandomStreams
    levers: Levers
    parameters: dict[str, float]
    initial: dict[str, float]
    variants: Rules
    environment: Environment
    firms: FirmTable
    accounts: CityAccounts
    recorder: Recorder
    events: EventLog | None
    scale: float
    placebo: bool

    def ties(self, ids: Ints, *purpose: str) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
        """Keyed numbers that order files which arrive on the same day."""
        return self.streams.bits(ids, "tie", *purpose, *(("placebo",) if self.placebo else ()))
