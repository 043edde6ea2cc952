"""Context shared by all submodels of a run."""

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
    """Policy levers of a run, as read by the submodels.

    Args:
        settings: values of all policy levers by date.
        env: SimPy environment, which provides the current day.
        clock: current month.
    """

    def __init__(self, settings: Settings, env: simpy.Environment, clock: Calendar) -> None:
        self._settings, self._env, self._clock = settings, env, clock

    def at(self, lever: PolicyLever, day: float) -> float:
        """Return the value of a lever on a day."""
        return self._settings.at(lever, day)

    def not_yet(self, lever: PolicyLever) -> bool:
        """Whether a lever has always been zero so far, so that its programme does not accept applications yet."""
        return self._settings.not_yet(lever, max(self._clock.first_day, self._env.now))


class LeversAtBase(Levers):
    """Policy levers before the plan, when all of them are at their base values in every scenario."""

    def at(self, lever: PolicyLever, day: float) -> float:
        """Return the base value of a lever."""
        return lever.base


@dataclass
class Context:
    """Time, random streams, levers, parameters, firms, accounts and recorder of one run.

    The context is passed to the constructor of every submodel; other submodels are passed as separate
    arguments.

    Attributes:
        model: Mesa model with which agents register.
        env: SimPy environment.
        clock: current month.
        streams: random streams of the replicate.
        levers: policy levers by date.
        parameters: value of every uncertain parameter, by id.
        initial: initial conditions at the end of 2016, by name.
        variants: selected variant of each rule with several variants.
        environment: economy, shocks and tax law of the run.
        firms: firm table.
        accounts: ledger, public funds and payments.
        recorder: recorder of outcomes.
        events: event log for case histories, if requested.
        scale: share of individual businesses and ordinary enterprises that are simulated.
        placebo: whether ties are broken differently and the city's service desks receive a placebo load.
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
        """Return keyed random bits that break ties between applications submitted on the same day."""
        return self.streams.bits(ids, "tie", *purpose, *(("placebo",) if self.placebo else ()))
