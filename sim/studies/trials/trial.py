"""Trials: the plan as enacted against the same plan with one instrument or measure set back.

Twins share their luck, so what differs is the instrument's doing. All trials of a replicate share
the run of the plan as enacted. What is set back to the same settings adds nothing and is not run.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from sim.engine import clock
from sim.engine.errors import InputError
from sim.engine.random_streams import RandomStreams
from sim.engine.recorder import RunOutput
from sim.policy.catalogue.catalogue import Instrument, Setting, Value, catalogue
from sim.policy.catalogue.listing import chosen
from sim.studies.execution import batch
from sim.studies.execution.run_specification import Asked, load
from sim.studies.run import Model, bar, the_city
from sim.studies.trials import counterfactual, observational_estimate, quantities, results
from sim.studies.trials.results import Sums

if TYPE_CHECKING:
    import xarray as xr

    from sim.model.registry import Settings
    from sim.policy.scenario.scenario import Scenario

Against = Literal["without", "off"]


@dataclass(frozen=True)
class Trial:
    """One instrument or measure, and what its trial looks at.

    Attributes:
        id, zh, en: its own.
        status: ``run``; ``no_addition``: set back, every socket is the same; ``not_acting``: no room
            reads what it would move.
        pays: numbers of its instruments among those that pay public money.
        eligible: whom it is for.
        yardsticks: its first-order outcomes.
        treated: how an evaluator knows its recipients: ``paid`` or ``taught``.
        moved: by socket its yearly means in both arms, at central values.
    """

    id: str
    zh: str
    en: str
    status: str
    pays: tuple[int, ...]
    eligible: tuple[quantities.Group, ...]
    yardsticks: tuple[quantities.Yardstick, ...]
    treated: str
    moved: Mapping[str, tuple[tuple[float, ...], tuple[float, ...]]]


@dataclass(frozen=True)
class Twins:
    """The work of one job: one trial in one replicate.

    Attributes:
        simulate: see :class:`sim.studies.run.Model`.
        base: the plan as enacted; lived once for all jobs of a replicate that one process does in turn.
        world: digest of ``base``.
        trials: all of them.
        jobs: replicate and number of the trial of each job.
        against: what trials are set back to; against ``off`` the naive evaluation is made too.
    """

    simulate: Any
    base: Scenario
    world: str
    trials: tuple[Trial, ...]
    jobs: tuple[tuple[int, int], ...]
    against: Against

    def __call__(self, job: int) -> Sums:
        """Live a twin and lay it beside the plan as enacted."""
        replicate, number = self.jobs[job]
        tried = self.trials[number]
        key = self.simulate, self.world, replicate
        if key not in _LIVED:
            _LIVED.clear()
            _LIVED[key] = self.simulate(self.base, replicate, False)
        policy = _LIVED[key]
        reference = self.simulate(twin(self.base, tried.id, self.against), replicate, False)
        sums: Sums = dict(
            counterfactual.compare(
                reference,
                policy,
                instruments=tried.pays,
                eligible=tried.eligible,
                yardsticks=tried.yardsticks,
            )
        )
        if self.against == "off":
            taught = tried.treated == "taught"
            treated = (
                observational_estimate.taught(policy)
                if taught
                else observational_estimate.paid_first(policy, tried.pays)
            )
            if treated.row.size:
                found = observational_estimate.evaluate(policy, reference, treated)
                sums |= {(results.NAIVE, approach): numbers for approach, numbers in found.items()}
        return sums


_LIVED: Final[dict[Any, RunOutput]] = {}
"""The plan as enacted in the last replicate that this process lived; never written to."""


def trial(
    *ids: str,
    against: Against = "without",
    scenario: Asked = "as_enacted",
    replicates: int | None = None,
    seed: int | None = None,
    scale: float | None = None,
    workers: int = 1,
    progress: bool = False,
    model: Model | None = None,
) -> xr.Dataset:
    """Try instruments or measures, each by itself.

    Args:
        *ids: of the catalogue.
        against: ``without``: this plan had not brought it; ``off``: no such support at all. Against
            ``off``, programmes that pay or teach firms are also evaluated naively.
        scenario: the plan as enacted, or another policy whose parts are to be tried.
        replicates: in place of the scenario's own.
        seed: the same.
        scale: the same.
        workers: processes, see :func:`sim.run`.
        progress: whether to draw a bar on standard error.
        model: in place of the city, in tests.

    Returns:
        see :func:`sim.studies.trials.results.assemble`.

    Raises:
        InputError: an id or a number is wrong.
    """
    began = time.perf_counter()
    model = model or the_city()
    base = load(scenario, {"replicates": replicates, "seed": seed, "scale": scale})
    trials = prepare(ids, base, against, model)
    numbers = range(base.run.replicates)
    jobs = [(k, i) for k in numbers for i, one in enumerate(trials) if one.status == "run"]
    rows = {
        (trials[i].id, k): sums
        for (k, i), sums in live(base, trials, jobs, against, model, workers=workers, progress=progress)
    }
    return results.assemble(trials, rows, base, against, time.perf_counter() - began)


def prepare(ids: Sequence[str], base: Scenario, against: Against, model: Model) -> tuple[Trial, ...]:
    """The trials of these instruments and measures.

    Raises:
        InputError: one of them is not in the catalogue.
    """
    faults: list[Any] = []
    found = []
    own = _drawn(base)
    for id_ in dict.fromkeys(ids):
        try:
            found.append(_prepared(id_, base, own, against, model))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return tuple(found)


def live(
    base: Scenario,
    trials: tuple[Trial, ...],
    jobs: Sequence[tuple[int, int]],
    against: Against,
    model: Model,
    *,
    workers: int = 1,
    progress: bool = False,
) -> Iterator[tuple[tuple[int, int], Sums]]:
    """Do jobs (replicate, number of the trial), each handed back as it ends."""
    work = Twins(model.simulate, base, base.sha256, trials, tuple(jobs), against)
    try:
        with bar(progress) as shown:
            for job, sums in batch.evaluate(work, range(len(jobs)), workers=workers, progress=shown):
                yield jobs[job], sums
    finally:
        _LIVED.clear()


def twin(base: Scenario, id_: str, against: Against) -> Scenario:
    """The same policy with an instrument or a measure set back."""
    name = f"{against}_{id_}".lower()
    return base.changed(name, without=[id_]) if against == "without" else base.changed(name, off=[id_])


def _prepared(id_: str, base: Scenario, own: list[Settings], against: Against, model: Model) -> Trial:
    plan = catalogue()
    chosen(id_)
    id_ = id_ if id_ in plan.instruments else id_.upper()
    tried: Any = plan.measures.get(id_) or plan.instruments[id_]
    parts: tuple[Instrument, ...] = getattr(tried, "instruments", (tried,))
    acting = [one for one in parts if one.acting]
    payers = list(model.coordinates["instrument"].values)
    steps = [settings.steps for settings in own]
    others = _drawn(twin(base, id_, against))
    moved = {
        lever: tuple(tuple(_yearly(settings.steps[lever])) for settings in (others[0], own[0]))
        for lever in others[0].steps
        if any(other.steps[lever] != ours[lever] for other, ours in zip(others, steps, strict=True))
    }
    asleep = any(not s.acting and _set_back(s, against) != s.enacted for one in parts for s in one.settings)
    status = "run" if moved else "not_acting" if asleep else "no_addition"
    looked_at = {
        y.name: y for y in (quantities.yardstick(i, model.outcomes, model.coordinates) for i in acting)
    }
    groups = dict.fromkeys(quantities.entry(i)["eligible"] for i in acting)
    return Trial(
        id_,
        tried.zh,
        tried.en,
        status,
        tuple(payers.index(one.id) for one in parts if one.id in payers),
        tuple(quantities.group(name, model.coordinates) for name in groups),
        tuple(looked_at.values()),
        next((quantities.entry(i).get("treated", "paid") for i in parts), "paid"),
        moved,  # type: ignore[arg-type]
    )


def _set_back(setting: Setting, against: Against) -> Value:
    """What a setting is worth in the twin."""
    return setting.without if against == "without" or setting.none is None else setting.none


def _drawn(scenario: Scenario) -> list[Settings]:
    """Settings at central values, and those of every replicate where they are drawn."""
    from sim.policy.scenario import resolution

    run = scenario.run
    drawn = range(run.replicates) if run.uncertainty != "random" else ()
    return [
        resolution.settings(scenario, chance)
        for chance in (None, *(RandomStreams(run.seed, k) for k in drawn))
    ]


def _yearly(steps: tuple[Sequence[int], Sequence[float]]) -> Iterator[float]:
    """Mean of a socket over the days of each year."""
    days, values = steps
    by_day = np.asarray(values)[np.searchsorted(days, np.arange(clock.DAYS), side="right") - 1]
    for year in np.split(by_day, clock.MONTH_START[12:-1:12]):
        yield float(year.mean())


__all__ = ["Trial", "live", "prepare", "trial"]
