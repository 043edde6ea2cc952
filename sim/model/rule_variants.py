"""Rules of which there are several variants, by name.

Submodels declare the variants; the city chooses one of each when it is built and keeps it from 2012 to 2020. This module
holds only names, so that scenarios can be read without the submodels. The first variant of each rule is the usual one.
The reasons for each are in ``README.md``, "Other structures".
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
    """The variant in use of each rule that has several.

    Attributes:
        demand: demand factors of young and of older firms, by sector; see :mod:`sim.model.firms.rules`.
        closure: probability of closing in a month, by firm; see :mod:`sim.model.firms.rules`.
        screening: score that an assessor sees of each firm, in log odds; see :mod:`sim.model.underwriting.rules`.
    """

    demand: Callable[..., tuple[Floats, Floats]]
    closure: Callable[..., Floats]
    screening: Callable[..., Floats]


@dataclass(frozen=True)
class Structure:
    """A rule with several variants.

    Attributes:
        zh: Chinese label of the rule.
        en: English label of the rule.
        ways: Chinese and English label of each variant by name, the usual one first.
    """

    zh: str
    en: str
    ways: Mapping[str, tuple[str, str]]

    @property
    def usual(self) -> str:
        """Name of the variant that holds where none is stated."""
        return next(iter(self.ways))


STRUCTURES: Final[Mapping[str, Structure]] = {
    "demand": Structure("市场需求规则", "rule of demand", {
        "shared": ("初创企业与原有企业分享同一市场需求", "young and older firms share one demand"),
        "incumbents_yield": ("挤出全部由原有企业承担", "older firms alone bear the displacement"),
    }),
    "closure": Structure("歇业规则", "rule of closing", {
        "income": ("取决于开业年限和业主收入", "by years open and the owner's income"),
        "age_size": ("取决于开业年限和规模", "by years open and size"),
    }),
    "screening": Structure("信贷甄别规则", "rule of screening", {
        "earnings": ("依据经营收入", "by earnings"),
        "collateral": ("依据经营年限和抵押物", "by age and what can be pledged"),
    }),
}  # fmt: skip


def chosen(stated: Mapping[str, str]) -> dict[str, str]:
    """Name of the variant of every rule: as stated, else the usual one."""
    return {name: stated.get(name, rule.usual) for name, rule in STRUCTURES.items()}
