"""Guarantors and the start-up loan fund as agents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.service_desk import ServiceDesk
from sim.model.guarantees import rules
from sim.model.guarantees.parameters import (
    APPETITE,
    DESKS,
    GUARANTEE,
    NOISE,
    PRIVATE,
    SECURED,
    SEVERITY,
    STARTUP,
)
from sim.model.underwriting.assessment import assess_default_risk
from sim.model.underwriting.parameters import ASSESSORS

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Ints, Mask, Rows
    from sim.engine.service_desk import Decide, Weigh
    from sim.model.context import Context
    from sim.model.government.public_funds import PublicFund


class Guarantor(ServiceDesk):
    """Guarantor or start-up loan fund, with clerks, a queue of requests, capital and an appetite for risk.

    Args:
        context: see :class:`Context`.
        scheme: scheme of loans that the guarantor covers.
        pool: fund that holds the guarantor's capital.
        decide: callback for the requests that the clerks have processed, called once a week.
        weigh: function that returns the number of requests in the city that each simulated request represents.

    Attributes:
        has_left: whether the guarantor has stopped accepting requests.
    """

    def __init__(self, context: Context, scheme: int, pool: PublicFund, decide: Decide, weigh: Weigh) -> None:
        self.assessor, clerks, files = DESKS[scheme]
        super().__init__(context.model, "guarantee", files, decide, weigh, weekly=True)
        self.context, self.scheme, self.pool = context, scheme, pool
        self.has_left = False
        self.staff(clerks)

    def remove(self) -> None:
        """Close the guarantor to new requests; guarantees already issued continue."""
        self.has_left = True
        self.staff(0)
        super().remove()

    def appetite(self) -> float:
        """Return the yearly loss beyond the fee that the guarantor accepts now; zero unless it is government-backed."""
        if self.scheme != GUARANTEE:
            return 0.0
        usual = self.context.parameters[APPETITE.id]
        return rules.appetite(usual, self.pool.claims_of_a_year, self.pool.balance)

    def assess(self, rows: Rows, months: Ints) -> Floats:
        """Assess each firm's annual probability of default, with an error keyed by firm and month of request."""
        error, number = self.context.parameters[NOISE.id], ASSESSORS.index(self.assessor)
        return assess_default_risk(self.context, rows, months, error, number, self.context.env.now)

    def approves(self, rows: Rows, months: Ints, terms: rules.Terms) -> Mask:
        """Mask of firms that the guarantor accepts on the given terms."""
        risk = self.assess(rows, months)
        if self.scheme == STARTUP:
            return rules.fund_accepts(risk)
        severity = SECURED if self.scheme == PRIVATE else SEVERITY
        return rules.accepts(risk, terms.fee, terms.cover, terms.city_share, self.appetite(), severity)
