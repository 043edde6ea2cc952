"""Numbers with units, as people write them: ``6亿元``, ``1.0%``, ``20 工作日``, full width too."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, DecimalException
from typing import Final

from sim.policy.catalogue import Unit

# What may stand behind a number: the dimension, and how much of the base unit one of it is.
_SUFFIX: Final[dict[str, tuple[tuple[str, ...], Decimal]]] = {
    word: (kinds, factor)
    for words, kinds, factor in (
        ("元 块 yuan cny", ("money",), Decimal(1)),
        ("%", ("share", "ratio"), Decimal("0.01")),
        ("倍 times", ("ratio",), Decimal(1)),
        ("天 日 day days", ("days",), Decimal(1)),
        ("工作日 个工作日 workday workdays", ("workdays",), Decimal(1)),
        ("月 个月 month months", ("span",), Decimal(1)),
        ("年 year years", ("span",), Decimal(12)),
        ("m2 平方米 平米", ("area",), Decimal(1)),
        ("人 名 person persons people", ("persons",), Decimal(1)),
        ("家 户 所", ("bodies",), Decimal(1)),
        ("个", ("persons", "bodies", "things"), Decimal(1)),
        ("项 场 次 期 套", ("things",), Decimal(1)),
        ("小时 hour hours", ("hours",), Decimal(1)),
    )
    for word in words.split()
}
_TENS: Final = {"": Decimal(1), "万": Decimal(10**4), "亿": Decimal(10**8)}
_PER: Final = {"年": "year", "year": "year", "天": "day", "日": "day", "day": "day"}
_NUMBER: Final = re.compile(
    r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]{1,3})?)\s*([万亿]?)\s*(%|[^\W\d_][^/]*?)?\s*(?:/\s*(\S+))?"
)
_SWITCH: Final = {
    **dict.fromkeys(("true", "yes", "on", "1", "是", "开", "允许"), 1.0),
    **dict.fromkeys(("false", "no", "off", "0", "否", "关", "不允许"), 0.0),
}
# How the units of each dimension are written, for messages.
WRITTEN: Final = {
    "money": "元 万元 亿元 yuan",
    "share": "%",
    "ratio": "% 倍",
    "days": "天 days",
    "workdays": "工作日 workdays",
    "span": "月 months 年 years",
    "area": "㎡ m2 万㎡",
    "persons": "人 个",
    "bodies": "家 个",
    "things": "个",
    "hours": "小时 hours",
    "switch": "true false",
}


class QuantityError(ValueError):
    """Not a quantity of its unit; ``key`` names the text that says why, ``words`` its fields."""

    def __init__(self, key: str, **words: str) -> None:
        super().__init__(key)
        self.key, self.words = key, words


def allowed(unit: Unit) -> str:
    """How amounts in a unit may be written, for a message."""
    per = {"year": " /年", "day": " /天"}.get(unit.per or "", "")
    return WRITTEN[unit.kind] + per


def quantity(text: str, unit: Unit) -> float:
    """The number that a text means, in ``unit``.

    A plain number is in the unit already; a suffix must be of its dimension, ``/年`` of its period.

    Raises:
        QuantityError: no number, another dimension, or not whole where only whole ones exist.

    >>> fee = Unit("share a year", "比例/年", "share a year", "share", "year")
    >>> quantity("１.５ ％/年", fee), quantity("010", fee)
    (0.015, 10.0)
    """
    written = unicodedata.normalize("NFKC", text).strip().casefold()
    if unit.kind == "switch":
        if written not in _SWITCH:
            raise QuantityError("not_a_switch")
        return _SWITCH[written]
    match = _NUMBER.fullmatch(written) if len(written) <= 64 else None
    if match is None:
        raise QuantityError("not_a_number")
    digits, tens, suffix, per = match.groups()
    factor = _TENS[tens]
    if suffix is not None:
        known = _SUFFIX.get(suffix)
        if known is None:
            raise QuantityError("unknown_unit", name=tens + suffix)
        kinds, size = known
        if unit.kind not in kinds:
            raise QuantityError("wrong_unit", name=tens + suffix)
        factor *= size / 12 if unit.id == "years" else size
    if per is not None and _PER.get(per, per) != unit.per:
        raise QuantityError("wrong_unit", name=f"{tens}{suffix or ''}/{per}")
    try:
        value = Decimal(digits) * factor
    except DecimalException:
        raise QuantityError("not_a_number") from None
    if unit.whole and value != value.to_integral_value():
        raise QuantityError("not_whole")
    return float(value) + 0.0  # no negative zero


def whole(text: str) -> int:
    """A whole number, exactly (a seed has 19 digits).

    Raises:
        QuantityError: it is none.
    """
    written = unicodedata.normalize("NFKC", text).strip()
    if not re.fullmatch(r"[+-]?[0-9]{1,30}", written):
        raise QuantityError("not_whole")
    return int(written)


UNITS_WRITTEN: Final = tuple(
    dict.fromkeys([*_SUFFIX, *(t + s for t in "万亿" for s in ("元", "m2", "人", "个", "家"))])
)
"""Every suffix, for finding the nearest."""
