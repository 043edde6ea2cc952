"""How a report says its numbers: texts of ``texts.yaml``, figures with units, the right word for an effect.

A number goes into a text as a :class:`~sim.reporting.document.Number`, which the text then carries with it.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

from sim.policy.catalogue.catalogue import catalogue
from sim.reporting.document import Cell, Number, Said
from sim.texts import Texts

SMALL: Final = 0.01
"""Of what there is anyway: an effect below this is called slight."""
LARGE: Final = {"zh": ((1e8, "亿元"), (1e4, "万元")), "en": ((1e9, "billion yuan"), (1e6, "million yuan"))}
MYRIADS: Final = 1e6
"""From here on Chinese counts in 万."""
DASH: Final = "–"
TEXTS: Final = Texts(Path(__file__).with_name("texts.yaml"))


@cache
def replacements(lang: str) -> tuple[tuple[str, str], ...]:
    """What the terminal and results say, and what a report says in its place, in order."""
    pairs = (words[lang].partition("→") for key, words in TEXTS.items() if key.startswith("instead."))
    return tuple((told, better) for told, _, better in pairs if told)


class Wording:
    """Texts and numbers in one language.

    Args:
        lang: ``zh`` or ``en``.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def say(self, key: str, /, **fields: Any) -> Said:
        """A text with its fields filled in; numbers and texts with numbers are carried along."""
        numbers: list[Number] = []
        for field in fields.values():
            if isinstance(field, Number):
                numbers.append(field)
            elif isinstance(field, Said):
                numbers += field.numbers
        told = {k: v.text if isinstance(v, (Number, Said)) else v for k, v in fields.items()}
        return Said(TEXTS.told(self.lang, key, **told), tuple(numbers))

    def text(self, key: str, /, **fields: Any) -> str:
        """A text that tells no number of results."""
        return TEXTS.told(self.lang, key, **fields)

    def known(self, key: str) -> bool:
        """Whether there is a text of this key."""
        return key in TEXTS

    def joined(self, parts: Iterable[Said | Number | str], key: str = "mark.list") -> Said:
        """Parts as a list, with the mark that this language puts between."""
        given = [Said(p) if isinstance(p, str) else p for p in parts]
        numbers: list[Number] = []
        for part in given:
            numbers += part.numbers if isinstance(part, Said) else [part]
        return Said(self.text(key).join(p.text for p in given), tuple(numbers))

    # --- numbers ---

    def count(self, value: float, whole: bool = False) -> Number:
        """Persons, firms, square metres: as many digits as one needs or none; in Chinese a million: 100万."""
        if whole and not math.isnan(value) and abs(value) < MYRIADS:
            return Number(value, f"{math.floor(value + 0.5):,}")
        return (
            self.large(value) if self.lang == "zh" and abs(value) >= MYRIADS else Number(value, plain(value))
        )

    def spread(self, low: float, middle: float, high: float) -> Said:
        """Middle (low to high), all three counted alike, in whole ones."""
        if abs(middle) < MYRIADS:
            low_told, high_told = (Number(end, f"{math.floor(end + 0.5):,}") for end in (low, high))
            return self.say("mark.spread", middle=self.count(middle, True), low=low_told, high=high_told)
        return self.say("mark.spread", middle=self.count(middle), low=self.large(low), high=self.large(high))

    def large(self, value: float) -> Number:
        """A large count: in Chinese in 万."""
        if self.lang == "en":
            return self.count(value)
        return Number(value, f"{value / 1e4:,.1f}".removesuffix(".0") + "万")

    def share(self, value: float, digits: int = 1) -> Number:
        """A share, in per cent."""
        if math.isnan(value):
            return Number(value, DASH)
        text = f"{value:.{digits}%}"
        return Number(value, text.lstrip("-") if float(text[:-1]) == 0 else text)

    def yuan(self, value: float) -> Number:
        """Money with its unit: 万元 or 亿元, million or billion."""
        if math.isnan(value):
            return Number(value, DASH)
        sizes = LARGE[self.lang]
        size, name = next((s for s in sizes if abs(value) >= s[0]), sizes[-1])
        figures = f"{value / size:,.2f}" if size == sizes[0][0] else plain(value / size)
        return Number(value, f"{figures}{'' if self.lang == 'zh' else ' '}{name}")

    def told(self, value: float, unit: str) -> Number:
        """A number in a unit of the results, the unit behind it."""
        if unit == "yuan":
            return self.yuan(value)
        if unit == "share":
            return self.share(value)
        name = self.unit(unit)
        number = self.count(value)
        return Number(value, f"{number.text}{'' if self.lang == 'zh' or not name else ' '}{name}")

    def day(self, stamp: str) -> str:
        """The day of a time as in ISO 8601; nothing where there is none."""
        if not stamp:
            return ""
        when = dt.datetime.fromisoformat(stamp)
        return self.text("mark.day", year=when.year, month=when.month, day=when.day)

    def scale(self, scale: float) -> str:
        """How large a share of small firms is lived."""
        return self.text("study.full" if scale == 1 else "study.sampled", share=f"{100 * scale:g}%")

    def unit(self, unit: str) -> str:
        """What a unit is called."""
        if self.known(f"unit.{unit}"):
            return squared(self.text(f"unit.{unit}"))
        known = catalogue().units.get(unit)
        return squared(unit if known is None else known.zh if self.lang == "zh" else known.en)

    def whole(self, unit: str) -> bool:
        """Whether a unit counts whole things."""
        known = catalogue().units.get(unit)
        return unit == "count" or (known is not None and known.whole)

    def instead(self, text: str) -> str:
        """A text of the terminal or of results in a report's words."""
        for told, better in replacements(self.lang):
            text = text.replace(told, better)
        return text

    def cell(self, number: Number, unit: str = "", scale: float = 1.0) -> Cell:
        """A number as a cell of a table; ``scale``: by what its text divides it."""
        return Cell(number.text, () if math.isnan(number.value) else (number,), unit, scale)

    def interval(self, low: Number, high: Number) -> Said:
        """From ... to ..."""
        return self.say("mark.interval", low=low, high=high)

    def range(self, low: float, high: float, unit: str) -> Said:
        """From ... to ... in a unit, which is told once; money and shares have their own at each end."""
        alike = unit in ("yuan", "share")
        return self.interval(self.told(low, unit) if alike else self.count(low), self.told(high, unit))

    # --- words for what an interval says ---

    def effect(
        self, name: str, value: float, low: float, high: float, unit: str, base: float = math.nan
    ) -> Said:
        """One sentence on a change: raised, lowered, slight, not to be told from zero, or exactly none.

        Args:
            name: what changes.
            value: the mean change, with its 95% interval ``low`` to ``high`` (NaN: none).
            low: see above.
            high: see above.
            unit: of all three.
            base: what there is anyway; a change below :data:`SMALL` of it is slight.
        """
        fields: dict[str, Any] = {"name": name, "value": self.told(value, unit)}
        size = {"value": self.told(abs(value), unit)}
        if value == low == high == 0:
            return self.say("effect.none", name=name)
        if math.isnan(low) or math.isnan(high):
            return self.say("effect.no_interval", **fields)
        fields["interval"] = self.range(low, high, unit)
        if low <= 0 <= high:
            return self.say("effect.unseen", **fields)
        way = "up" if value > 0 else "down"
        slight = "slight_" if abs(value) < SMALL * abs(base) else ""
        more = {"share": self.share(abs(value / base), 2)} if slight else {}
        if value < 0:
            fields["interval"] = self.range(-high, -low, unit)
        return self.say(f"effect.{slight}{way}", **(fields | size | more))

    def chance(self, low: float, high: float) -> str:
        """How likely, in words, as far as the interval of a chance allows."""
        for key, holds in (
            ("sure", low >= 0.9),
            ("never", high <= 0.1),
            ("likely", low > 0.5),
            ("unlikely", high < 0.5),
        ):
            if holds:
                return self.text(f"chance.{key}")
        return self.text("chance.open")


def squared(text: str) -> str:
    """The square metres of results and catalogues as they are printed.

    >>> squared("yuan/m2/month"), squared("IM25")
    ('yuan/m²/month', 'IM25')
    """
    return re.sub(r"\bm2\b", "m²", text)


def plain(value: float) -> str:
    """Enough digits and no more.

    >>> plain(149030.6), plain(3.74), plain(0.25), plain(41.0), plain(float("nan"))
    ('149,031', '3.7', '0.25', '41', '–')
    """
    if math.isnan(value):
        return DASH
    size = abs(value)
    digits = 0 if size >= 100 or value == round(value) else 1 if size >= 1 else 2 if size >= 0.01 else 4
    text = f"{value:,.{digits}f}"
    return "0" if float(text.replace(",", "")) == 0 else text
