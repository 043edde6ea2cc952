"""Loans half-way through on 2017-01-01: what the requests of the four years before have left.

They are granted by the rules of ``credit`` on the terms of then, without any line, and alike under every policy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.model.banking import parameters, rules
from sim.model.banking.applications import asking, ticket
from sim.model.banking.parameters import BAD, DEFAULT, RESTRUCTURED_MONTHS
from sim.model.environment import series
from sim.model.guarantees.guarantors import BEFORE_2017
from sim.model.guarantees.parameters import GUARANTEE, PLAIN
from sim.model.guarantees.rules import exposure
from sim.model.population.firm_table import CLOSED, OPEN, G

if TYPE_CHECKING:
    from sim.engine.arrays import Ints, Rows
    from sim.model.banking.lending import Banks

PAST_MONTHS: Final = (
    parameters.RENEWED_MONTHS + RESTRUCTURED_MONTHS - 1
)  # of requests before 2017 that may have left a loan, renewed since


def lend(banks: Banks) -> None:
    """Write into the book the loans of firms that are open, and the bad loans of those that have closed."""
    firms = banks.context.firms
    rows = firms.rows_in(OPEN)
    rows = rows[np.argsort(firms.opened_month[rows], kind="stable")]
    opened = firms.opened_month[rows]
    months = range(-PAST_MONTHS, 0)
    asked = [
        _asked(banks, rows[: opened.searchsorted(month - parameters.FIRST_MONTHS, side="right")], month)
        for month in months
    ]
    _granted(banks, *(np.concatenate(column) for column in zip(*asked, strict=True)))
    _bad(banks)


def _asked(banks: Banks, rows: Rows, month: int) -> tuple[Rows, Ints, Ints, Ints]:
    """The requests of a month before 2017, bank by bank: rows, month, fen, bank."""
    rows = np.sort(asking(banks.context, rows, month))
    bank = banks.route(rows, month)
    order = np.argsort(bank, kind="stable")
    rows, bank = rows[order], bank[order]
    return rows, np.full(len(rows), month), ticket(banks.context, rows, month), bank.astype(np.int64)


def _bad(banks: Banks) -> None:
    """Bad loans of firms that closed in 2015 and 2016."""
    context, firms, p = banks.context, banks.context.firms, banks.context.parameters
    gone = np.flatnonzero((firms.state == CLOSED) & (firms.closed >= -730) & (firms.opened_month < 0))
    rate = np.where(firms.segment[gone] == G, p[parameters.REQUESTS_G.id], p[parameters.REQUESTS.id])
    u = context.streams.uniform(firms.id[gone], "bad before 2017")
    gone = gone[u < rate * parameters.TERM * p[DEFAULT.id] / 2]
    fen = ticket(context, gone, -1)
    banks.book.append(
        len(gone), row=gone, bank=0, principal=fen, balance=fen // 2, loss=fen // 2,
        rate=series.loan_rates(0).loan, state=BAD, until=-1,
        bad_since=np.floor(firms.closed[gone] / 30.44).astype(np.int16))  # fmt: skip


def _granted(banks: Banks, rows: Rows, month: Ints, fen: Ints, bank: Ints) -> None:
    """What of these requests was granted, and what of that is left: a firm that had a loan did not ask again."""
    guarantors, rates = banks.guarantees, series.loan_rates(0)
    pd = banks.assess(bank, rows, month, banks.context.env.now)
    cost = rules.break_even(pd, 0.0, rates.base)
    scheme = np.full(len(rows), -1)
    scheme[rules.pays(cost, rates.loan, rates.mandate)] = PLAIN
    needy = np.flatnonzero(scheme < 0)
    covered = rules.break_even(pd[needy], BEFORE_2017.cover, rates.base)
    firms = banks.context.firms
    turnover = 12 * parameters.TURNOVER * firms.value_added[rows[needy]]
    able = rules.guarantors_consider(firms.segment[rows[needy]], turnover)
    asks = needy[rules.pays(covered, rates.loan, rates.mandate) & able]
    scheme[asks[guarantors.approved_before(rows[asks], month[asks])]] = GUARANTEE
    bullet = rules.falls_due_at_once(firms.segment[rows], fen, scheme)
    # What is paid in instalments has been paid off by now if it was granted before that many months.
    got = np.flatnonzero((scheme >= 0) & (bullet | (month > -parameters.TERM)))
    got = got[np.sort(np.unique(rows[got], return_index=True)[1])]
    rows, month, fen, bank = rows[got], month[got], fen[got], bank[got]
    scheme, bullet, cost = scheme[got], bullet[got], cost[got]
    # A loan due within the year has been renewed and falls due again in the month in which it was asked
    # for, until it is too old for that.
    renewed = bullet & (-month < parameters.RENEWED_MONTHS)
    left = np.where(bullet, PAST_MONTHS + 1, parameters.TERM) + month
    share = np.where(renewed, 1.0, left / np.where(bullet, RESTRUCTURED_MONTHS, parameters.TERM))
    covers, terms = scheme == GUARANTEE, BEFORE_2017
    backing: dict[str, Any] = {
        "fee": np.where(covers, terms.fee, 0), "cover": np.where(covers, terms.cover, 0),
        "city_share": np.where(covers, terms.city_share, 0)}  # fmt: skip
    loans = banks.book.enter(
        rows, bank=bank, scheme=scheme, principal=fen, balance=np.maximum((fen * share).astype(np.int64), 1),
        rate=np.where(covers, rates.loan, rules.price(cost, rates.loan)),
        until=np.where(renewed, month % parameters.BULLET_TERM, left - 1), bullet=renewed, month=month,
        **backing)  # fmt: skip
    book = banks.book
    guarantors.take_over(
        book.scheme[loans], exposure(book.balance[loans], book.cover[loans]) * book.weight(loans)
    )
