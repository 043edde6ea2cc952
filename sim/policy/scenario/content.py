"""What a scenario says: its policy, the world it takes as given, and how it is run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal, get_args

from sim.policy.catalogue.catalogue import catalogue
from sim.policy.catalogue.entities import Steps

Word = Literal["enacted", "without", "none"]
"""A column of the catalogue, in place of a number."""

WORDS: Final[tuple[Word, ...]] = get_args(Word)

ISSUED: Final = "issued"
"""In place of the first date of a list: the value is issued with the plan, in force after its arrival."""

Uncertainty = Literal["all", "posterior", "random"]
"""What varies between replicates.

all: random numbers and everything that is uncertain; posterior: the same, with fitted parameters from the
posterior distribution; random: random numbers only.
"""

UNCERTAINTIES: Final[tuple[Uncertainty, ...]] = get_args(Uncertainty)

Growth = tuple[tuple[float, ...], ...]
"""Growth of each sector in each year, as shares."""

Macro = str | Growth
"""Name of a macroeconomic path that ships, or the analyst's own growth."""


@dataclass(frozen=True)
class Stated:
    """The statement of a scenario about one setting.

    Attributes:
        base: issued with the plan, in force after the arrival: a number or a column of the
            catalogue.
        dates: dated values, in force from their date on; before the first of them the base holds.
    """

    base: float | Word = "enacted"
    dates: Steps = ()


@dataclass(frozen=True)
class Run:
    """Number of replicates, seed and scale of a run.

    Attributes:
        replicates: number of replicates; replicate k has the random numbers k.
        seed: of all random numbers.
        scale: share of small firms that are simulated one by one, in (0, 1].
        uncertainty: what varies between replicates, see :data:`Uncertainty`.
    """

    replicates: int = 30
    seed: int = 20170609
    scale: float = 1.0
    uncertainty: Uncertainty = "all"


@dataclass(frozen=True, eq=False, repr=False)
class Content:
    """The content of a scenario and its parents, checked.

    Attributes:
        name: the stem of its file.
        title, question: by language.
        source: who raised the question, or where the numbers come from.
        extends: name of the parent, if the file names one.
        values: the statement of every setting, by ``instrument.setting``.
        macro: the macroeconomic path.
        shocks: the shocks that occur.
        initial: numbers of the initial state that the analyst knows.
        run: how it is run.
        structure: the variant of a rule, where it is not the default one.
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
        """Instruments of which every setting is at a column of the catalogue."""
        stated = Stated(column)
        return tuple(
            i.id
            for i in catalogue().instruments.values()
            if all(self.values[s.id] == stated for s in i.settings)
        )

    @cached_property
    def without(self) -> tuple[str, ...]:
        """Instruments that are set back to ``without`` altogether."""
        return self._all_at("without")

    @cached_property
    def off(self) -> tuple[str, ...]:
        """Instruments that are set back to ``none`` altogether."""
        return self._all_at("none")

    @cached_property
    def policy(self) -> dict[str, Stated]:
        """The other settings that differ from the plan as enacted, by ``instrument.setting``."""
        set_back = {*self.without, *self.off}
        plan = catalogue().settings
        return {
            id_: stated
            for id_, stated in self.values.items()
            if stated != Stated() and plan[id_].instrument not in set_back
        }

    @cached_property
    def not_acting(self) -> tuple[str, ...]:
        """Settings that it changes, other than setting them back, and that no submodel reads yet."""
        plan = catalogue().settings
        set_back = (Stated("without"), Stated("none"))
        return tuple(s for s, stated in self.policy.items() if stated not in set_back and not plan[s].acting)
