"""Firms as Mesa agents: handles on rows of the firm table, and Mesa's ``AgentSet`` over its columns.

A run works on whole columns (:class:`~sim.model.population.firm_table.FirmTable`) and makes no agent. ``city.startups``
is for exploring and extending the model with the verbs that Mesa documents for an ``AgentSet``: those that name
columns work on columns, those that call a function of an agent make a :class:`Startup` for it.
"""

from __future__ import annotations

import math
import operator
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, MutableSet, Sequence
from itertools import islice
from random import Random
from typing import Any, Final, Literal, NoReturn, overload

import numpy as np
import numpy.typing as npt
from mesa import Agent, Model
from mesa.agent import AgentSet

from sim.engine.arrays import Mask, Rows
from sim.model.population.firm_table import COLUMNS, STATES, FirmTable

try:
    from mesa.agentset import GroupBy
except ImportError:  # before Mesa 3.5.1
    from mesa.agent import GroupBy

READABLE: Final = {name: name for name in COLUMNS} | {"unique_id": "id"}
"""Attributes of a firm that are columns, and the column of each."""


class Startup(Agent):
    """A handle on one firm: it refers to a row of the table and stores nothing itself.

    Columns are attributes of the agent: ``startup.jobs`` reads the column, ``startup.jobs = 3`` writes it.
    Two handles on the same row are equal. ``unique_id`` is the permanent id of the firm, ``pos`` is None (a
    firm is located by its ``district``), and ``random`` and ``rng`` are the generators of the model. ``step``
    and ``advance`` do nothing, as in Mesa for an agent without its own: firms act in the model's months.

    Args:
        model: the city.
        firms: the firm table.
        row: number of the row.
    """

    pos = None

    def __init__(self, model: Model, firms: FirmTable, row: int) -> None:
        # Not Agent.__init__: the model would register every handle and keep it for ever.
        state = self.__dict__
        state["model"], state["firms"], state["row"] = model, firms, row

    @property
    def unique_id(self) -> int:
        """Permanent id of the firm."""
        return int(self.firms.id[self.row])

    def __setattr__(self, name: str, value: Any) -> None:
        self.firms.write(name, self.row, value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Startup):
            return NotImplemented
        return self.firms is other.firms and self.row == other.row

    def __hash__(self) -> int:
        return hash((id(self.firms), self.row))

    def __repr__(self) -> str:
        return f"<Startup {self.unique_id}: {STATES[self.state]}, {self.jobs} jobs>"

    def remove(self) -> NoReturn:
        """Raise TypeError: a firm closes and leaves the register in the processes of the model."""
        raise TypeError("a firm leaves only through the model; to leave it out of a set, use select")

    @classmethod
    def create_agents(cls, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise TypeError: firms are founded in the processes of the model."""
        raise TypeError("firms are founded by the model; a handle on a row is Startup(model, firms, row)")

    from_dataframe = create_agents


def _attribute(name: str) -> property:
    """Return the property of a handle that reads a column; :meth:`Startup.__setattr__` writes it."""
    return property(lambda startup: getattr(startup.firms, name).item(startup.row))


for _name in COLUMNS:
    setattr(Startup, _name, _attribute(_name))


class StartupSet(MutableSet[Startup], Sequence[Startup]):
    """An ordered set of firms with the verbs of Mesa's ``AgentSet``, of which it counts as a subclass.

    Verbs, arguments, defaults and results are those of Mesa 3.3 to 3.5. The exceptions:

    - Which firms there are is decided by the model: ``add``, ``discard``, ``remove`` and what calls them
      raise TypeError. ``select``, ``shuffle`` and ``sort`` with ``inplace=True`` change the set.
    - ``select`` also takes a boolean mask, and :meth:`column` returns an array from which to make one.
    - ``set`` writes only columns, and only values that fit them.
    - ``groupby`` raises ValueError for an unknown ``result_type``, where Mesa returns lists.
    - Indexing stays; from Mesa 3.5 on, a plain ``AgentSet`` deprecates it in favour of ``to_list``.
    - The set is fixed when it is made: read ``city.startups`` again to see firms founded since.

    Args:
        model: the city.
        firms: the firm table.
        rows: rows of the table in the set, each at most once; all of them by default.
        random: generator for shuffling; that of the model by default. There is no other source of randomness.

    Attributes:
        rows: rows of the table, in the order of the set.
    """

    def __init__(
        self, model: Model, firms: FirmTable, rows: Rows | None = None, random: Random | None = None
    ) -> None:
        self.model, self.firms = model, firms
        self.rows: Rows = np.arange(len(firms)) if rows is None else rows
        self.random: Random = model.random if random is None else random
        self._members: tuple[Rows, Mask] | None = None

    # --- a sequence and a set -----------------------------------------------------------------------
    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Startup]:
        return map(self._agent, self.rows.tolist())

    def __contains__(self, agent: object) -> bool:
        if not isinstance(agent, Startup) or agent.firms is not self.firms:
            return False
        if self._members is None or self._members[0] is not self.rows:
            members = np.zeros(len(self.firms), dtype=np.bool_)
            members[self.rows] = True
            self._members = self.rows, members
        return agent.row < len(self._members[1]) and bool(self._members[1][agent.row])

    @overload
    def __getitem__(self, item: int) -> Startup: ...
    @overload
    def __getitem__(self, item: slice) -> list[Startup]: ...
    def __getitem__(self, item: int | slice) -> Startup | list[Startup]:
        if isinstance(item, slice):
            return [self._agent(row) for row in self.rows[item].tolist()]
        return self._agent(int(self.rows[operator.index(item)]))

    def __repr__(self) -> str:
        return f"<StartupSet of {len(self):,} firms>"

    def to_list(self) -> list[Startup]:
        """Return the agents as a list."""
        return list(self)

    def copy(self) -> StartupSet:
        """Return a set of the same firms in the same order."""
        return self._with(self.rows)

    def add(self, agent: object) -> NoReturn:
        """Raise TypeError: which firms there are is decided by the model."""
        raise TypeError(
            "no agent is added to or removed from a StartupSet: firms are founded and closed by the model; "
            "for another set use select or the operators &, |, - and ^"
        )

    discard = remove = add

    # --- choosing and ordering ----------------------------------------------------------------------
    def select(
        self,
        filter_func: Callable[[Startup], Any] | npt.ArrayLike | None = None,
        at_most: int | float = math.inf,
        inplace: bool = False,
        agent_type: Any = None,
    ) -> StartupSet:
        """Select the agents for which a function or a mask is true.

        Args:
            filter_func: a function of an agent, called in the order of the set until ``at_most`` are found;
                or, not in Mesa and much faster, a boolean array with a value for each agent of the set.
            at_most: the first so many of them; a float up to 1.0 is a share of this set, rounded down.
            inplace: change this set instead of making a new one.
            agent_type: only agents of this class; all are :class:`Startup`.

        Raises:
            TypeError: the array is not boolean.
            ValueError: its length is not that of the set.
        """
        most = _limit(at_most, len(self))
        if agent_type is not None and not issubclass(Startup, agent_type):
            most = 0
        if filter_func is None:
            rows = self.rows
        elif callable(filter_func):
            chosen = (row for row in self.rows.tolist() if filter_func(self._agent(row)))
            rows = np.fromiter(islice(chosen, most), dtype=np.intp)
        else:
            rows = self.rows[_mask(filter_func, len(self))]
        return self._with(rows[:most], inplace)

    def shuffle(self, inplace: bool = False) -> StartupSet:
        """Put the agents into random order, drawn from ``random`` of this set and from nothing else."""
        rows = self.rows.tolist()
        self.random.shuffle(rows)
        return self._with(np.array(rows, dtype=np.intp), inplace)

    def sort(
        self, key: Callable[[Startup], Any] | str, ascending: bool = False, inplace: bool = False
    ) -> StartupSet:
        """Sort by an attribute or a function of the agent, by default descending; ties keep their order."""
        if isinstance(key, str) and key in READABLE:
            values = self.column(key)
            order = values.argsort(kind="stable") if ascending else _descending(values)
        else:
            keys = list(map(operator.attrgetter(key) if isinstance(key, str) else key, self))
            ranks = sorted(range(len(keys)), key=keys.__getitem__, reverse=not ascending)
            order = np.array(ranks, dtype=np.intp)
        return self._with(self.rows[order], inplace)

    def groupby(
        self, by: Callable[[Startup], Any] | str, result_type: Literal["agentset", "list"] = "agentset"
    ) -> StartupGroups:
        """Group by an attribute or a function of the agent, in the order in which values first appear.

        Each group is a set or, with ``result_type="list"``, a list; other values raise ValueError.
        """
        if result_type not in ("agentset", "list"):
            raise ValueError(f"Unknown result_type: {result_type!r}, not 'agentset' or 'list'")
        keys = map(by, self) if callable(by) else self._values(by)
        members: defaultdict[Any, list[int]] = defaultdict(list)
        for row, key in zip(self.rows.tolist(), keys, strict=True):
            members[key].append(row)
        groups = {key: self._with(np.array(rows, dtype=np.intp)) for key, rows in members.items()}
        if result_type == "list":
            return StartupGroups({key: group.to_list() for key, group in groups.items()})
        return StartupGroups(groups)

    # --- reading and writing ------------------------------------------------------------------------
    def column(self, name: str) -> npt.NDArray[Any]:
        """Return a column as an array of its own type, a value for each agent: a copy (not in Mesa)."""
        if name not in READABLE:
            raise AttributeError(f"firms have no column {name!r}")
        return np.asarray(getattr(self.firms, READABLE[name])[self.rows])

    def get(
        self,
        attr_names: str | Iterable[str],
        handle_missing: Literal["error", "default"] = "error",
        default_value: Any = None,
    ) -> list[Any]:
        """Return an attribute of each agent or, given several names, a list of them for each agent.

        Args:
            attr_names: name or names.
            handle_missing: ``error`` to raise where an attribute is missing, ``default`` to fill it in.
            default_value: the value to fill in.

        Raises:
            AttributeError: an attribute is missing.
            ValueError: unknown ``handle_missing``.
        """
        if handle_missing not in ("error", "default"):
            raise ValueError(f"Unknown handle_missing option: {handle_missing!r}, not 'error' or 'default'")
        default = (default_value,) if handle_missing == "default" else ()
        if isinstance(attr_names, str):
            return self._values(attr_names, *default)
        columns = [self._values(name, *default) for name in attr_names]
        return [list(values) for values in zip(*columns, strict=True)] if columns else [[] for _ in self.rows]

    def agg(
        self, attribute: str, func: Callable[[list[Any]], Any] | Iterable[Callable[[list[Any]], Any]]
    ) -> Any:
        """Apply a function to the list of values of an attribute; or several functions, to return a list."""
        values = self.get(attribute)
        return func(values) if callable(func) else [each(values) for each in func]

    def set(self, attr_name: str, value: Any) -> StartupSet:
        """Set an attribute of all agents to one value.

        Raises:
            AttributeError: the attribute is not a column that can be set.
            TypeError: the value is not a number.
            ValueError: the value does not fit the type of the column.
        """
        self.firms.write(attr_name, self.rows, value)
        return self

    # --- calling ------------------------------------------------------------------------------------
    def map(self, method: Callable[..., Any] | str, *args: Any, **kwargs: Any) -> list[Any]:
        """Call a method, by name, or a function on each agent and return the results."""
        return list(map(_caller(method, args, kwargs), self))

    def do(self, method: Callable[..., Any] | str, *args: Any, **kwargs: Any) -> StartupSet:
        """Call a method, by name, or a function on each agent and return this set."""
        for _ in map(_caller(method, args, kwargs), self):
            pass
        return self

    def shuffle_do(self, method: Callable[..., Any] | str, *args: Any, **kwargs: Any) -> StartupSet:
        """As :meth:`do` in random order (see :meth:`shuffle`); the order of the set stays."""
        self.shuffle().do(method, *args, **kwargs)
        return self

    # --- parts --------------------------------------------------------------------------------------
    def _agent(self, row: int) -> Startup:
        return Startup(self.model, self.firms, row)

    def _values(self, name: str, *default: Any) -> list[Any]:
        """Values of an attribute, from its column where it is one."""
        if name in READABLE:
            values: list[Any] = self.column(name).tolist()
            return values
        return [getattr(agent, name, *default) for agent in self]

    def _with(self, rows: Rows, inplace: bool = False) -> StartupSet:
        if not inplace:
            return StartupSet(self.model, self.firms, rows, self.random)
        self.rows = rows
        return self

    def _from_iterable(self, agents: Iterable[Any]) -> StartupSet:  # type: ignore[override]
        """Make what a set operator returns; ``collections.abc.Set`` calls this."""
        rows: dict[int, None] = {}
        for agent in agents:
            if not isinstance(agent, Startup) or agent.firms is not self.firms:
                raise TypeError(f"a StartupSet holds firms of one city only, not {agent!r}")
            rows[agent.row] = None
        return self._with(np.array(list(rows), dtype=np.intp))


AgentSet.register(StartupSet)  # isinstance(city.startups, AgentSet), without Mesa's storage of agents


class StartupGroups(GroupBy):
    """Mesa's ``GroupBy``, which aggregates columns where its groups are sets."""

    def agg(self, attr_name: str, func: Callable[[list[Any]], Any]) -> dict[Any, Any]:
        """Apply a function to the values of an attribute, group by group."""
        if not all(isinstance(group, StartupSet) for group in self.groups.values()):
            return dict(super().agg(attr_name, func))
        return {key: func(group.get(attr_name)) for key, group in self}


def _caller(method: Callable[..., Any] | str, args: Any, kwargs: Any) -> Callable[[Startup], Any]:
    """Return a function of an agent that calls a method, by name, or a function with these arguments."""
    if isinstance(method, str):
        return operator.methodcaller(method, *args, **kwargs)
    return lambda agent: method(agent, *args, **kwargs)


def _limit(at_most: int | float, members: int) -> int:
    """Return the number of agents that ``at_most`` stands for among so many members."""
    if isinstance(at_most, float) and at_most <= 1.0:
        return max(0, int(members * at_most))
    return members if at_most >= members else max(0, math.ceil(at_most))


def _mask(values: npt.ArrayLike, members: int) -> Mask:
    """Return a boolean array with a value for each member."""
    mask = np.asarray(values)
    if mask.dtype != np.bool_:
        raise TypeError("select takes a function of an agent or a boolean array with a value for each agent")
    if mask.shape != (members,):
        raise ValueError(f"a mask of shape {mask.shape} for a set of {members} agents")
    return mask


def _descending(values: npt.NDArray[Any]) -> Rows:
    """Return the order that sorts values from high to low and keeps the order of ties."""
    # An ascending stable sort of the reversed values, reversed, is descending and stable.
    backwards = values[::-1].argsort(kind="stable")[::-1]
    return len(values) - 1 - backwards
