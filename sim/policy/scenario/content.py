"""Content of a scenario: its policy, its environment (``world``), and its run options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal, get_args

from sim.policy.catalogue.catalogue import catalogue
from sim.policy.catalogue.entities import Steps

Word = Literal["enacted", "without", "none"]
"""Catalogue column, which a scenario can state instead of a number."""

WORDS: Final[tuple[Word, ...]] = get_args(Word)

ISSUED: Final = "issued"
"""Keyword for the first date in a list of values: the value is issued, and takes effect, with the plan."""

Uncertainty = Literal["all", "posterior", "random"]
"""Sources of variation between replicates.

all: random numbers, and all uncertain parameters and settings; posterior: the same, with fitted parameters
drawn from the posterior distribution; random: random numbers only.
"""

UNCERTAINTIES: Final[tuple[Uncertainty, ...]] = get_args(Uncertainty)
FORMER_WORDS: Final = {"luck": "random"}
"""Present words by the words that files of earlier versions use."""

Growth = tuple[tuple[float, ...], ...]
"""Growth rate of each sector in each year, as a share."""

Macro = str | Growth
"""Name of a macroeconomic path that ships with the package, or growth rates given by the analyst."""


@dataclass(frozen=True)
class Stated:
    """Value of one setting in a scenario.

    Attributes:
        base: number or catalogue column, issued with the plan and in force from the plan's arrival.
        dates: dated values, each in force from its date; ``base`` applies before the first date.
    """

    base: float | Word = "enacted"
    dates: Steps = ()


@dataclass(frozen=True)
class Run:
    """Number of replicates, seed and scale of a run.

    Attributes:
        replicates: number of replicates; replicate k uses the k-th set of random numbers.
        seed: seed of all random numbers.
        scale: share of small firms that are simulated one by one, in (0, 1].
        uncertainty: sources of variation between replicates (see :data:`Uncertainty`).
    """

    replicates: int = 30
    seed: int = 20170609
    scale: float = 1.0
    uncertainty: Uncertainty = "all"


@dataclass(frozen=True, eq=False, repr=False)
class Content:
    """Validated content of a scenario and its parents.

    Attributes:
        name: name of the scenario, equal to the stem of its file.
        title, question: texts by language.
        source: source of the question or of the numbers.
        extends: name of the parent, if the file names one.
        values: value of every setting, by ``instrument.setting``.
        macro: macroeconomic path.
        shocks: shocks that occur.
        initial: numbers of the initial state that the scenario changes.
        run: run options.
        structure: rule variants other than the defaults, by rule.
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
        """Return the instruments whose settings all have the value of the given catalogue column."""
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
        """Values that differ from the plan as enacted, by ``instrument.setting``.

        Settings of instruments in :attr:`without` and :attr:`off` are omitted.
        """
        set_back = {*self.without, *self.off}
        plan = catalogue().settings
        return {
            id_: stated
            for id_, stated in self.values.items()
            if stated != Stated() and plan[id_].instrument not in set_back
        }

    @cached_property
    def not_acting(self) -> tuple[str, ...]:
        """Settings that the scenario changes to new values but that do not act in the model yet."""
        plan = catalogue().settings
        set_back = (Stated("without"), Stated("none"))
        return tuple(s for s, stated in self.policy.items() if stated not in set_back and not plan[s].acting)
