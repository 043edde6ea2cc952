"""Methods to test on a set of agents, with the same firms as ordinary Mesa agents and as table rows."""

from __future__ import annotations

import copy
import math
import operator
from collections import Counter
from collections.abc import Callable, Iterable
from statistics import fmean
from typing import Any

import mesa
import numpy as np
from mesa.agent import AgentSet

from sim.model.population.agents import StartupSet
from sim.model.population.firm_table import CLOSED, OPEN, E, FirmTable, G, T

FIRMS: dict[str, list[Any]] = {
    "id": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    "segment": [G, E, G, T, G, G, E, G, T, E, G],
    "state": [OPEN, OPEN, CLOSED, OPEN, OPEN, CLOSED, OPEN, OPEN, OPEN, OPEN, CLOSED],
    "jobs": [2, 11, 0, 7, 2, 0, 30, 3, 5, 11, 0],
    "cash": [5_000_000_000, -20, 0, 7, 7, 0, 123, 9, 10**15, 4, 0],
    "capability": [0.5, -1.25, 0.0, 3.5, 0.5, 0.0, -0.125, 2.0, 1.5, 0.25, -4.0],
    "wait": [3.0, math.inf, 8.5, 0.5, 3.0, math.inf, 60.0, 1.0, 2.0, 4.0, math.inf],
    "exporter": [False, True, False, True, False, False, True, False, False, True, False],
}
"""Values by column; values of 32-bit columns are exactly representable."""
N = len(FIRMS["id"])


class Plain(mesa.Agent):
    """Ordinary agent, registered in its model, with the values of one firm."""

    def __init__(self, model: mesa.Model, **values: Any) -> None:
        super().__init__(model)
        for name, value in values.items():
            setattr(self, name, value)


def table() -> FirmTable:
    firms = FirmTable(N + 5)
    firms.append(N, **FIRMS)
    return firms


def ours() -> StartupSet:
    return StartupSet(mesa.Model(rng=5), table())


def theirs() -> AgentSet:
    model = mesa.Model(rng=5)
    for values in zip(*FIRMS.values(), strict=True):
        Plain(model, **dict(zip(FIRMS, values, strict=True)))
    agents = AgentSet(list(model.agents), random=model.random)
    agents.model = model  # a set holds weak references; the model keeps the agents alive
    return agents


GroupBy: Any = type(theirs().groupby("segment"))
"""Mesa's ``GroupBy``, which has been in a separate module since 3.5.1."""


def comparable(answer: Any) -> Any:
    """Return a result with agents replaced by their ids and values paired with their types."""
    if isinstance(answer, mesa.Agent):
        return "agent", answer.unique_id
    if isinstance(answer, AgentSet):
        return "agents", [agent.unique_id for agent in answer]
    if isinstance(answer, GroupBy):
        return "groups", [(key, comparable(group)) for key, group in answer]
    if isinstance(answer, dict):
        return "dict", [(comparable(key), comparable(value)) for key, value in answer.items()]
    if isinstance(answer, list | tuple):
        return type(answer).__name__, [comparable(each) for each in answer]
    return type(answer).__name__, answer


def outcome(everyone: Any, start: Callable[[Any], Any], verb: Callable[[Any], Any]) -> Any:
    """Return the result or exception of a method call and the subsequent state of the set and the firms."""
    members = start(everyone)
    try:
        answer = comparable(verb(members))
    except Exception as error:
        answer = "raises", type(error)
    return answer, comparable(members), comparable([[getattr(a, name) for name in FIRMS] for a in everyone])


def calls(verb: str, *args: Any, **kwargs: Any) -> Callable[[Any], Any]:
    """Return a test that records the result of a method and the agents passed to its function, in order."""

    def test(agents: Any) -> Any:
        seen: list[int] = []

        def large(agent: Any) -> bool:
            seen.append(agent.unique_id)
            return bool(agent.jobs > 2)

        return getattr(agents, verb)(large, *args, **kwargs), seen

    return test


def over(
    values: Iterable[Any], label: str, verb: Callable[[Any, Any], Any]
) -> dict[str, Callable[[Any], Any]]:
    """Return one test for each of several argument values."""

    def bound(value: Any) -> Callable[[Any], Any]:
        return lambda agents: verb(agents, value)

    return {f"{label} {getattr(value, '__name__', repr(value))}": bound(value) for value in values}


def write(agent: Any, name: str, value: Any) -> Any:
    setattr(agent, name, value)
    return agent


def raise_jobs(agent: Any, by: int, *, twice: bool = False) -> int:
    agent.jobs += by * (2 if twice else 1)
    return int(agent.jobs)


def half(agents: Any) -> Any:
    return agents.select(at_most=0.5)


def large(agents: Any) -> Any:
    return agents.select(lambda a: a.jobs > 4)


