"""Mesa agent interface to the firm table: handles on rows, and an ``AgentSet`` over columns.

A run operates on whole columns (:class:`~sim.model.population.firm_table.FirmTable`) and creates no agents.
``city.startups`` allows users to explore and extend the model with the methods of Mesa's ``AgentSet``.
Methods that take a column name operate on the column; methods that call a function of an agent create a
:class:`Startup` for each agent.
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
"""Mapping from firm attributes to the columns that store them."""


class Startup(Agent):
    """Handle on one firm, which refers to a row of the firm table and has no state of its own.

    Columns are attributes of the agent: ``startup.jobs`` reads the column and ``startup.jobs = 3`` writes to
    it. Two handles on the same row are equal. ``unique_id`` is the permanent id of the firm, ``pos`` is None
    (the location of a firm is its ``district``), and ``random`` and ``rng`` are the generators of the model.
    ``step`` and ``advance`` do nothing, as in Mesa by default, because firms are updated by the monthly
    schedule.

    Args:
        model: city model.
        firms: firm table.
        row: row number.
    """

    pos = None

    def __init__(self, model: Model, firms: FirmTable, row: int) -> None:
        # Agent.__init__ is not called because the model would register every handle and never release it.
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
        """Raise TypeError, since firms are closed and deregistered only by the model."""
        raise TypeError("firms are removed only by the model; use select to exclude a firm from a set")

    @classmethod
    def create_agents(cls, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise TypeError, since firms are created only by the model."""
        raise TypeError(
            "firms are created only by the model; use Startup(model, firms, row) for a handle on a row"
        )

    from_dataframe = create_agents


def _attribute(name: str) -> property:
    """Return a property that reads a column; :meth:`Startup.__setattr__` writes to it."""
    return property(lambda startup: getattr(startup.firms, name).item(startup.row))


for _name in COLUMNS:
    setattr(Startup, _name, _attribute(_name))


