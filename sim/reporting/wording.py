"""Wording of reports: texts from ``texts.yaml``, numbers with units, and sentences about effects.

Numbers are inserted as :class:`~sim.reporting.document.Number`, and each text records its numbers.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from sim.policy.catalogue.catalogue import catalogue
from sim.reporting.counted_units import COUNTED
from sim.reporting.document import Cell, Number, Text
from sim.texts import TEXTS as SHARED_TEXTS
from sim.texts import Texts

SMALL: Final = 0.01
"""Share of the base level below which an effect is described as slight."""
LARGE: Final = {"zh": ((1e8, "亿元"), (1e4, "万元")), "en": ((1e9, "billion yuan"), (1e6, "million yuan"))}
MYRIADS: Final = 1e6
"""Count from which Chinese texts use the unit 万."""
DASH: Final = "–"
TEXTS: Final = Texts(Path(__file__).with_name("texts.yaml"))


class Wording:
    """Texts and number formats in one language.

    Args:
        lang: ``zh`` or ``en``.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def text(self, key: str, /, **fields: Any) -> Text:
        """Return the text stored under ``key`` with its fields filled in, and the numbers in the fields."""
        numbers: list[Number] = []
        for field in fields.values():
            if isinstance(field, Number):
                numbers.append(field)
            elif isinstance(field, Text):
                numbers += field.numbers
        strings = {k: v.text if isinstance(v, (Number, Text)) else v for k, v in fields.items()}
        return Text(TEXTS.in_language(self.lang, key, **strings), tuple(numbers))

    def string(self, key: str, /, **fields: Any) -> str:
        """Return the text stored under ``key`` as a string, if it contains no numbers from results."""
        return TEXTS.in_language(self.lang, key, **fields)

    def known(self, key: str) -> bool:
        """Whether a text with this key exists."""
        return key in TEXTS

    def join(self, parts: Iterable[Text | Number | str], key: str = "mark.list") -> Text:
        """Join parts with the text stored under ``key`` as separator."""
        given = [Text(part) if isinstance(part, str) else part for part in parts]
        numbers: list[Number] = []
        for part in given:
            numbers += part.numbers if isinstance(part, Text) else [part]
        return Text(self.string(key).join(part.text for part in given), tuple(numbers))

    # --- numbers ---

    def count(self, value: float, whole: bool = False) -> Number:
        """Format a count, such as persons or square metres; from one million, Chinese texts use the unit 万.

        Args:
            value: count to format.
            whole: whether to round to a whole number.
        """
        if whole and not math.isnan(value) and abs(value) < MYRIADS:
            return Number(value, _whole(value))
        if self.lang == "zh" and abs(value) >= MYRIADS:
            return self.large_count(value)
        return Number(value, format_number(value))

    def median_range(self, low: float, middle: float, high: float) -> Text:
        """Format a median and its range as whole numbers, in the form ``middle (low to high)``."""
        if abs(middle) < MYRIADS:
            ends = {"low": Number(low, _whole(low)), "high": Number(high, _whole(high))}
            return self.text("mark.median_range", middle=self.count(middle, True), **ends)
        ends = {"low": self.large_count(low), "high": self.large_count(high)}
        return self.text("mark.median_range", middle=self.count(middle), **ends)

    def large_count(self, value: float) -> Number:
        """Format a large count; Chinese texts use the unit 万."""
        if self.lang == "en":
            return self.count(value)
        return Number(value, f"{value / 1e4:,.1f}".removesuffix(".0") + "万")

    def share(self, value: float, digits: int = 1) -> Number:
        """Format a share as a percentage."""
        if math.isnan(value):
            return Number(value, DASH)
        text = f"{value:.{digits}%}"
        return Number(value, text.lstrip("-") if float(text[:-1]) == 0 else text)

    def yuan(self, value: float) -> Number:
        """Format an amount in yuan with a suitable unit, such as 万元 or million yuan."""
        if math.isnan(value):
            return Number(value, DASH)
        sizes = LARGE[self.lang]
        size, name = next((s for s in sizes if abs(value) >= s[0]), sizes[-1])
        figures = f"{value / size:,.2f}" if size == sizes[0][0] else format_number(value / size)
        return Number(value, f"{figures}{'' if self.lang == 'zh' else ' '}{name}")

    def quantity(self, value: float, unit: str) -> Number:
        """Format a number followed by its unit, where ``unit`` is a unit used in the results."""
        if unit == "yuan":
            return self.yuan(value)
        if unit == "share":
            return self.share(value)
        name = self.unit_name(unit)
        number = self.count(value)
        return Number(value, f"{number.text}{'' if self.lang == 'zh' or not name else ' '}{name}")

    def date(self, time: str) -> str:
        """Format the date of a timestamp in ISO 8601 format; return an empty string if it is empty."""
        if not time:
            return ""
        when = dt.datetime.fromisoformat(time)
        return self.string("mark.day", year=when.year, month=when.month, day=when.day)

    def sampling(self, scale: float) -> str:
        """Describe the share of small firms that a run simulates individually."""
        return self.string("study.full" if scale == 1 else "study.sampled", share=f"{100 * scale:g}%")

    def unit_name(self, unit: str) -> str:
        """Return the name of a unit used in the results."""
        if self.known(f"unit.{unit}"):
            return with_square_metres(self.string(f"unit.{unit}"))
        if (known := catalogue().units.get(unit)) is not None:
            return with_square_metres(known.zh if self.lang == "zh" else known.en)
        key = f"unit.{unit}"
        return SHARED_TEXTS.in_language(self.lang, key) if key in SHARED_TEXTS else unit

    def is_whole(self, unit: str) -> bool:
        """Whether numbers in a unit are whole, such as persons or firms."""
        known = catalogue().units.get(unit)
        return unit in ("count", *COUNTED.values()) or (known is not None and known.whole)

    def cell(self, number: Number, unit: str = "", scale: float = 1.0) -> Cell:
        """Return a table cell with one number; ``scale`` is the divisor of the printed number."""
        return Cell(number.text, () if math.isnan(number.value) else (number,), unit, scale)

    def interval(self, low: Number, high: Number) -> Text:
        """Format an interval in the form ``low to high``."""
        return self.text("mark.interval", low=low, high=high)

    def interval_in(self, low: float, high: float, unit: str) -> Text:
        """Format an interval with its unit after the upper end, or after both ends for money and shares."""
        at_both_ends = unit in ("yuan", "share")
        first = self.quantity(low, unit) if at_both_ends else self.count(low)
        return self.interval(first, self.quantity(high, unit))

    # --- sentences about effects ---

    def effect(
        self, name: str, value: float, low: float, high: float, unit: str, base: float = math.nan
    ) -> Text:
        """Describe a change in one sentence: its direction, and whether it is slight or not significant.

        Args:
            name: name of the quantity that changes.
            value: mean change.
            low: lower end of the 95% interval, NaN if there is none.
            high: upper end of the 95% interval, NaN if there is none.
            unit: unit of the change and its interval.
            base: all job-years of firms founded since 2012, for changes in job-years; a change below
                :data:`SMALL` of this level is described as slight.
        """
        fields: dict[str, Any] = {"name": name, "value": self.quantity(value, unit)}
        size = {"value": self.quantity(abs(value), unit)}
        if value == low == high == 0:
            return self.text("effect.none", name=name)
        if math.isnan(low) or math.isnan(high):
            return self.text("effect.no_interval", **fields)
        fields["interval"] = self.interval_in(low, high, unit)
        if low <= 0 <= high:
            return self.text("effect.not_significant", **fields)
        direction = "up" if value > 0 else "down"
        slight = "slight_" if abs(value) < SMALL * abs(base) else ""
        share = {"share": self.share(abs(value / base), 2)} if slight else {}
        if value < 0:
            fields["interval"] = self.interval_in(-high, -low, unit)
        return self.text(f"effect.{slight}{direction}", **(fields | size | share))

    def likelihood(self, low: float, high: float) -> str:
        """Describe a probability in words, based on its 95% interval."""
        for key, holds in (
            ("almost_certain", low >= 0.9),
            ("almost_excluded", high <= 0.1),
            ("likely", low > 0.5),
            ("unlikely", high < 0.5),
        ):
            if holds:
                return self.string(f"likelihood.{key}")
        return self.string("likelihood.open")


def with_square_metres(text: str) -> str:
    """Write square metres as m².

    >>> with_square_metres("yuan/m2/month"), with_square_metres("IM25")
    ('yuan/m²/month', 'IM25')
    """
    return re.sub(r"\bm2\b", "m²", text)


def format_number(value: float) -> str:
    """Format a number with as many digits as its size requires.

    >>> format_number(149030.6), format_number(3.74), format_number(0.25), format_number(41.0)
    ('149,031', '3.7', '0.25', '41')
    >>> format_number(float("nan"))
    '–'
    """
    if math.isnan(value):
        return DASH
    size = abs(value)
    digits = 0 if size >= 100 or value == round(value) else 1 if size >= 1 else 2 if size >= 0.01 else 4
    text = f"{value:,.{digits}f}"
    return "0" if float(text.replace(",", "")) == 0 else text


def _whole(value: float) -> str:
    return f"{math.floor(value + 0.5):,}"
