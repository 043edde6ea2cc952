"""The settings that the page turns: where they stand, how their numbers are shown, and how they are read."""

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
"""Settings of the catalogue under the headings of the page."""

LARGE: Final = 1_000_000
"""Money whose range goes this far is shown in 万元, in English in millions."""
_SIZES: Final = {"zh": Decimal(10_000), "en": Decimal(1_000_000)}
_PLAIN: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]{1,3})?")
_STEPS: Final = 100
"""A slider has between this many steps and ten times as many."""


class TurnError(ValueError):
    """What was written is no value of the setting: one line that says why and what is allowed."""


@dataclass(frozen=True)
class Turn:
    """A setting on the page; texts and units are those of the language in use.

    Args:
        setting: the catalogue's.
    """

    setting: Setting

    @property
    def id(self) -> str:
        """``instrument.setting``."""
        return self.setting.id

    @property
    def name(self) -> str:
        """What it is called."""
        return say(f"turn.{self.id}")

    @property
    def size(self) -> Decimal:
        """How much of the catalogue's unit one of the shown unit is."""
        if self.setting.unit.kind == "share":
            return Decimal("0.01")
        large = self.setting.unit.kind == "money" and self.setting.high >= LARGE
        return _SIZES[texts.language()] if large else Decimal(1)

    @property
    def unit(self) -> str:
        """The shown unit."""
        unit = self.setting.unit
        if self.size == 1:
            return unit.zh if texts.language() == "zh" else unit.en
        return self._sized + (say(f"unit.per_{unit.per}") if unit.per else "")

    @property
    def _sized(self) -> str:
        """The shown unit of a number that is not shown in the catalogue's, without the time it is for."""
        return say("unit.percent" if self.setting.unit.kind == "share" else "unit.large")

    @property
    def low(self) -> str:
        """The least a scenario may ask for, in the shown unit."""
        return self.shown(self.setting.low)

    @property
    def high(self) -> str:
        """The most."""
        return self.shown(self.setting.high)

    @property
    def believed(self) -> tuple[str, str] | None:
        """Of a setting that no figure was found for: between what and what the plan's value lies."""
        range_ = self.setting.plausible
        return (self.shown(range_[0]), self.shown(range_[1])) if range_ else None

    @property
    def slider(self) -> dict[str, str]:
        """Least, most and step of a slider, as numbers in the shown unit."""
        low, high = (Decimal(repr(x)) / self.size for x in (self.setting.low, self.setting.high))
        step = Decimal(10) ** ((high - low) / _STEPS).adjusted()
        if self.setting.unit.whole:
            step = max(step, Decimal(1))
        return {"min": _digits(low), "max": _digits(high), "step": _digits(step)}

    def shown(self, value: float) -> str:
        """A value in the shown unit, for people."""
        return f"{(Decimal(repr(value)) / self.size).normalize():,f}"

    def last(self, stated: Stated) -> str:
        """The last value in force, for a slider: a plain number in the shown unit."""
        return self.course(stated)[-1][1].replace(",", "")

    def course(self, stated: Stated) -> list[tuple[str, str]]:
        """What a scenario says of it: the month from which a value holds (empty: throughout), the value."""
        base: Value
        if isinstance(stated.base, float):
            base = stated.base
        elif stated.base == "none" and self.setting.none is not None:
            base = self.setting.none
        else:
            base = self.setting.enacted if stated.base == "enacted" else self.setting.without
        steps = list(base) if isinstance(base, tuple) else []
        first = [] if isinstance(base, tuple) else [("", self.shown(base))]
        if stated.dates:
            steps = [step for step in steps if step[0] < stated.dates[0][0]] + list(stated.dates)
        return first + [(f"{date:%Y-%m}", self.shown(value)) for date, value in steps]

    def read(self, text: str) -> float:
        """The value, in the catalogue's unit, of what somebody wrote.

        Args:
            text: a number in the shown unit, with or without it, or with a unit as scenario files have it.

        Raises:
            TurnError: it is no number of this kind, or out of the range of the catalogue.
        """
        written = unicodedata.normalize("NFKC", text).strip()
        bare = written.casefold()
        for ending in (self.unit, self._sized) if self.size != 1 else ():
            bare = bare.removesuffix(ending).rstrip()
        bare = re.sub(r"(?<=\d),(?=\d{3})", "", bare)
        try:
            if _PLAIN.fullmatch(bare) and len(bare) < 40:
                written = format(Decimal(bare) * self.size, "f" if "e" not in bare else "")
            value = quantity(written, self.setting.unit)
        except (QuantityError, DecimalException) as error:
            key, more = (error.key, error.words) if isinstance(error, QuantityError) else ("not_a_number", {})
            fields = {
                "name": _short(text),
                **more,
                "unit": self.unit,
                "allowed": spellings(self.setting.unit),
            }
            told = texts.say(f"fault.{key}", **fields)
            raise TurnError(say("fault.of", name=self.name, fault=told)) from None
        if not self.setting.low <= value <= self.setting.high:
            ends = {"low": self.low, "high": self.high, "unit": self.unit}
            raise TurnError(say("fault.range", name=self.name, given=_short(text), **ends))
        return value

    def retold(self, text: str, before: Decimal) -> str:
        """A number written when the shown unit had another size, in the one it has now."""
        if before == self.size or not _PLAIN.fullmatch(text.strip()):
            return text
        try:
            return _digits(Decimal(text.strip()) * before / self.size)
        except DecimalException:
            return text


def turns() -> dict[str, list[Turn]]:
    """The turns under each heading, as far as the plan in use has the settings."""
    known = catalogue().settings
    found = {group: [Turn(known[id_]) for id_ in ids if id_ in known] for group, ids in GROUPS.items()}
    return {group: those for group, those in found.items() if those}


def _digits(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _short(text: str) -> str:
    line = "".join(c if c.isprintable() else "?" for c in text.strip())
    return line if len(line) <= 40 else line[:39] + "…"