class StartupSet(MutableSet[Startup], Sequence[Startup]):
    """Ordered set of firms with the methods of Mesa's ``AgentSet``, registered as a virtual subclass of it.

    Methods, arguments, defaults and results match those of Mesa 3.3 to 3.5, with these exceptions:

    - Firms are created and removed only by the model: ``add``, ``discard``, ``remove`` and methods that call
      them raise TypeError. ``select``, ``shuffle`` and ``sort`` with ``inplace=True`` modify the set.
    - ``select`` also accepts a boolean mask, which can be built from the arrays returned by :meth:`column`.
    - ``set`` writes only to columns and only values that their data types can represent.
    - ``groupby`` raises ValueError for an unknown ``result_type``, whereas Mesa returns lists.
    - Indexing is supported, although Mesa 3.5 deprecates it for ``AgentSet`` in favour of ``to_list``.
    - Membership is fixed on creation; access ``city.startups`` again to include firms founded since then.

    Args:
        model: city model.
        firms: firm table.
        rows: unique row numbers of the firms in the set; all rows by default.
        random: generator for shuffling; the generator of the model by default.

    Attributes:
        rows: row numbers in the order of the set.
    """

    def __init__(
        self, model: Model, firms: FirmTable, rows: Rows | None = None, random: Random | None = None
    ) -> None:
        self.model, self.firms = model, firms
        self.rows: Rows = np.arange(len(firms)) if rows is None else rows
        self.random: Random = model.random if random is None else random
        self._members: tuple[Rows, Mask] | None = None

    # --- sequence and set interface -----------------------------------------------------------------
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
        """Raise TypeError, since firms are created and removed only by the model."""
        raise TypeError(
            "agents cannot be added to or removed from a StartupSet because firms are created and removed by the model; "
            "use select or the operators &, |, - and ^ to create another set"
        )

    discard = remove = add

    # --- selecting and sorting ----------------------------------------------------------------------
    def select(
        self,
        filter_func: Callable[[Startup], Any] | npt.ArrayLike | None = None,
        at_most: int | float = math.inf,
        inplace: bool = False,
        agent_type: Any = None,
    ) -> StartupSet:
        """Select the agents for which a function or a mask is true.

        Args:
            filter_func: function of an agent, called in the order of the set until ``at_most`` agents are
                selected; or a boolean array with one value per agent, which is much faster (not in Mesa).
            at_most: maximum number of agents; a float of at most 1.0 is a share of the set, rounded down.
            inplace: whether to modify this set instead of creating a new one.
            agent_type: class of the agents to select; all agents are of class :class:`Startup`.

        Raises:
            TypeError: if the array is not boolean.
            ValueError: if the length of the array differs from that of the set.
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
        """Shuffle the agents with the generator ``random`` of this set."""
        rows = self.rows.tolist()
        self.random.shuffle(rows)
        return self._with(np.array(rows, dtype=np.intp), inplace)

    def sort(
        self, key: Callable[[Startup], Any] | str, ascending: bool = False, inplace: bool = False
    ) -> StartupSet:
        """Sort by an attribute or a function of the agent, in descending order by default; the sort is stable."""
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
        """Group by an attribute or a function of the agent, in order of first appearance.

        Each group is a set or, with ``result_type="list"``, a list.

        Raises:
            ValueError: if ``result_type`` is unknown.
        """
        if result_type not in ("agentset", "list"):
            raise ValueError(f"Unknown result_type: {result_type!r}; expected 'agentset' or 'list'")
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
        """Return a copy of a column as an array with one value per agent (not in Mesa)."""
        if name not in READABLE:
            raise AttributeError(f"firms have no column {name!r}")
        return np.asarray(getattr(self.firms, READABLE[name])[self.rows])

    def get(
        self,
        attr_names: str | Iterable[str],
        handle_missing: Literal["error", "default"] = "error",
        default_value: Any = None,
    ) -> list[Any]:
        """Return the values of an attribute or, given several names, a list of values for each agent.

        Args:
            attr_names: attribute name or names.
            handle_missing: ``error`` to raise an error for missing attributes, ``default`` to use a default.
            default_value: value of missing attributes.

        Raises:
            AttributeError: if an attribute is missing and ``handle_missing`` is ``error``.
            ValueError: if ``handle_missing`` is unknown.
        """
        if handle_missing not in ("error", "default"):
            raise ValueError(
                f"Unknown handle_missing option: {handle_missing!r}; expected 'error' or 'default'"
            )
        default = (default_value,) if handle_missing == "default" else ()
        if isinstance(attr_names, str):
            return self._values(attr_names, *default)
        columns = [self._values(name, *default) for name in attr_names]
        return [list(values) for values in zip(*columns, strict=True)] if columns else [[] for _ in self.rows]

    def agg(
        self, attribute: str, func: Callable[[list[Any]], Any] | Iterable[Callable[[list[Any]], Any]]
    ) -> Any:
        """Apply a function, or several functions, to the list of values of an attribute."""
        values = self.get(attribute)
        return func(values) if callable(func) else [each(values) for each in func]

    def set(self, attr_name: str, value: Any) -> StartupSet:
        """Set an attribute of all agents to a single value.

        Raises:
            AttributeError: if the attribute is not a writable column.
            TypeError: if the value is not a number.
            ValueError: if the data type of the column cannot represent the value.
        """
        self.firms.write(attr_name, self.rows, value)
        return self

    # --- calling ------------------------------------------------------------------------------------
    def map(self, method: Callable[..., Any] | str, *args: Any, **kwargs: Any) -> list[Any]:
        """Call a function or a named method on each agent and return the results."""
        return list(map(_caller(method, args, kwargs), self))

    def do(self, method: Callable[..., Any] | str, *args: Any, **kwargs: Any) -> StartupSet:
        """Call a function or a named method on each agent and return this set."""
        for _ in map(_caller(method, args, kwargs), self):
            pass
        return self

    def shuffle_do(self, method: Callable[..., Any] | str, *args: Any, **kwargs: Any) -> StartupSet:
        """Call a function or a named method on each agent in random order; the set keeps its order."""
        self.shuffle().do(method, *args, **kwargs)
        return self

    # --- helpers ------------------------------------------------------------------------------------
    def _agent(self, row: int) -> Startup:
        return Startup(self.model, self.firms, row)

    def _values(self, name: str, *default: Any) -> list[Any]:
        """Return the values of an attribute, read from its column if there is one."""
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
        """Create the result of a set operator, as required by ``collections.abc.Set``."""
        rows: dict[int, None] = {}
        for agent in agents:
            if not isinstance(agent, Startup) or agent.firms is not self.firms:
                raise TypeError(f"a StartupSet can only contain firms of one city, not {agent!r}")
            rows[agent.row] = None
        return self._with(np.array(list(rows), dtype=np.intp))


AgentSet.register(StartupSet)  # isinstance(city.startups, AgentSet), without Mesa's storage of agents


class StartupGroups(GroupBy):
    """Mesa's ``GroupBy`` with column-wise aggregation if its groups are sets."""

    def agg(self, attr_name: str, func: Callable[[list[Any]], Any]) -> dict[Any, Any]:
        """Apply a function to the values of an attribute in each group."""
        if not all(isinstance(group, StartupSet) for group in self.groups.values()):
            return dict(super().agg(attr_name, func))
        return {key: func(group.get(attr_name)) for key, group in self}


def _caller(method: Callable[..., Any] | str, args: Any, kwargs: Any) -> Callable[[Startup], Any]:
    """Return a function of an agent that calls a named method or a function with the given arguments."""
    if isinstance(method, str):
        return operator.methodcaller(method, *args, **kwargs)
    return lambda agent: method(agent, *args, **kwargs)


def _limit(at_most: int | float, members: int) -> int:
    """Return the maximum number of agents implied by ``at_most`` for a set of the given size."""
    if isinstance(at_most, float) and at_most <= 1.0:
        return max(0, int(members * at_most))
    return members if at_most >= members else max(0, math.ceil(at_most))


def _mask(values: npt.ArrayLike, members: int) -> Mask:
    """Return the values as a boolean array after checking its type and length."""
    mask = np.asarray(values)
    if mask.dtype != np.bool_:
        raise TypeError("select takes a function of an agent or a boolean array with one value per agent")
    if mask.shape != (members,):
        raise ValueError(f"mask of shape {mask.shape} does not match a set of {members} agents")
    return mask


def _descending(values: npt.NDArray[Any]) -> Rows:
    """Return the indices that sort values in descending order, keeping the order of ties."""
    # An ascending stable sort of the reversed values, reversed, is descending and stable.
    backwards = values[::-1].argsort(kind="stable")[::-1]
    return len(values) - 1 - backwards
