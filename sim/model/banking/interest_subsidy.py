"""Interest subsidies: every December, borrowers with a start-up loan claim part of their interest from the city."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.banking import parameters, rules
from sim.model.guarantees.parameters import STARTUP

if TYPE_CHECKING:
    from sim.model.banking.loan_book import LoanBook
    from sim.model.context import Context
    from sim.model.subsidies.claims_desk import ClaimsDesk


def claim_interest(context: Context, book: LoanBook, claims: ClaimsDesk) -> None:
    """Submit the year's claims for interest subsidies in December, if the programme has already had a budget."""
    if context.clock.month % 12 != parameters.SUBSIDY_MONTH or context.levers.not_yet(
        parameters.SUBSIDY_BUDGET
    ):
        return
    day = context.clock.first_day
    loans = book.outstanding_loans()
    loans = loans[book.scheme[loans] == STARTUP]
    fen = rules.interest_subsidy(
        context.levers.at(parameters.SUBSIDY, day), context.levers.at(parameters.SUBSIDY_CAP, day),
        book.principal[loans], book.balance[loans], book.rate[loans], context.clock.month - book.month[loans])  # fmt: skip
    due = fen > 0
    if due.any():
        rows = book.row[loans[due]]
        claims.hand_in(
            "microloan_interest_subsidy", context.firms.id[rows], fen[due], rows=rows, payee="startups")  # fmt: skip