STARTS: dict[str, Callable[[Any], Any]] = {
    "all": lambda s: s,
    "reordered": lambda s: s.select(lambda a: a.jobs != 3).shuffle(),
    "one": lambda s: s.select(lambda a: a.unique_id == 4),
    "none": lambda s: s.select(lambda a: False),
}
VERBS: dict[str, Callable[[Any], Any]] = {
    "select": lambda s: s.select(),
    "select is a copy": lambda s: s.select() is s,
    "select with a function": calls("select"),
    "select with a truthy function": lambda s: s.select(lambda a: a.jobs),
    **over(
        (0, 1, 3, 100, True, 0.0, 0.25, 0.5, 0.99, 1.0, 2.5, math.inf, -1, -0.5, np.float64(0.5)),
        "select at most",
        lambda s, most: s.select(at_most=most),
    ),
    "select with a function, at most 2": calls("select", 2),
    "select with a function, at most 0": calls("select", at_most=0),
    "select with a function, at most a share of the set": calls("select", at_most=0.3),
    "select inplace": lambda s: s.select(lambda a: a.jobs > 2, inplace=True) is s,
    "select inplace without a condition": lambda s: s.select(inplace=True) is s,
    "select inplace at most 3": lambda s: s.select(at_most=3, inplace=True) is s,
    "select agents": lambda s: s.select(agent_type=mesa.Agent),
    "select their type": lambda s: s.select(lambda a: a.jobs > 2, agent_type=type(s[0])),
    "select another type": lambda s: s.select(lambda a: a.jobs > 2, agent_type=int),
    "select by position of the arguments": lambda s: s.select(None, 4, True, mesa.Agent) is s,
    "select an unknown attribute": lambda s: s.select(lambda a: a.profit > 0),
    "get": lambda s: [s.get(name) for name in FIRMS],
    "get unique_id": lambda s: s.get("unique_id"),
    "get an attribute that is no column": lambda s: s.get("pos"),
    "get many": lambda s: s.get(["jobs", "unique_id", "pos", "capability"]),
    "get one in a list": lambda s: s.get(["jobs"]),
    "get a tuple of names": lambda s: s.get(("jobs", "exporter")),
    "get no name": lambda s: s.get([]),
    "get missing": lambda s: s.get("profit"),
    "get missing among others": lambda s: s.get(["jobs", "profit"]),
    "get missing with default": lambda s: s.get("profit", "default"),
    "get missing with default value": lambda s: s.get("profit", handle_missing="default", default_value=-1),
    "get many with default value": lambda s: s.get(["jobs", "profit"], "default", 0.5),
    "get with an unknown option": lambda s: s.get("jobs", handle_missing="ignore"),
    **over(
        (sum, min, max, len, sorted, fmean, np.sum, np.mean, np.median, Counter, type),
        "agg",
        lambda s, f: s.agg("jobs", f),
    ),
    "agg floats": lambda s: s.agg("capability", [sum, np.sum, np.mean, fmean]),
    "agg truth values": lambda s: s.agg("exporter", [sum, any, all, np.mean]),
    "agg beyond 32 bits": lambda s: s.agg("cash", [sum, np.sum]),
    "agg a tuple of functions": lambda s: s.agg("jobs", (sum, len)),
    "agg no function": lambda s: s.agg("jobs", []),
    "agg what is no column": lambda s: s.agg("unique_id", max),
    "agg missing": lambda s: s.agg("profit", sum),
    "set": lambda s: s.set("jobs", 7) is s,
    "set floats": lambda s: s.set("capability", -0.75).get("capability"),
    "set truth values": lambda s: s.set("exporter", True).agg("exporter", sum),
    "set whole yuan": lambda s: s.set("cash", -(10**15)),
    "set one agent": lambda s: write(s[0], "jobs", 400),
    "do a function": lambda s: s.do(raise_jobs, 3) is s,
    "do a function with keywords": lambda s: s.do(raise_jobs, by=3, twice=True),
    "do a method": lambda s: s.do("step") is s,
    "do a method with arguments": lambda s: s.do("__setattr__", "jobs", 9),
    "do advance": lambda s: s.do("advance"),
    "do a missing method": lambda s: s.do("grow"),
    "do in order": calls("do"),
    "map a function": lambda s: s.map(raise_jobs, 3, twice=True),
    "map a method": lambda s: s.map("step"),
    "map a method with arguments": lambda s: s.map("__getattribute__", "unique_id"),
    "map a missing method": lambda s: s.map("grow"),
    "map in order": calls("map"),
    "shuffle": lambda s: [s.shuffle(), s.shuffle(), s.shuffle().shuffle()],
    "shuffle inplace": lambda s: [s.shuffle(inplace=True) is s, s],
    "shuffle with another generator": lambda s: [write(s, "random", type(s.random)(3)), s.shuffle()],
    "shuffle_do a function": calls("shuffle_do"),
    "shuffle_do a function with arguments": lambda s: s.shuffle_do(raise_jobs, 2) is s,
    "shuffle_do a method": lambda s: s.shuffle_do("__setattr__", "jobs", 1) is s,
    **over(
        ("unique_id", "jobs", "segment", "capability", "wait", "exporter"),
        "sort by",
        lambda s, key: [s.sort(key), s.sort(key, ascending=True), s.sort(key, False)],
    ),
    "sort by a function": lambda s: [s.sort(lambda a: -a.jobs), s.sort(lambda a: a.cash % 7, ascending=True)],
    "sort by a path": lambda s: s.sort("jobs.real"),
    "sort inplace": lambda s: [s.sort("jobs", inplace=True) is s, s],
    "sort inplace by a function": lambda s: s.sort(lambda a: a.cash, True, True) is s,
    "sort by what is missing": lambda s: s.sort("profit"),
    "sort by what has no order": lambda s: s.sort("model"),
    **over(
        ("segment", "exporter", "wait", "unique_id", "pos"),
        "groupby",
        lambda s, by: [s.groupby(by), s.groupby(by, result_type="list")],
    ),
    "groupby a function": lambda s: s.groupby(lambda a: "large" if a.jobs > 4 else "small"),
    "groupby a function into lists": lambda s: s.groupby(lambda a: (a.segment, a.exporter), "list"),
    "groupby missing": lambda s: s.groupby("profit"),
    "groupby count": lambda s: s.groupby("segment").count(),
    "groupby count of lists": lambda s: s.groupby("segment", result_type="list").count(),
    "groupby len": lambda s: len(s.groupby("segment")),
    "groupby agg": lambda s: [s.groupby("segment").agg("jobs", f) for f in (sum, max, np.mean)],
    "groupby agg of lists": lambda s: s.groupby("segment", "list").agg("jobs", sum),
    "groupby agg of what is missing": lambda s: s.groupby("segment").agg("profit", sum),
    "groupby map a function": lambda s: s.groupby("segment").map(lambda g, n: len(g) * n, 2),
    "groupby map a function to lists": lambda s: s.groupby("segment", "list").map(len),
    "groupby map a method": lambda s: s.groupby("exporter").map("agg", "jobs", func=[min, max]),
    "groupby map select": lambda s: s.groupby("exporter").map("select", at_most=1),
    "groupby map a missing method": lambda s: s.groupby("exporter").map("grow"),
    "groupby do a method": lambda s: s.groupby("segment").do("set", "jobs", 2).do("shuffle", inplace=True),
    "groupby do a function": lambda s: s.groupby("segment").do(lambda g: g.do(raise_jobs, by=len(g))),
    "groupby groups": lambda s: s.groupby("segment").groups,
    "groupby items": lambda s: list(s.groupby("segment")),
    "len": len,
    "bool": bool,
    "hash": hash,
    "iterate": list,
    "iterate backwards": lambda s: list(reversed(s)),
    **over((0, 3, -1, -N, N, -N - 1, np.int64(1), True, "jobs", 1.0, None), "item", lambda s, item: s[item]),
    **over(
        (slice(None), slice(2, 5), slice(-3, None), slice(None, None, -2), slice(N, 99)),
        "items",
        lambda s, item: s[item],
    ),
    "in": lambda s: [a in s for a in half(s)],
    "in, after a selection": lambda s: [a in large(s) for a in s],
    "in, after a selection inplace": lambda s: [
        before := list(s),
        [a in s for a in before],
        s.select(lambda a: a.jobs > 4, inplace=True),
        [a in s for a in before],
    ],
    "in, of something else": lambda s: [3 in s, "jobs" in s, None in s, mesa.Agent(mesa.Model(rng=1)) in s],
    "count": lambda s: [s.count(s[0]), s.select(at_most=1).count(s[1]), s.count(3)],
    "count without an agent": lambda s: s.count(),
    "index": lambda s: [s.index(a) for a in s],
    "index of something else": lambda s: s.index(3),
    **over(
        (operator.and_, operator.or_, operator.sub, operator.xor),
        "operator",
        lambda s, op: [op(half(s), large(s)), op(large(s), half(s)), op(s, s), op(s, half(s))],
    ),
    **over(
        (operator.eq, operator.ne, operator.le, operator.lt, operator.ge, operator.gt),
        "operator",
        lambda s, op: [
            op(half(s), s),
            op(s, half(s)),
            op(s, s.shuffle()),
            op(large(s), half(s)),
        ],
    ),
    "isdisjoint": lambda s: [half(s).isdisjoint(large(s)), half(s).isdisjoint(s - half(s))],
    "and a list": lambda s: [s & s[:2], s[:2] & s, s - s[1:], half(s) | s[4:]],
    "or something else": lambda s: s | [3],
    "compare with something else": lambda s: [s == 3, s == [3], s != "jobs"],
    "copy.copy": lambda s: [copy.copy(s) is s, copy.copy(s), copy.copy(s).select(at_most=1, inplace=True), s],
    "random": lambda s: [s.random.random(), [a.random.random() for a in s], [a.rng.random() for a in s]],
    "agents as keys": lambda s: {a: a.jobs for a in s} | dict.fromkeys(half(s), -1),
    "agents as sets": lambda s: len(set(s) | set(half(s))),
    "a set of agents": lambda s: AgentSet(agents := list(s), random=s.random).get("jobs") + agents,
    "change an agent in a group": lambda s: s.groupby("segment").do(lambda g: write(g[0], "jobs", 77)),
}
