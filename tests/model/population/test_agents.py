"""Methods of the set of firms return the same results as Mesa's ``AgentSet`` of ordinary agents.

The same tests hold on Mesa 3.3 to 3.5. Arguments, defaults and results are the same there. What differs:
from 3.5 on there is ``to_list``, indexing an ``AgentSet`` warns that it will go, and ``model.agents`` is of
another class; from 3.5.1 on ``AgentSet`` and ``GroupBy`` are in ``mesa.agentset``.
"""

from __future__ import annotations

import copy
import inspect
import math
import operator
import pickle
from collections.abc import Callable
from typing import Any

import mesa
import numpy as np
import pytest
from mesa.agent import AgentSet

from sim.model.population.agents import Startup, StartupGroups, StartupSet
from sim.model.population.firm_table import COLUMNS, OPEN, E, G, T
from tests.model import town
from tests.model.population.verbs import (
    FIRMS,
    STARTS,
    VERBS,
    GroupBy,
    N,
    comparable,
    half,
    ours,
    outcome,
    theirs,
)

# Warnings issued by Mesa: for indexing from 3.5 on, and for set operators with an empty result.
pytestmark = [
    pytest.mark.filterwarnings("ignore:AgentSet.__getitem__ is deprecated:PendingDeprecationWarning"),
    pytest.mark.filterwarnings("ignore:.*andom number generator:UserWarning"),
]


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_answers_as_in_mesa(verb: str, start: str) -> None:
    expected = outcome(theirs(), STARTS[start], VERBS[verb])
    assert outcome(ours(), STARTS[start], VERBS[verb]) == expected


def test_the_verbs_are_those_of_mesa() -> None:
    public = {name for name in dir(AgentSet) if not name.startswith("_")}
    assert public - set(dir(StartupSet)) == set()
    named = set(VERBS) | {"add", "discard", "remove", "pop", "clear", "to_list"}
    assert {name for name in public if not any(each.startswith(name) for each in named)} == set()


def verbs_of(mesas: type) -> list[str]:
    """Return the public methods defined by Mesa, excluding those of ``collections.abc``."""
    public = {name: getattr(mesas, name) for name in dir(mesas) if not name.startswith("_")}
    return [name for name, method in public.items() if method.__module__.startswith("mesa.")]


@pytest.mark.parametrize(
    ("mesas", "here", "verb"),
    [(AgentSet, StartupSet, verb) for verb in verbs_of(AgentSet)]
    + [(GroupBy, StartupGroups, verb) for verb in verbs_of(GroupBy)],
)
def test_arguments_have_the_names_and_defaults_of_mesa(mesas: Any, here: Any, verb: str) -> None:
    expected, found = (
        [(p.name, p.kind, p.default) for p in inspect.signature(getattr(each, verb)).parameters.values()]
        for each in (mesas, here)
    )
    assert found == expected


def test_the_set_is_an_agent_set() -> None:
    assert isinstance(ours(), AgentSet)
    assert isinstance(ours().groupby("segment"), GroupBy)
    assert all(isinstance(agent, mesa.Agent) for agent in ours())


def test_to_list_and_copy_as_in_the_newest_mesa() -> None:
    firms = ours().sort("jobs")
    assert firms.to_list() == list(firms)
    assert firms.copy() is not firms
    assert firms.copy().to_list() == firms.to_list()
    if hasattr(AgentSet, "to_list"):
        agents = theirs()
        assert comparable(firms.to_list()) == comparable(agents.sort("jobs").to_list())


# --- beyond Mesa --------------------------------------------------------------------------------------
def test_a_mask_selects_as_the_function_does() -> None:
    firms = ours().shuffle()
    expected = comparable(firms.select(lambda a: a.jobs > 2 and a.segment == G))
    mask = (firms.column("jobs") > 2) & (firms.column("segment") == G)
    assert comparable(firms.select(mask)) == expected
    assert comparable(firms.select(mask.tolist())) == expected
    assert comparable(firms.select(mask, at_most=1)) == (expected[0], expected[1][:1])
    assert comparable(firms.select(mask, at_most=0.2)) == (expected[0], expected[1][:2])
    assert comparable(firms.select(mask, agent_type=int)) == ("agents", [])
    assert firms.select(mask, inplace=True) is firms
    assert comparable(firms) == expected


def test_a_mask_is_of_the_set_and_not_of_the_table() -> None:
    firms = ours()
    some = firms.select(firms.column("state") == OPEN)
    narrower = some.select(some.column("jobs") > 10)
    assert narrower.rows.tolist() == [1, 6, 9]
    with pytest.raises(ValueError, match="mask of shape"):
        some.select(firms.column("jobs") > 10)


