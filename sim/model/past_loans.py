"""Loans half-way through on 2017-01-01: what the requests of the four years before have left.

They are granted by the rules of ``credit`` on the terms of then, without any line, and alike under every policy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.model import credit, world
from sim.model.credit import Bank
from sim.model.debt import BAD, DEFAULT, GUARANTEE, PLAIN, RESTRUCTURED_MONTHS
from sim.model.requests import asking, ticket
from sim.model.startups import CLOSED, OPEN, G, Rows

if TYPE_CHECKING:
    from sim.model.lending import Banks

Ints = npt.NDArray[np.int64]
PAST_MONTHS: Final = (
    credit.RENEWED_MONTHS + RESTRUCTURED_MONTHS - 1
)  # of requests before 2017 that may have left a loan, renewed since


def lend(banks: Banks) -> None:
    """Write into the book the loans of firms that are open, and the bad loans of those that have closed."""
    city, firms = banks.city, banks.city.firms
    for month in range(-PAST_MONTHS, 0):
        rows = np.flatnonzero((firms.state == OPEN) & (firms.debt == 0))
        rows = asking(city, rows, month)
        fen = ticket(city, rows, month)
        bank = banks.route(rows, month)
        for number in np.unique(bank).tolist():
            mine = bank == number
            _granted(banks, banks.desks[number], rows[mine], fen[mine], month)
    _bad(banks)


def _bad(banks: Banks) -> None:
    """Bad loans of firms that closed in 2015 and 2016."""
    city, firms, p = banks.city, banks.city.firms, banks.city.drawn
    gone = np.flatnonzero((firms.state == CLOSED) & (firms.closed >= -730) & (firms.opened_month < 0))
    rate = np.where(firms.segment[gone] == G, p[credit.REQUESTS_G.id], p[credit.REQUESTS.id])
    u = city.chance.uniform(firms.id[gone], "bad before 2017")
    gone = gone[u < rate * credit.TERM * p[DEFAULT.id] / 2]
    fen = ticket(city, gone, -1)
    banks.book.append(
        len(gone), row=gone, bank=0, principal=fen, balance=fen // 2, loss=fen // 2,
        rate=world.loan_rates(0).loan, state=BAD, until=-1,
        bad_since=np.floor(firms.closed[gone] / 30.44).astype(np.int16))  # fmt: skip


def _granted(banks: Banks, bank: Bank, rows: Rows, fen: Ints, month: int) -> None:
    """What of a bank's requests of a month before 2017 was granted, and what of that is left."""
    guarantors, rates = banks.city.guarantors, world.loan_rates(0)
    pd = bank.appraise(rows, np.full(len(rows), month))
    cost = credit.break_even(pd, 0.0, rates.base)
    scheme = np.full(len(rows), -1)
    scheme[credit.pays(cost, rates.loan, rates.mandate)] = PLAIN
    needy = np.flatnonzero(scheme < 0)
    covered = credit.break_even(pd[needy], guarantors.past.cover, rates.base)
    asks = needy[credit.pays(covered, rates.loan, rates.mandate) & banks.guaranteeable(rows[needy])]
    if len(asks):
        ok = guarantors.accepted_before(rows[asks], np.full(len(asks), month))
        scheme[asks[ok]] = GUARANTEE
    got = np.flatnonzero(scheme >= 0)
    if month < -credit.TERM + 1:  # only what falls due at once may still be there, renewed
        got = got[banks.falls_due_at_once(rows[got], fen[got], scheme[got])]
    bullet = banks.falls_due_at_once(rows[got], fen[got], scheme[got])
    # A loan due within the year has been renewed and falls due again in the month in which it was asked
    # for, until it is too old for that.
    old = -month >= credit.RENEWED_MONTHS
    left = np.where(bullet, PAST_MONTHS + 1, credit.TERM) + month
    share = np.where(bullet & (not old), 1.0, left / np.where(bullet, RESTRUCTURED_MONTHS, credit.TERM))
    until = np.where(bullet & (not old), month % credit.BULLET_TERM, left - 1)
    bullet &= not old
    balance = np.maximum((fen[got] * share).astype(np.int64), 1)
    covers, terms = scheme[got] == GUARANTEE, guarantors.past
    backing: dict[str, Any] = {
        "fee": np.where(covers, terms.fee, 0), "cover": np.where(covers, terms.cover, 0),
        "city": np.where(covers, terms.city, 0)}  # fmt: skip
    loans = banks.enter(
        rows[got], bank=bank.number, scheme=scheme[got], principal=fen[got], balance=balance,
        rate=np.where(scheme[got] == PLAIN, credit.price(cost[got], rates.loan), rates.loan),
        until=until, bullet=bullet, month=month, **backing)  # fmt: skip
    guarantors.taken_over(loans)
