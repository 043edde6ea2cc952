"""Controls on the dashboard page: the settings that they change, and display and parsing of values."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from typing import Final

from sim import texts
from sim.dashboard.texts import say
from sim.policy.catalogue.catalogue import Setting, Value, catalogue
from sim.policy.scenario.content import Stated
from sim.policy.scenario.quantities import QuantityError, quantity
from sim.policy.scenario.shapes import spellings

GROUPS: Final = {
    "subsidies": (
        "one_off_grant.amount",
        "one_off_grant.budget",
        "rent_subsidy.per_year",
        "rent_subsidy.budget",
        "job_creation_subsidy.per_job_first_three",
        "job_creation_subsidy.per_job_beyond",
        "job_creation_subsidy.budget",
        "training_subsidy.per_person",
        "training_subsidy.places",
        "training_subsidy.budget",
        "microloan_interest_subsidy.subsidised_points",
        "microloan_interest_subsidy.budget",
    ),
    "guarantee": (
        "guarantee_fund.capital",
        "guarantee_fund.leverage",
        "guarantee_fund.coverage",
        "guarantee_fee.fee",
        "guarantee_risk_compensation.pool",
    ),
    "berths": (
        "internet_plus_parks.seats",
        "makerspaces.supported_spaces",
        "space_conversion.convertible_area",
        "incubator_support.budget",
    ),
    "guide_fund": (
        "guide_fund.size",
        "guide_fund.stage_participation",
        "guide_fund.co_investment",
        "guide_fund.loss_compensation",
    ),
    "clerks": (
        "registration_reform.clerks",
        "approval_reform.licence_clerks",
        "online_claims.clerks",
        "simple_deregistration.clerks",
        "incubator_support.reviewers",
        "space_conversion.officers",
    ),
}
"""Catalogue settings by group of controls on the page."""

LARGE: Final = 1_000_000
"""Amount in yuan; settings with an upper bound from this amount are shown in 万元 or million yuan."""
LARGE_UNITS: Final = {"zh": Decimal(10_000), "en": Decimal(1_000_000)}
NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]{1,3})?")
MIN_STEPS: Final = 100
"""Minimum number of steps of a slider; the maximum is ten times as many."""
MAX_NUMBER_LENGTH: Final = 40
MAX_QUOTATION_LENGTH: Final = 40
"""Maximum number of characters of an input that an error message quotes."""


class ControlError(ValueError):
    """Invalid input for a setting; the one-line message gives the reason and the allowed values."""


@dataclass(frozen=True)
class Control:
    """Control on the dashboard page for one setting, with text and units in the current language.

    Attributes:
        setting: the catalogue setting that the control changes.
    """

    setting: Setting

    @property
    def id(self) -> str:
        """Identifier of the setting, ``instrument.setting``."""
        return self.setting.id

    @property
    def name(self) -> str:
        """Name of the setting."""
        return say(f"control.{self.id}")

    @property
    def divisor(self) -> Decimal:
        """Divisor that converts a value from the catalogue's unit to the displayed unit."""
        if self.setting.unit.kind == "share":
            return Decimal("0.01")
        large = self.setting.unit.kind == "money" and self.setting.high >= LARGE
        return LARGE_UNITS[texts.language()] if large else Decimal(1)

    @property
    def unit(self) -> str:
        """Displayed unit."""
        unit = self.setting.unit
        if self.divisor == 1:
            return unit.zh if texts.language() == "zh" else unit.en
        return self._converted_unit + (say(f"unit.per_{unit.per}") if unit.per else "")

    @property
    def _converted_unit(self) -> str:
        """Displayed unit of a converted value, without a reference period such as "a year"."""
        return say("unit.percent" if self.setting.unit.kind == "share" else "unit.large")

    @property
    def low(self) -> str:
        """Lowest allowed value, in the displayed unit."""
        return self.display(self.setting.low)

    @property
    def high(self) -> str:
        """Highest allowed value, in the displayed unit."""
        return self.display(self.setting.high)

    @property
    def plausible(self) -> tuple[str, str] | None:
        """Plausible range of the setting's value in the plan if this value is an estimate, otherwise None."""
        ends = self.setting.plausible
        return (self.display(ends[0]), self.display(ends[1])) if ends else None

    @property
    def slider(self) -> dict[str, str]:
        """Lowest value, highest value and step of the slider, in the displayed unit."""
        low, high = (Decimal(repr(x)) / self.divisor for x in (self.setting.low, self.setting.high))
        step = Decimal(10) ** ((high - low) / MIN_STEPS).adjusted()
        if self.setting.unit.whole:
            step = max(step, Decimal(1))
        return {"min": _digits(low), "max": _digits(high), "step": _digits(step)}

    def display(self, value: float) -> str:
        """Format a value in the displayed unit, with thousands separators."""
        return f"{(Decimal(repr(value)) / self.divisor).normalize():,f}"

    def last_value(self, stated: Stated) -> str:
        """Return the last value of the schedule as a plain number in the displayed unit, for the slider."""
        return self.schedule(stated)[-1][1].replace(",", "")

    def schedule(self, stated: Stated) -> list[tuple[str, str]]:
        """Return the values set by a scenario, each with its first month (empty for the initial value)."""
        base: Value
        if isinstance(stated.base, float):
            base = stated.base
        elif stated.base == "none" and self.setting.none is not None:
            base = self.setting.none
        else:
            base = self.setting.enacted if stated.base == "enacted" else self.setting.without
        steps = list(base) if isinstance(base, tuple) else []
        first = [] if isinstance(base, tuple) else [("", self.display(base))]
        if stated.dates:
            steps = [step for step in steps if step[0] < stated.dates[0][0]] + list(stated.dates)
        return first + [(f"{date:%Y-%m}", self.display(value)) for date, value in steps]

    def parse(self, text: str) -> float:
        """Parse an input into a value in the catalogue's unit.

        Args:
            text: number in the displayed unit, with or without that unit, or with a unit allowed in scenario
                files.

        Raises:
            ControlError: the text is not a valid number or is outside the catalogue's range.
        """
        written = unicodedata.normalize("NFKC", text).strip()
        number = written.casefold()
        for ending in (self.unit, self._converted_unit) if self.divisor != 1 else ():
            number = number.removesuffix(ending).rstrip()
        number = re.sub(r"(?<=\d),(?=\d{3})", "", number)
        try:
            if NUMBER.fullmatch(number) and len(number) < MAX_NUMBER_LENGTH:
                written = format(Decimal(number) * self.divisor, "f" if "e" not in number else "")
            value = quantity(written, self.setting.unit)
        except (QuantityError, DecimalException) as error:
            key, words = "not_a_number", {}
            if isinstance(error, QuantityError):
                key, words = error.key, error.words
            shown = {"unit": self.unit, "allowed": spellings(self.setting.unit)}
            fields = {"name": _quotation(text), **words, **shown}
            fault = texts.say(f"fault.{key}", **fields)
            raise ControlError(say("fault.of", name=self.name, fault=fault)) from None
        if not self.setting.low <= value <= self.setting.high:
            ends = {"low": self.low, "high": self.high, "unit": self.unit}
            raise ControlError(say("fault.range", name=self.name, given=_quotation(text), **ends))
        return value

    def convert(self, text: str, divisor: Decimal) -> str:
        """Convert a number to the displayed unit from the displayed unit of another language.

        Text that is not a plain number is returned unchanged.

        Args:
            text: number in the other unit.
            divisor: divisor that converts the catalogue's unit to the other unit.
        """
        if divisor == self.divisor or not NUMBER.fullmatch(text.strip()):
            return text
        try:
            return _digits(Decimal(text.strip()) * divisor / self.divisor)
        except DecimalException:
            return text


def control_groups() -> dict[str, list[Control]]:
    """Return the controls by group, limited to settings that exist in the current plan."""
    known = catalogue().settings
    groups = {group: [Control(known[id_]) for id_ in ids if id_ in known] for group, ids in GROUPS.items()}
    return {group: controls for group, controls in groups.items() if controls}


def all_controls() -> list[Control]:
    """Return all controls in the order in which they appear on the page."""
    return [control for controls in control_groups().values() for control in controls]


def _digits(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _quotation(text: str) -> str:
    line = "".join(c if c.isprintable() else "?" for c in text.strip())
    return line if len(line) <= MAX_QUOTATION_LENGTH else line[: MAX_QUOTATION_LENGTH - 1] + "…"
