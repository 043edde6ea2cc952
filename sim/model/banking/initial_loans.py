"""Initial loan book: loans granted in the previous four years and outstanding on 1 January 2017.

These loans are granted by the same rules as later loans, but on pre-2017 terms and without queues, and are the same
under every policy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model.banking import parameters, rules
from sim.model.banking.applications import applicants, requested_fen
from sim.model.environment import series
from sim.model.guarantees.guarantors import BEFORE_2017
from sim.model.guarantees.parameters import GUARANTEE, PLAIN
from sim.model.guarantees.rules import exposure
from sim.model.population.firm_table import CLOSED, OPEN, G

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Ints, Rows
    from sim.model.banking.lending import Banks


def lend(banks: Banks) -> None:
    """Add the loans of open firms and the bad loans of closed firms to the loan book."""
    firms = banks.context.firms
    rows = firms.rows_in(OPEN)
    rows = rows[np.argsort(firms.opened_month[rows], kind="stable")]
    opened = firms.opened_month[rows]
    applications = [
        _applications(
            banks, rows[: opened.searchsorted(month - parameters.FIRST_MONTHS, side="right")], month
        )
        for month in range(-parameters.PAST_MONTHS, 0)
    ]
    _enter_loans(banks, *(np.concatenate(column) for column in zip(*applications, strict=True)))
    _enter_bad_loans(banks)


def _applications(banks: Banks, rows: Rows, month: int) -> tuple[Rows, Ints, Ints, Ints]:
    """Return the applications of a month before 2017, sorted by bank: rows, months, amounts in fen, and banks."""
    rows = np.sort(applicants(banks.context, rows, month))
    bank = banks.choose_banks(rows, month)
    order = np.argsort(bank, kind="stable")
    rows, bank = rows[order], bank[order]
    return rows, np.full(len(rows), month), requested_fen(banks.context, rows, month), bank.astype(np.int64)


def _enter_bad_loans(banks: Banks) -> None:
    """Add the bad loans of firms that closed in 2015 and 2016."""
    context, firms, p = banks.context, banks.context.firms, banks.context.parameters
    closed = np.flatnonzero(
        (firms.state == CLOSED) & (firms.closed >= -parameters.BAD_SINCE_DAYS) & (firms.opened_month < 0)
    )
    rate = np.where(firms.segment[closed] == G, p[parameters.REQUESTS_G.id], p[parameters.REQUESTS.id])
    u = context.streams.uniform(firms.id[closed], "bad before 2017")
    rows = closed[rules.initial_bad_loan(u, rate, p[parameters.DEFAULT.id])]
    fen = requested_fen(context, rows, -1)
    banks.book.append(
        len(rows), row=rows, bank=0, principal=fen, balance=fen // 2, loss=fen // 2,
        rate=series.loan_rates(0).loan, state=parameters.BAD, until=-1,
        bad_since=np.floor(firms.closed[rows] / parameters.DAYS_A_MONTH).astype(np.int16))  # fmt: skip


def _decide(banks: Banks, rows: Rows, month: Ints, bank: Ints) -> tuple[Ints, Floats]:
    """Return each application's scheme (-1 if it is refused) and its break-even rate without cover."""
    guarantors, firms, rates = banks.guarantees, banks.context.firms, series.loan_rates(0)
    pd = banks.assess(bank, rows, month, banks.context.env.now)
    cost = rules.break_even(pd, 0.0, rates.base)
    scheme = np.full(len(rows), -1)
    scheme[rules.pays(cost, rates.loan, rates.mandate)] = PLAIN
    left = np.flatnonzero(scheme < 0)
    covered = rules.break_even(pd[left], BEFORE_2017.cover, rates.base)
    turnover = rules.yearly_turnover(firms.value_added[rows[left]])
    considered = rules.guarantors_consider(firms.segment[rows[left]], turnover)
    requests = left[rules.pays(covered, rates.loan, rates.mandate) & considered]
    scheme[requests[guarantors.approved_before_2017(rows[requests], month[requests])]] = GUARANTEE
    return scheme, cost


def _enter_loans(banks: Banks, rows: Rows, month: Ints, fen: Ints, bank: Ints) -> None:
    """Add the granted loans that are still outstanding to the loan book; each firm has only its earliest one."""
    guarantors, rates, book = banks.guarantees, series.loan_rates(0), banks.book
    scheme, cost = _decide(banks, rows, month, bank)
    bullet = rules.repaid_at_maturity(banks.context.firms.segment[rows], fen, scheme)
    selected = np.flatnonzero((scheme >= 0) & rules.initial_is_outstanding(bullet, month))
    selected = selected[np.sort(np.unique(rows[selected], return_index=True)[1])]
    rows, month, fen, bank = rows[selected], month[selected], fen[selected], bank[selected]
    scheme, bullet, cost = scheme[selected], bullet[selected], cost[selected]
    renewed, until, share = rules.initial_terms(bullet, month)
    covered, terms = scheme == GUARANTEE, BEFORE_2017
    backing: dict[str, Any] = {
        "fee": np.where(covered, terms.fee, 0), "cover": np.where(covered, terms.cover, 0),
        "city_share": np.where(covered, terms.city_share, 0)}  # fmt: skip
    loans = book.enter(
        rows, bank=bank, scheme=scheme, principal=fen, balance=np.maximum((fen * share).astype(np.int64), 1),
        rate=np.where(covered, rates.loan, rules.price(cost, rates.loan)),
        until=until, bullet=renewed, month=month, **backing)  # fmt: skip
    guarantors.add_initial_exposure(
        book.scheme[loans], exposure(book.balance[loans], book.cover[loans]) * book.weight(loans)
    )
