"""Names of the rules that have several variants.

Submodels define the variants; the city selects one variant of each rule when it is built and applies it from
2012 to 2020. This module contains only names, so that scenarios can be read without importing the submodels.
The first variant of each rule is the default. The section "Other structures" of ``README.md`` explains the
variants.
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
    """Selected variant of each rule with several variants.

    Attributes:
        demand: function that returns the demand factors of young and older firms, by sector; see
            :mod:`sim.model.firms.rules`.
        closure: function that returns the probability that each firm closes in a month; see
            :mod:`sim.model.firms.rules`.
        screening: function that returns the score, in log odds, that an assessor assigns to each firm; see
            :mod:`sim.model.underwriting.rules`.
    """

    demand: Callable[..., tuple[Floats, Floats]]
    closure: Callable[..., Floats]
    screening: Callable[..., Floats]


@dataclass(frozen=True)
class Structure:
    """Rule with several variants.

    Attributes:
        zh: Chinese label of the rule.
        en: English label of the rule.
        ways: Chinese and English labels of the variants, by name; the first variant is the default.
    """

    zh: str
    en: str
    ways: Mapping[str, tuple[str, str]]

    @property
    def usual(self) -> str:
        """Name of the default variant."""
        return next(iter(self.ways))


STRUCTURES: Final[Mapping[str, Structure]] = {
    "demand": Structure("市场需求规则", "demand rule", {
        "shared": ("初创企业与原有企业分享同一市场需求", "young and older firms share the same demand"),
        "incumbents_yield": ("挤出全部由原有企业承担", "older firms alone bear the displacement"),
    }),
    "closure": Structure("歇业规则", "closure rule", {
        "income": ("取决于开业年限和业主收入", "depends on years in operation and the owner's income"),
        "age_size": ("取决于开业年限和规模", "depends on years in operation and firm size"),
    }),
    "screening": Structure("信贷甄别规则", "credit screening rule", {
        "earnings": ("依据经营收入", "based on earnings"),
        "collateral": ("依据经营年限和抵押物", "based on firm age and collateral"),
    }),
}  # fmt: skip


def chosen(stated: Mapping[str, str]) -> dict[str, str]:
    """Return the variant selected for each rule, by rule name: the stated variant or the default."""
    return {name: stated.get(name, rule.usual) for name, rule in STRUCTURES.items()}