@pytest.mark.parametrize("mask", [[0, 1] * 5 + [1], np.arange(N), "jobs", 3])
def test_what_is_no_mask_is_refused(mask: Any) -> None:
    with pytest.raises(TypeError, match="a function of an agent or a boolean array"):
        ours().select(mask)


def test_a_column_is_an_array_in_the_order_of_the_set() -> None:
    firms = ours().sort("jobs")
    jobs = firms.column("jobs")
    assert jobs.dtype == np.int16
    assert jobs.tolist() == firms.get("jobs")
    assert firms.column("unique_id").tolist() == firms.get("unique_id")
    jobs[:] = 99
    assert firms.agg("jobs", max) == 30
    with pytest.raises(AttributeError, match="no column 'profit'"):
        firms.column("profit")


def test_a_set_without_rows_is_of_all_firms_and_a_generator_may_be_given() -> None:
    firms = ours()
    assert firms.rows.tolist() == list(range(N))
    given = type(firms.random)(3)
    other = StartupSet(firms.model, firms.firms, np.array([4, 2, 9]), random=given)
    assert other.get("id") == [5, 3, 10]
    assert other.random is other.shuffle().random is other.groupby("segment").groups[G].random is given
    untouched = firms.random.getstate()
    other.shuffle_do("step")
    assert firms.random.getstate() == untouched


# --- handles -----------------------------------------------------------------------------------------
def test_a_handle_stands_for_its_row() -> None:
    firms = ours()
    agent = firms[3]
    assert (agent.unique_id, agent.row, agent.pos, agent.model) == (4, 3, None, firms.model)
    assert (agent.random, agent.rng) == (firms.model.random, firms.model.rng)
    assert agent.step() is agent.advance() is None
    assert repr(agent) == "<Startup 4: open, 7 jobs>"
    assert {"jobs", "cash", "unique_id"} <= set(dir(agent))
    assert agent == firms.sort("jobs").select(lambda a: a.id == 4)[0]
    assert agent != firms[4]
    assert agent != ours()[3]  # the same row of another table
    assert agent != 4
    assert agent not in ours()


def test_handles_are_not_registered() -> None:
    firms = ours()
    kept = list(firms)
    assert len(kept) == N
    assert len(firms.model.agents) == 0
    assert firms.model.agent_types == []


def test_a_handle_survives_being_copied() -> None:
    agent = ours()[3]
    assert copy.copy(agent) == agent
    assert pickle.loads(pickle.dumps(agent.firms)).jobs.tolist() == FIRMS["jobs"]
    assert copy.deepcopy(agent).jobs == 7


def test_writing_through_a_handle_writes_the_column() -> None:
    firms = ours()
    for name, dtype in ((name, getattr(firms.firms, name).dtype) for name in COLUMNS if name != "id"):
        before = getattr(firms.firms, name).copy()
        setattr(firms[3], name, 1)
        assert getattr(firms.firms, name)[3] == getattr(firms[3], name) == 1
        assert getattr(firms.firms, name).dtype == dtype
        assert np.array_equal(np.delete(getattr(firms.firms, name), 3), np.delete(before, 3))


def test_no_column_has_the_name_of_an_attribute_of_agents() -> None:
    """Column names do not clash with agent attributes required by Mesa or the set."""
    assert COLUMNS.keys().isdisjoint(dir(mesa.Agent))
    assert COLUMNS.keys().isdisjoint(vars(ours()[0]))
    assert COLUMNS.keys().isdisjoint(vars(theirs()[0]).keys() - FIRMS.keys())


FITTING = [
    ("jobs", 32767), ("jobs", -1), ("jobs", 3.0), ("jobs", np.int64(5)), ("jobs", True), ("cash", 2**62),
    ("capability", 3), ("capability", math.inf), ("capability", np.float64(0.5)), ("exporter", 0),
    ("exporter", np.True_), ("segment", np.uint8(2)), ("wait", -math.inf),
]  # fmt: skip
UNFIT = [
    ("jobs", 32768, ValueError), ("jobs", 2.5, ValueError), ("jobs", math.nan, ValueError),
    ("jobs", "3", TypeError), ("jobs", None, TypeError), ("jobs", math.inf, ValueError),
    ("jobs", np.int64(70000), ValueError),
    ("cash", 2**63, ValueError), ("segment", 128, ValueError), ("segment", -129.0, ValueError),
    ("capability", 1e39, ValueError), ("capability", 10**400, ValueError), ("capability", "a", TypeError),
    ("capability", 1j, TypeError), ("exporter", 2, ValueError), ("exporter", 0.5, ValueError),
    ("exporter", "yes", TypeError), ("jobs", [1] * N, TypeError), ("jobs", np.ones(N, dtype=int), TypeError),
    ("id", 12, AttributeError), ("unique_id", 12, AttributeError), ("pos", (1, 1), AttributeError),
    ("profit", 1, AttributeError), ("jbos", 1, AttributeError), ("model", None, AttributeError),
    ("row", 2, AttributeError), ("firms", None, AttributeError), ("random", None, AttributeError),
    ("step", None, AttributeError),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), FITTING)
