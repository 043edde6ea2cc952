"""Payments to facilities: awards for titles and the incubation subsidy, with their yearly budgets.

Measures: M06 (incubation subsidy), M16 (awards). Evidence: ZS211-212.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.government import flows
from sim.model.government.budgets import Budget
from sim.model.incubation.parameters import (
    AWARD_BUDGET,
    AWARD_PROGRAMME,
    CITY,
    INCUBATION_SUBSIDY,
    INCUBATION_SUBSIDY_BUDGET,
    NATION,
    NATIONAL_AWARD,
    OPENING_AWARD,
    PROVINCE,
    PROVINCIAL_AWARD,
    SUBSIDY_PROGRAMME,
)

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from sim.model.context import Context
    from sim.model.incubation.agents import Facility
    from sim.model.incubation.register import FacilityRegister


class FacilityPayments:
    """Public payments to incubation facilities.

    Attributes:
        awards: yearly budget of awards for titles.
        subsidies: yearly budget of the incubation subsidy.
    """

    def __init__(self, context: Context, register: FacilityRegister) -> None:
        self.context, self.register = context, register
        self.awards = Budget(context.env)
        self.subsidies = Budget(context.env)

    def begin(self) -> None:
        """Appropriate the yearly budgets."""
        accounts, levers, day = self.context.accounts, self.context.levers, self.context.clock.first_day
        accounts.appropriate(self.awards, round(100 * levers.at(AWARD_BUDGET, day)))
        subsidised = levers.at(INCUBATION_SUBSIDY, day) > 0
        yearly = levers.at(INCUBATION_SUBSIDY_BUDGET, day) if subsidised else 0.0
        accounts.appropriate(self.subsidies, round(100 * yearly))

    def award_title(self, facility: Facility, level: int) -> None:
        """Pay the award for a title, if policy provides one."""
        lever = {CITY: OPENING_AWARD, PROVINCE: PROVINCIAL_AWARD, NATION: NATIONAL_AWARD}[level]
        yuan = self.context.levers.at(lever, self.context.env.now)
        if yuan > 0 and not self.context.levers.not_yet(AWARD_BUDGET):
            self.context.env.process(self.pay(facility, yuan, self.awards, AWARD_PROGRAMME))

    def subsidise_incubation(self, facility: Facility) -> None:
        """Pay a base the subsidy for a successfully incubated firm, if policy provides one."""
        if facility.kind != "base":
            return
        yuan = self.context.levers.at(INCUBATION_SUBSIDY, self.context.env.now)
        if yuan > 0 and not self.context.levers.not_yet(INCUBATION_SUBSIDY_BUDGET):
            self.context.env.process(self.pay(facility, yuan, self.subsidies, SUBSIDY_PROGRAMME))

    def pay(self, facility: Facility, yuan: float, budget: Budget, programme: str) -> ProcessGenerator:
        """SimPy process of a payment from a yearly budget, which makes payments in order of decision."""
        fen = round(100 * yuan)
        if not budget.try_reserve(fen):
            yield budget.wait(fen)
        if facility not in self.register.open:  # closed while waiting for the budget
            budget.returned(fen)
            return
        budget.paid(fen)
        facility.award += yuan
        if self.context.events:
            self.context.events.facility(
                facility.name, "incubator.award", day=self.context.env.now, yuan=yuan, rule="incubation.payments.FacilityPayments")  # fmt: skip
        self.context.accounts.post(flows.AWARDS, fen)
        self.context.accounts.spend(self.context.accounts.instruments.index(programme), yuan)
