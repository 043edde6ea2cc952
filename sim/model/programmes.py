"""Programmes administered by the claims desk: yearly budgets and conditions for accepting applications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from sim.model.banking.parameters import CREDIT_BUDGETS, CREDIT_GATES
from sim.model.business_support.orders import first_set_money
from sim.model.business_support.parameters import SUPPORT_BUDGETS, SUPPORT_GATES
from sim.model.entry.parameters import RE_ENTRY_GATES, RETURNEES, TRAINEES
from sim.model.entry.re_entry import money as re_entry_money
from sim.model.subsidies.parameters import CLAIM_BUDGETS, SERVICE_BUDGETS, SERVICE_GATES, TALENT_PACKAGE

if TYPE_CHECKING:
    from sim.model.subsidies.claims_desk import YearlyBudget

BUDGETS: Final[Mapping[str, YearlyBudget]] = {
    **CLAIM_BUDGETS,
    **SERVICE_BUDGETS,
    **CREDIT_BUDGETS,
    **SUPPORT_BUDGETS,
    "first_set_award": first_set_money,
    "overseas_talent": (RETURNEES, TALENT_PACKAGE),
    "second_chance": re_entry_money,
}
"""Yearly budget of each programme in yuan: the product of the listed levers, or a function of the context."""
GATES: Final = (
    SERVICE_GATES | CREDIT_GATES | SUPPORT_GATES | RE_ENTRY_GATES | {"training_subsidy": (TRAINEES,)}
)
"""Additional levers that must have been non-zero before a programme accepts applications, by programme."""
