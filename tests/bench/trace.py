"""Trace of a run: every call of a rule and every draw of random numbers, and the SimPy events by kind."""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Final

import numpy as np
import simpy

import sim.model
from sim.engine.random_streams import RandomStreams
from sim.model import city
from sim.model.calendar import Calendar

DRAWS: Final = ("uniform", "normal", "bits")
STATE: Final = {"context", "firms", "recorder", "record", "banks", "streams"}
"""Parameters by which a function is given the state of a run: it is a process, not a rule."""


@dataclass
class Trace:
    """Calls, draws and events of a run.

    Attributes:
        rules: length of the pass of each rule in each month, by (name, month); a rule called several
            times in a month counts as one pass over all of it.
        draws: the same of keyed draws, by (kind of draw, purpose, month).
        samples: arguments of the longest call of each rule.
        events: SimPy events by kind.
    """

    rules: Counter[tuple[str, int]] = field(default_factory=Counter)
    draws: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    samples: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    events: Counter[str] = field(default_factory=Counter)
    month: int = 0
    busy: bool = False  # inside a rule or draw: what it calls is part of it


def _modules() -> list[ModuleType]:
    """All modules of the model."""
    names = (m.name for m in pkgutil.walk_packages(sim.model.__path__, f"{sim.model.__name__}."))
    return [importlib.import_module(name) for name in names]


def rules() -> dict[str, tuple[Any, Callable[..., Any]]]:
    """Pure rules of all submodels by name ``submodel.module.rule``, each with its module.

    They are the public functions of the model's modules that are given no state of a run. A call without an
    array counts as no pass.
    """
    pure: dict[str, tuple[Any, Callable[..., Any]]] = {}
    for submodel in _modules():
        if submodel is city:
            continue
        for name, function in vars(submodel).items():
            if not inspect.isfunction(function) or function.__module__ != submodel.__name__:
                continue
            if not name.startswith("_") and STATE.isdisjoint(inspect.signature(function).parameters):
                pure[f"{submodel.__name__.removeprefix('sim.model.')}.{name}"] = (submodel, function)
    return pure


def length(arguments: tuple[Any, ...]) -> int:
    """Entries of the longest array among the arguments; 0 if all are single numbers."""
    return max((len(a) for a in arguments if isinstance(a, np.ndarray) and a.ndim), default=0)


@contextmanager
def tracing() -> Iterator[Trace]:
    """Record all calls of rules, draws and events in this context."""
    trace, step = Trace(), simpy.Environment.step
    modules = _modules()
    originals = {name: getattr(RandomStreams, name) for name in DRAWS}
    wrapped = rules()

    turn = Calendar.turn

    def turning(clock: Calendar, month: int, first_day: int, last_day: int) -> None:
        trace.month = month
        turn(clock, month, first_day, last_day)

    def stepping(env: simpy.Environment) -> None:
        event = env._queue[0][3]
        trace.events[type(event).__name__] += 1
        step(env)

    variants = {name: dict(rules_) for name, rules_ in city.RULES.items()}
    places = []  # where a rule is known, and by which name: other files may have imported it
    for name, (_, function) in wrapped.items():
        recorded = _rule(trace, name, function)
        for module in modules:
            for known_as in [n for n, value in vars(module).items() if value is function]:
                setattr(module, known_as, recorded)
                places.append((module, known_as, function))
        for known in city.RULES.values():  # variants that a city chooses by name
            known.update({variant: recorded for variant, rule in known.items() if rule is function})
    for name, draw in originals.items():
        setattr(RandomStreams, name, _draw(trace, name, draw))
    calendar: Any = Calendar
    calendar.turn = turning
    environment: Any = simpy.Environment
    environment.step = stepping
    try:
        yield trace
    finally:
        calendar.turn = turn
        environment.step = step
        for module, known_as, function in places:
            setattr(module, known_as, function)
        for name, rules_ in variants.items():
            city.RULES[name].update(rules_)
        for name, draw in originals.items():
            setattr(RandomStreams, name, draw)


def _rule(trace: Trace, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    signature = inspect.signature(function)

    @functools.wraps(function)
    def recorded(*args: Any, **kwargs: Any) -> Any:
        if trace.busy:
            return function(*args, **kwargs)
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        arguments = bound.args
        n = length(arguments)
        if n and not bound.kwargs:
            trace.rules[name, trace.month] += n
            if name not in trace.samples or n > length(trace.samples[name]):
                copies = (a.copy() if isinstance(a, np.ndarray) else a for a in arguments)
                trace.samples[name] = tuple(copies)
        trace.busy = True
        try:
            return function(*args, **kwargs)
        finally:
            trace.busy = False

    return recorded


def _draw(trace: Trace, name: str, draw: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(draw)
    def recorded(self: RandomStreams, who: Any, *what: int | str) -> Any:
        if trace.busy:
            return draw(self, who, *what)
        purpose = " ".join(w for w in what if isinstance(w, str))
        trace.draws[name, purpose, trace.month] += len(who)
        trace.busy = True
        try:
            return draw(self, who, *what)
        finally:
            trace.busy = False

    return recorded