def test_a_value_that_fits_is_read_back(name: str, value: Any) -> None:
    firms = ours()
    setattr(firms[2], name, value)
    assert getattr(firms[2], name) == value
    assert firms.set(name, value).get(name) == [value] * N


def test_fractions_are_rounded_to_the_precision_of_the_column() -> None:
    firms = ours().set("capability", 0.1)
    assert firms[0].capability == float(np.float32(0.1))


@pytest.mark.parametrize(("name", "value", "error"), UNFIT)
def test_what_cannot_be_written_is_refused(name: str, value: Any, error: type[Exception]) -> None:
    firms = ours()
    before = [column.copy() for column in firms.firms._data.values()]
    reason = {AttributeError: f"'{name}' is not a writable column", TypeError: f"{name} takes a number"}
    message = reason.get(error, f"{name}: .* cannot represent")
    for members in (firms, half(firms), firms.select(at_most=0)):  # including an empty set
        with pytest.raises(error, match=message):
            members.set(name, value)
    with pytest.raises(error, match=message):
        setattr(firms[2], name, value)
    assert all(np.array_equal(a, b) for a, b in zip(before, firms.firms._data.values(), strict=True))
    assert firms[2].unique_id == 3


# --- membership is set by the model ------------------------------------------------------------------------
MEMBERSHIP: dict[str, Callable[[Any], Any]] = {
    "add": lambda s: s.add(s[0]),
    "discard": lambda s: s.discard(s[0]),
    "discard a stranger": lambda s: s.discard(ours()[0]),
    "remove": lambda s: s.remove(s[0]),
    "pop": lambda s: s.pop(),
    "clear": lambda s: s.clear(),
    "|=": lambda s: operator.ior(s, half(s)),
    "&=": lambda s: operator.iand(s, half(s)),
    "-=": lambda s: operator.isub(s, half(s)),
    "^=": lambda s: operator.ixor(s, half(s)),
}


@pytest.mark.parametrize("verb", MEMBERSHIP)
def test_single_agents_are_neither_added_nor_removed(verb: str) -> None:
    firms = ours()
    with pytest.raises(TypeError, match="created and removed by the model"):
        MEMBERSHIP[verb](firms)
    assert firms.get("id") == FIRMS["id"]


def test_an_agent_is_neither_made_nor_removed() -> None:
    agent = ours()[0]
    with pytest.raises(TypeError, match="removed only by the model"):
        agent.remove()
    with pytest.raises(TypeError, match="removed only by the model"):
        ours().do("remove")
    for maker in (Startup.create_agents, Startup.from_dataframe):
        with pytest.raises(TypeError, match="created only by the model"):
            maker(agent.model, 3)


def test_an_unknown_type_of_group_is_refused() -> None:
    with pytest.raises(ValueError, match="result_type"):
        ours().groupby("segment", result_type="tuple")  # type: ignore[arg-type]


def test_agents_of_two_cities_do_not_mix() -> None:
    with pytest.raises(TypeError, match="one city"):
        _ = ours() | ours()
    assert len(ours() & ours()) == 0


# --- speed --------------------------------------------------------------------------------------------
@pytest.fixture
def no_handles(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any) -> None:
        raise AssertionError("a handle was made")

    monkeypatch.setattr(Startup, "__init__", refuse)


@pytest.mark.usefixtures("no_handles")
def test_verbs_on_columns_make_no_handle() -> None:
    firms = ours()
    firms.select(at_most=0.5).select(agent_type=mesa.Agent).select(inplace=True)
    assert firms.select(firms.column("jobs") > 10).get(["id", "jobs"]) == [[2, 11], [7, 30], [10, 11]]
    assert firms.set("cash", 5).agg("cash", [sum, np.mean]) == [5 * N, 5]
    assert (
        firms.shuffle().sort("jobs", ascending=True).sort("unique_id", ascending=True).get("id")
        == FIRMS["id"]
    )
    groups = firms.groupby("segment")
    assert groups.count() == {G: 6, E: 3, T: 2}
    assert groups.do("set", "jobs", 2).agg("jobs", sum) == {G: 12, E: 6, T: 4}
    assert len(firms.copy()) == N
    with pytest.raises(AssertionError, match="a handle was made"):
        firms.map("step")


@pytest.mark.usefixtures("no_handles")
def test_a_run_makes_no_handle() -> None:
    city = town.city(scale=0.002)
    output = city.run_all()
    assert output.outcomes["firms"].sum() > 0
    city.close()
