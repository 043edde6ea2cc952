"""Format of scenario files: keys, units, ranges and allowed words, declared once.

:mod:`~sim.policy.scenario.draft` uses the declaration to read and validate a file, and
:mod:`~sim.policy.scenario.json_schema` to describe the format for editors. Neither pydantic nor msgspec is
used: both validate values without the line and column at which they were written (msgspec also stops at the
first fault), and amounts with units, dated values and suggested names would each require a custom validator
and a custom error in addition to the tree of positions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Final

from sim.model.rule_variants import STRUCTURES
from sim.policy.catalogue.catalogue import PLAN, catalogue
from sim.policy.catalogue.entities import Catalogue, Instrument, Setting, Unit
from sim.policy.scenario.content import UNCERTAINTIES
from sim.policy.scenario.shapes import NAME

# --- types of value ---


class Written(Enum):
    """A text that is not limited to a fixed set of words."""

    NAME = "the name of the scenario, equal to the stem of its file"
    FILE = "the name of another file"
    LINE = "any text"
    BILINGUAL = "a text in Chinese and English; if given in one language, it is used for both"


@dataclass(frozen=True)
class OneOf:
    """A word from a fixed set; ``description`` is shown in editors."""

    words: tuple[str, ...]
    description: str = ""


@dataclass(frozen=True)
class AnyOf:
    """A list of words from a fixed set, each at most once; ``[]`` for none of them."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Programmes:
    """A list of measures and instruments of a plan, each at most once."""

    plan: Catalogue


@dataclass(frozen=True)
class WholeNumber:
    """A whole number within a range."""

    low: int
    high: int


@dataclass(frozen=True)
class Proportion:
    """A number above 0 that is at least ``least`` and at most 1."""

    least: float


@dataclass(frozen=True)
class Amount:
    """A number in a catalogue unit, within a range.

    Attributes:
        unit: unit that applies if the number is written without one.
        low, high: bounds of the range.
        published: whether editors show the range; otherwise it only guards against typing errors.
        description: text shown in editors.
    """

    unit: Unit
    low: float
    high: float
    published: bool = False
    description: str = ""


@dataclass(frozen=True)
class SettingValue:
    """A value of a setting: an amount, a catalogue column, or a list of dated amounts."""

    setting: Setting

    @property
    def amount(self) -> Amount:
        """Type of the setting's numbers."""
        return Amount(self.setting.unit, self.setting.low, self.setting.high, published=True)


@dataclass(frozen=True)
class InstrumentSettings:
    """The settings of an instrument, by name."""

    instrument: Instrument

    @property
    def keys(self) -> dict[str, SettingValue]:
        """Type of each setting, by name."""
        return {setting.name: SettingValue(setting) for setting in self.instrument.settings}


@dataclass(frozen=True)
class GrowthTable:
    """Growth rates of all sectors in all years; ``growth`` is the type of each rate."""

    sectors: tuple[str, ...]
    years: tuple[int, ...]
    growth: Amount


@dataclass(frozen=True)
class MacroPath:
    """A macroeconomic path: the name of a shipped path, a CSV file beside the scenario, or a table."""

    shipped: tuple[str, ...]
    table: GrowthTable


@dataclass(frozen=True)
class Section:
    """A mapping with known keys.

    Attributes:
        keys: type of each key's value.
        spellings: alternative names of each key, for suggesting the nearest key.
        allowed: key of the message that states what is allowed, if there are too many keys to list.
        required: required keys, and the form of their values.
    """

    keys: Mapping[str, ValueType]
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    allowed: str = ""
    required: Mapping[str, str] = field(default_factory=dict)


ValueType = (
    Written | OneOf | AnyOf | Programmes | WholeNumber | Proportion | Amount
    | SettingValue | InstrumentSettings | GrowthTable | MacroPath | Section
)  # fmt: skip

# --- the scenario file ---

GROWTH_RANGE: Final = (-0.5, 1.0)
"""Allowed range of a sector's growth in a year."""

LEAST_SCALE: Final = 1e-6
"""Minimum scale: one simulated firm cannot represent more than a million firms."""

SLIP: Final = 10
"""Maximum ratio of an initial number to its highest plausible value."""

RUN: Final = Section(
    {
        "replicates": WholeNumber(1, 100_000),
        "seed": WholeNumber(0, 2**63 - 1),
        "scale": Proportion(LEAST_SCALE),
        "uncertainty": OneOf(UNCERTAINTIES),
    }
)


@cache
def scenario_file(plan: Catalogue) -> Section:
    """Return the format of scenario files for a plan."""
    return Section(
        {
            "name": Written.NAME,
            "title": Written.BILINGUAL,
            "question": Written.BILINGUAL,
            "source": Written.LINE,
            "extends": Written.FILE,
            "without": Programmes(plan),
            "off": Programmes(plan),
            "policy": _policy(plan),
            "world": _world(plan),
            "run": RUN,
        },
        required={"name": NAME.pattern},
    )


def _policy(plan: Catalogue) -> Section:
    instruments = plan.instruments.values()
    return Section(
        {i.id: InstrumentSettings(i) for i in instruments},
        spellings={i.id: (i.zh, i.en) for i in instruments},
        allowed="fault.instruments",
    )


def _world(plan: Catalogue) -> Section:
    from sim.model.environment.geography import SECTORS
    from sim.model.environment.parameters import INITIAL, MACROS, SHOCKS, YEARS

    units = {
        **catalogue(PLAN).units,
        **plan.units,
    }  # the units of the model's own numbers are fixed
    initial = {p.id.partition(".")[2]: p for p in INITIAL}
    numbers = {
        name: Amount(units[p.unit], 0, SLIP * p.high, description=f"{p.zh} / {p.en}")
        for name, p in initial.items()
    }
    variants = {name: OneOf(tuple(s.ways), f"{s.zh} / {s.en}") for name, s in STRUCTURES.items()}
    growth = Amount(units["share"], *GROWTH_RANGE)
    return Section(
        {
            "macro": MacroPath(MACROS, GrowthTable(SECTORS, YEARS, growth)),
            "shocks": AnyOf(SHOCKS),
            "initial": Section(numbers, spellings={name: (p.zh,) for name, p in initial.items()}),
            "structure": Section(variants, spellings={name: (s.zh,) for name, s in STRUCTURES.items()}),
        }
    )
