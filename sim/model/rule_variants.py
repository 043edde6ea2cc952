"""Which rules exist twice: where experts would build the city otherwise, and the names of the ways.

A room declares the rules themselves, name by name; the city picks one of each when it is built, and a run keeps
it from 2012 to the end. Here are only names, so that scenarios can be read without the rooms. The first way of
each is the usual one. Why these are rivals is in ``README.md``, "Other structures".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.floating[Any]]


class Rules(NamedTuple):
    """The rules of a city that have rivals, one of each.

    Attributes:
        demand: see ``growth``; demand that young firms meet, and older ones, by sector.
        closure: see ``exit``; chance of closing in a month, by firm.
        screening: see ``credit``; what somebody who lends or guarantees sees of each firm, in log odds.
    """

    demand: Callable[..., tuple[Floats, Floats]]
    closure: Callable[..., Floats]
    screening: Callable[..., Floats]


@dataclass(frozen=True)
class Structure:
    """A rule with rivals.

    Attributes:
        zh, en: what it decides.
        ways: its rules by name, the usual one first: what each goes by, in Chinese and in English.
    """

    zh: str
    en: str
    ways: Mapping[str, tuple[str, str]]

    @property
    def usual(self) -> str:
        """The way that holds where nothing is said."""
        return next(iter(self.ways))


STRUCTURES: Final[Mapping[str, Structure]] = {
    "demand": Structure("需求规则", "rule of demand", {
        "shared": ("新老企业分享同一需求", "young and older firms share one demand"),
        "incumbents_yield": ("挤出全由存量企业承担", "older firms alone bear the displacement"),
    }),
    "closure": Structure("歇业规则", "rule of closing", {
        "income": ("取决于开业年限和业主收入", "by years open and the owner's income"),
        "age_size": ("取决于开业年限和规模", "by years open and size"),
    }),
    "screening": Structure("信贷甄别规则", "rule of screening", {
        "earnings": ("看经营收入", "by earnings"),
        "collateral": ("看年限和抵押物", "by age and what can be pledged"),
    }),
}  # fmt: skip


def chosen(stated: Mapping[str, str]) -> dict[str, str]:
    """The way of every rule: what is stated, else the usual one."""
    return {name: stated.get(name, rule.usual) for name, rule in STRUCTURES.items()}
