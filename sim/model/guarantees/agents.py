"""Guarantees: agents of institutions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.model.banking.parameters import GUARANTEE, PRIVATE, STARTUP
from sim.model.banking.rules import exposure
from sim.model.government.budgets import ServiceDesk
from sim.model.guarantees.parameters import (
    APPETITE,
    DESKS,
    FUND_LIMIT,
    GUARANTEED,
    NOISE,
    SECURED,
    SEVERITY,
    SURVEY_DAYS,
)
from sim.model.guarantees.rules import accepts, appetite
from sim.model.population.firm_table import OPEN

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Ints, Rows
    from sim.model.government.public_funds import PublicFund
    from sim.model.guarantees.guarantors import Guarantors


@dataclass(frozen=True)
class Terms:
    """What a guarantor offers: cover (share of a loss), the city's share of that, fee a year, whether it is there at all."""

    cover: float
    city: float
    fee: float
    open: bool


class Guarantor(ServiceDesk):
    """A guarantor or fund: officers with a line of files, capital (a pool), an eye and an appetite of its own."""

    def __init__(self, guarantors: Guarantors, scheme: int, pool: PublicFund) -> None:
        name, officers, files = DESKS[scheme]
        super().__init__(
            guarantors.city, "guarantee", files, self.decide, guarantors.city.banks.weigh, weekly=True)  # fmt: skip
        self.guarantors, self.scheme, self.kind, self.pool = guarantors, scheme, name, pool
        self.gone = False
        self.staff(officers)

    def remove(self) -> None:
        """Leave the city: no more business is taken; guarantees given run on."""
        self.gone = True
        self.staff(0)
        super().remove()

    def appetite(self) -> float:
        """Loss beyond its fee that it bears now, a year; a private one bears none."""
        usual = self.guarantors.city.drawn[APPETITE.id]
        return (
            appetite(usual, self.pool.claims_of_a_year, self.pool.balance)
            if self.scheme == GUARANTEE
            else 0.0
        )

    def looks_at(self, rows: Rows, months: Ints) -> Floats:
        """Yearly chances of default of firms as it sees them, keyed by firm and month of request."""
        city = self.guarantors.city
        return city.appraise(rows, months, city.drawn[NOISE.id], self.kind)

    def likes(self, rows: Rows, months: Ints, terms: Terms) -> npt.NDArray[np.bool_]:
        """Which of these firms it would stand behind on its terms of the day."""
        pd = self.looks_at(rows, months)
        if self.scheme == STARTUP:
            return np.asarray(pd <= FUND_LIMIT)
        severity = SECURED if self.scheme == PRIVATE else SEVERITY
        return accepts(pd, terms.fee, terms.cover, terms.city, self.appetite(), severity)

    def decide(self, day: int, files: Ints, came: Ints) -> None:
        """Friday: which firms it stands behind, while there is room."""
        city, banks = self.guarantors.city, self.guarantors.city.banks
        r = banks.requests
        open_ = city.firms.state[r.row[files]] == OPEN
        banks.refuse(files[~open_], "too_late", "guarantee.Guarantor")
        files = files[open_]
        terms = self.guarantors.terms(self.scheme, day)
        liked = self.likes(r.row[files], r.month[files].astype(np.int64), terms)
        self.next_door(files[~liked], day, "guarantor_risk", "guarantee.accepts")
        r.cover[files] = terms.cover
        files = files[liked]
        parts = exposure(r.fen[files], r.cover[files]) * banks.weigh(files)
        fits = np.array([self.pool.covers(part, city.month) for part in parts.tolist()], dtype=np.bool_)
        reason = "suspended" if self.pool.suspended else "guarantor_full"
        self.next_door(files[~fits], day, reason, "pools.Pool")
        taken = files[fits]
        if len(taken):
            self.approve(taken)
            if self.scheme == GUARANTEE:
                city.record.add(GUARANTEED, city.month, int(banks.weigh(taken).sum()))
            if city.diary:
                city.diary.firms(
                    city.firms.id[r.row[taken]], "guarantee.accepted", day=day, rule="guarantee.accepts",
                    yuan=r.fen[taken] / 100, cover=terms.cover, fee=terms.fee)  # fmt: skip
            city.env.process(self.promise(taken, terms))

    def next_door(self, files: Ints, day: int, reason: str, rule: str) -> None:
        """Files that it does not take go on from the public to the private guarantors; there the road ends."""
        if not len(files):
            return
        banks = self.guarantors.city.banks
        if self.scheme != GUARANTEE or not self.guarantors.terms(PRIVATE, day).open:
            banks.refuse(files, reason, rule)
        else:
            banks.committee.seek_cover(files, PRIVATE, day)

    def promise(self, files: Ints, terms: Terms) -> Any:
        """The survey, then the letter of guarantee goes to the banks."""
        yield self.guarantors.city.env.timeout(SURVEY_DAYS)
        city = self.guarantors.city
        city.banks.committee.backed(files, terms.fee, terms.cover, terms.city, int(city.env.now))
