"""Content of a scenario: its policy, its environment (``world``), and its run options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal, get_args

from sim.policy.catalogue.catalogue import catalogue
from sim.policy.catalogue.entities import Steps

Word = Literal["enacted", "without", "none"]
"""Column of the catalogue, stated in place of a number."""

WORDS: Final[tuple[Word, ...]] = get_args(Word)

ISSUED: Final = "issued"
"""Keyword in place of the first date of a list: the value is issued with the plan and arrives with it."""

Uncertainty = Literal["all", "posterior", "random"]
"""Sources of variation between replicates.

all: random numbers, and all uncertain parameters and settings; posterior: the same, with fitted parameters
drawn from the posterior distribution; random: random numbers only.
"""

UNCERTAINTIES: Final[tuple[Uncertainty, ...]] = get_args(Uncertainty)

Growth = tuple[tuple[float, ...], ...]
"""Growth of each sector in each year, as shares."""

Macro = str | Growth
"""Name of a macroeconomic path that ships with the package, or growth rates of the analyst's own."""


@dataclass(frozen=True)
class Stated:
    """Value of one setting in a scenario.

    Attributes:
        base: number or column of the catalogue, issued with the plan and in force after its arrival.
        dates: dated values, each in force from its date on; ``base`` applies before the first date.
    """

    base: float | Word = "enacted"
    dates: Steps = ()


@dataclass(frozen=True)
class Run:
    """Number of replicates, seed and scale of a run.

    Attributes:
        replicates: number of replicates; replicate k has the random numbers k.
        seed: seed of all random numbers.
        scale: share of small firms that are simulated one by one, in (0, 1].
        uncertainty: what varies between replicates, see :data:`Uncertainty`.
    """

    replicates: int = 30
    seed: int = 20170609
    scale: float = 1.0
    uncertainty: Uncertainty = "all"


@dataclass(frozen=True, eq=False, repr=False)
class Content:
    """Validated content of a scenario and its parents.

    Attributes:
        name: stem of its file.
        title, question: texts by language.
        source: source of the question or of the numbers.
        extends: name of the parent, if the file names one.
        values: value of every setting, by ``instrument.setting``.
        macro: macroeconomic path.
        shocks: shocks that occur.
        initial: known numbers of the initial state.
        run: run options.
        structure: variants of rules that are not the default.
    """

    name: str
    title: Mapping[str, str]
    question: Mapping[str, str]
    source: str
    extends: str | None
    values: Mapping[str, Stated]
    macro: Macro
    shocks: tuple[str, ...]
    initial: Mapping[str, float]
    run: Run
    structure: Mapping[str, str] = field(default_factory=dict)

    def _all_at(self, column: Word) -> tuple[str, ...]:
        """Return the instruments whose settings all have the value of a column of the catalogue."""
        stated = Stated(column)
        return tuple(
            i.id
            for i in catalogue().instruments.values()
            if all(self.values[s.id] == stated for s in i.settings)
        )

    @cached_property
    def without(self) -> tuple[str, ...]:
        """Instruments whose settings are all set back to ``without``."""
        return self._all_at("without")

    @cached_property
    def off(self) -> tuple[str, ...]:
        """Instruments whose settings are all set back to ``none``."""
        return self._all_at("none")

    @cached_property
    def policy(self) -> dict[str, Stated]:
        """Values of the other settings that differ from the plan as enacted, by ``instrument.setting``."""
        set_back = {*self.without, *self.off}
        plan = catalogue().settings
        return {
            id_: stated
            for id_, stated in self.values.items()
            if stated != Stated() and plan[id_].instrument not in set_back
        }

    @cached_property
    def not_acting(self) -> tuple[str, ...]:
        """Settings that the scenario changes, other than by setting them back, and that do not act yet."""
        plan = catalogue().settings
        set_back = (Stated("without"), Stated("none"))
        return tuple(s for s, stated in self.policy.items() if stated not in set_back and not plan[s].acting)
