"""Parsing of numbers with units such as ``6亿元``, ``1.0%`` and ``20 工作日``, in half or full width.

A unit may also be written with its name in the catalogue, so that output of ``zsim plan`` can be used as
input: ``5,000 元/户``, ``2.5% a year``, ``12 clerks``.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, DecimalException
from functools import cache
from typing import Final

from sim.policy.catalogue.entities import Unit

# Unit suffixes: the dimensions that each can have, and its size in the base unit.
_SUFFIX: Final[dict[str, tuple[tuple[str, ...], Decimal]]] = {
    word: (kinds, factor)
    for words, kinds, factor in (
        ("元 块 yuan cny", ("money",), Decimal(1)),
        ("% percent", ("share", "ratio"), Decimal("0.01")),
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
_SCALES: Final = {
    **{"千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8},
    **{"thousand": 10**3, "10,000": 10**4, "million": 10**6, "billion": 10**9},
}
_PER: Final = {"年": "year", "year": "year", "天": "day", "日": "day", "day": "day"}
_NUMBER: Final = re.compile(
    r"""(?P<digits>[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?|[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]{1,3})?)
    \s*(?P<scale>百万|千万|[千万亿]|thousand|million|billion|(?<=\s)10,000)?
    \s*(?P<of>%|[^\W\d_][^/]*?)?
    \s*(?:/\s*(?P<per>\S.*))?""",
    re.VERBOSE,
)
_SLASH: Final = re.compile(r"\s*\b(?:per|an?)\s+(?!cent\b)")
"""English forms of the slash in ``yuan/firm``: yuan per firm, 2% a year."""
_SWITCH: Final = {
    **dict.fromkeys(("true", "yes", "on", "1", "是", "开", "允许"), 1.0),
    **dict.fromkeys(("false", "no", "off", "0", "否", "关", "不允许"), 0.0),
}
# Spellings of the units of each dimension, for messages.
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
    """Error for a text that is not a quantity in the unit; ``key`` and ``words`` define its message."""

    def __init__(self, key: str, **words: str) -> None:
        super().__init__(key)
        self.key, self.words = key, words


def allowed(unit: Unit) -> str:
    """Return the ways in which amounts in a unit can be written, for a message."""
    _, _, per = unit.zh.partition("/")
    return f"{WRITTEN[unit.kind]} /{per}" if per else WRITTEN[unit.kind]


def _with_slash(text: str) -> str:
    """Return a text in half width and lower case, with a slash before the denominator of its unit."""
    written = unicodedata.normalize("NFKC", text).strip().casefold().replace("per cent", "%")
    return _SLASH.sub("/", written)


@cache
def unit_names(unit: Unit) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of a unit in the catalogue: those of its numerator and those of its denominator.

    >>> of, per = unit_names(Unit("yuan per firm", "元/户", "yuan per firm", "money"))
    >>> sorted(of), sorted(per)
    (['yuan', '元'], ['firm', '户'])
    """
    parts = [_with_slash(name).partition("/") for name in (unit.zh, unit.en, unit.id)]
    of, per = ({part[at].strip() for part in parts} - {""} for at in (0, 2))
    return frozenset(of), frozenset(per)


def quantity(text: str, unit: Unit) -> float:
    """Return the number that a text states, in ``unit``.

    A number without a suffix is taken to be in ``unit``. A suffix must have the dimension of the unit; a
    period such as ``/年`` or a denominator such as ``/户`` must be that of the unit.

    Raises:
        QuantityError: the text is not a number, has another dimension, or is not whole although it must be.

    >>> fee = Unit("share a year", "比例/年", "share a year", "share", "year")
    >>> quantity("１.５ ％/年", fee), quantity("010", fee)
    (0.015, 10.0)
    """
    written = _with_slash(text)
    own, own_per = unit_names(unit)
    if unit.kind == "switch":
        for name in own:
            written = written.removesuffix(name).strip()
        if written not in _SWITCH:
            raise QuantityError("not_a_switch")
        return _SWITCH[written]
    match = _NUMBER.fullmatch(written) if len(written) <= 64 else None
    if match is None:
        raise QuantityError("not_a_number")
    digits, scale, of, per = match.group("digits", "scale", "of", "per")
    factor = Decimal(_SCALES.get(scale, 1))
    if of is not None and not {of, f"{of}s"} & own:
        known = _SUFFIX.get(of)
        if known is None:
            raise QuantityError("unknown_unit", name=(scale or "") + of)
        kinds, size = known
        if unit.kind not in kinds:
            raise QuantityError("wrong_unit", name=(scale or "") + of)
        factor *= size / 12 if unit.id == "years" else size
    if per is not None and per not in own_per and _PER.get(per, per) != unit.per:
        raise QuantityError("wrong_unit", name=f"{scale or ''}{of or ''}/{per}")
    try:
        value = Decimal(digits.replace(",", "")) * factor
    except DecimalException:
        raise QuantityError("not_a_number") from None
    if unit.whole and value != value.to_integral_value():
        raise QuantityError("not_whole")
    return float(value) + 0.0  # no negative zero


def whole(text: str) -> int:
    """Return the exact whole number that a text states; a seed can have 19 digits.

    Raises:
        QuantityError: the text is not a whole number.
    """
    written = unicodedata.normalize("NFKC", text).strip()
    if not re.fullmatch(r"[+-]?[0-9]{1,30}", written):
        raise QuantityError("not_whole")
    return int(written)


UNITS_WRITTEN: Final = tuple(
    dict.fromkeys([*_SUFFIX, *(t + s for t in "万亿" for s in ("元", "m2", "人", "个", "家"))])
)
"""All unit suffixes, for suggesting the nearest one."""
