"""Intellectual property: rights held, copies and the cases against them, licences, patent information.

A holder of a patent or a design may be copied; enforcement keeps some copiers from the market. Who is copied
loses a share of its sales until the case is over. Cases of lighting, appliances and mahogany go to the rapid
protection centre of their sector, where they wait for a case officer; all others take the old way. Some
rights are licensed or sold. Who uses patent information is spared part of the work that others have done.
Measures: M05 (enforcement, centres, trading), M20 (patent information).
Evidence: ZS069-070 (who holds a patent); no figure of copies or cases was found: guesses, of small order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.model.business_support.agents import Case, ProtectionCentre
from sim.model.business_support.parameters import (
    CASE_DAYS,
    CASE_LENGTH,
    CASES,
    CENTRE_SECTORS,
    CENTRES,
    COPIED,
    COPIES,
    DESIGN_SECTORS,
    DESIGNS,
    ENFORCEMENT,
    HOURS_OF_USE,
    INFORMATION_WEIGHT,
    ORDINARY_CASE_DAYS,
    RIGHTS_TRADED,
    SALES_LOSS,
    SALES_LOST,
    TRADED,
    USERS,
)
from sim.model.business_support.rules import copied, has_design, month_lost, right_price
from sim.model.environment import geography
from sim.model.government import flows
from sim.model.population.firm_table import OPEN, E, T

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Ints, Mask, Rows
    from sim.model.context import Context


def founder_traits(
    context: Context, ids: Ints, segment: npt.NDArray[np.int8], sector: npt.NDArray[np.int8], skill: Floats
) -> dict[str, Mask]:
    """What founders bring: a design."""
    of_design = np.array([s.slug in DESIGN_SECTORS for s in geography.sectors()])
    lines = (segment == E) & of_design.take(sector)
    u = context.streams.uniform(ids, "design")
    return {"design": has_design(segment == T, lines, skill, u, context.parameters[DESIGNS.id])}


def numbers_of(slugs: Sequence[str]) -> list[int]:
    """Numbers of sectors."""
    return [s for slug in slugs for s, each in enumerate(geography.sectors()) if each.slug == slug]


class IntellectualProperty:
    """The centres, and all cases of a run; a case's file is its place in ``cases``."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.sectors = numbers_of(CENTRE_SECTORS)
        self.centres: list[ProtectionCentre] = []
        self.cases: list[Case] = []
        self.live: list[Case] = []
        self._pressed = np.zeros(0, dtype=np.intp)  # rows whose sales suffered last month

    def weigh(self, files: Ints) -> Ints:
        """Cases of the city that files stand for."""
        rows = [self.cases[file].row for file in files.tolist()]
        return self.context.firms.weight.take(rows)

    def begin(self, technology: Rows) -> None:
        """Centres as policy has them; the month's copies; technology firms look into what others have patented."""
        self.open_centres()
        self.copies()
        self.inform(technology)

    def open_centres(self) -> None:
        """Centres open in the order of their sectors, a second for lighting after the third; the last close first."""
        wanted = round(self.context.levers.at(CENTRES, self.context.clock.first_day))
        for number in range(len(self.centres), wanted):
            centre = ProtectionCentre(self, number)
            self.centres.append(centre)
            self.context.env.process(centre.work(self.context.env))
        for centre in self.centres[wanted:]:
            centre.remove()
        del self.centres[wanted:]

    def holders(self) -> Rows:
        """Open firms that hold a right that can be copied or licensed."""
        firms = self.context.firms
        return np.flatnonzero((firms.patent | firms.design) & (firms.state == OPEN))

    def copies(self) -> None:
        """Holders of whose products a copy comes onto the market this month, each on its own day; one case at a time."""
        context, firms, month = self.context, self.context.firms, self.context.clock.month
        rows = self.holders()
        u = context.streams.uniform(firms.id[rows], "copied", month)
        lot = context.streams.uniform(firms.id[rows], "copier stopped", month)
        rows = rows[
            copied(
                u, lot, context.parameters[COPIED.id], context.levers.at(ENFORCEMENT, context.clock.first_day)
            )
        ]
        busy = {case.row for case in self.live}
        rows = rows[[row not in busy for row in rows.tolist()]]
        ids, length = firms.id[rows], clock.month_length(month)
        days = context.clock.first_day + np.floor(length * context.streams.uniform(ids, "day of copy", month))
        luck = context.streams.normal(ids, "length of case", month).reshape(-1, 1)
        ties = context.ties(ids, "ip").reshape(-1, 1)
        for row, day, one, tie in zip(rows.tolist(), days.astype(int).tolist(), luck, ties, strict=True):
            self.bring(Case(row, day, one, context.env.event()), tie)
        context.recorder.add(COPIES, month, int(firms.weight[rows].sum()))
        if context.events:
            context.events.firms(ids, "ip.copied", day=days, rule="business_support.rules.copied")

    def bring(self, case: Case, tie: npt.NDArray[np.uint64]) -> None:
        """A case begins: at the centre of its sector, with the shorter line where there are two, or the old way."""
        context = self.context
        self.cases.append(case)
        self.live.append(case)
        here = [c for c in self.centres if c.sector == context.firms.sector[case.row]]
        if not here:
            case.over = case.came + case.length(ORDINARY_CASE_DAYS)
            return
        centre = min(here, key=lambda c: len(c.line.waiting(case.came))) if len(here) > 1 else here[0]
        centre.hand_in([case.came], tie, np.array([len(self.cases) - 1]))
        context.env.process(self.at_centre(case, centre))

    def at_centre(self, case: Case, centre: ProtectionCentre) -> Any:
        """A case at a centre: the line, an officer's time, the procedure."""
        yield case.desk
        now = self.context.env.now
        days = ORDINARY_CASE_DAYS if centre.gone else self.context.levers.at(CASE_DAYS, now)
        case.over = max(now, case.came) + case.length(days)

    def inform(self, technology: Rows) -> None:
        """Users of patent information are spared work that others have done: hours of the common dose."""
        context, firms = self.context, self.context.firms
        share = context.levers.at(USERS, context.clock.first_day)
        if share > 0:
            lot = context.streams.uniform(firms.id.take(technology), "patent information")
            users = technology.compress(lot < share)
            firms.support_hours[users] += np.float32(INFORMATION_WEIGHT * HOURS_OF_USE)

    # --- settle ------------------------------------------------------------------------------------
    def press(self) -> None:
        """Before the month's sales: what share of them each holder with a case loses."""
        context, firms = self.context, self.context.firms
        firms.sales_lost[self._pressed] = 0
        rows = np.array([case.row for case in self.live], dtype=np.intp)
        came, over = (np.array([getattr(case, name) for case in self.live]) for name in ("came", "over"))
        lost = month_lost(
            context.parameters[SALES_LOSS.id], came, over, context.clock.first_day, context.clock.last_day + 1
        )
        firms.sales_lost[rows] = lost
        self._pressed = rows

    def settle(self) -> None:
        """What copies cost, cases that are over, rights licensed or sold."""
        context, firms, month = self.context, self.context.firms, self.context.clock.month
        rows = self._pressed[firms.state[self._pressed] == OPEN]
        lost = firms.sales_lost[rows]
        gone = firms.value_added[rows] * lost / (1 - lost) * firms.weight[rows]
        context.recorder.put(SALES_LOST, month, float(gone.sum()))
        ended = [case for case in self.live if case.over <= context.clock.last_day + 1]
        if ended:
            weight = firms.weight[[case.row for case in ended]]
            context.recorder.put(
                CASE_LENGTH, month, float(np.average([c.over - c.came for c in ended], weights=weight))
            )
            if context.events:
                context.events.firms(
                    firms.id[[c.row for c in ended]], "ip.case_over", day=[c.over for c in ended],
                    waited=[c.over - c.came for c in ended], rule="business_support.rules.case_length")  # fmt: skip
        self.live = [
            case
            for case in self.live
            if case.over > context.clock.last_day + 1 and firms.state[case.row] == OPEN
        ]
        context.recorder.put(CASES, month, int(firms.weight[[case.row for case in self.live]].sum()))
        self.trade()

    def trade(self) -> None:
        """Some holders license a right, or sell one of several."""
        context, firms, month = self.context, self.context.firms, self.context.clock.month
        share = context.levers.at(TRADED, context.clock.first_day)
        if share <= 0:
            return
        rows = self.holders()
        rows = rows[context.streams.uniform(firms.id[rows], "licensed", month) < share / 12]
        yuan = right_price(
            context.streams.normal(firms.id[rows], "price of right", month), firms.value_added[rows]
        )
        context.accounts.pay(flows.LICENCES, rows, 100 * yuan)
        context.recorder.add(
            RIGHTS_TRADED, month, float((np.rint(100 * yuan) * firms.weight[rows]).sum()) / 100
        )
        if context.events:
            context.events.firms(
                firms.id[rows],
                "ip.licensed",
                day=context.clock.last_day,
                yuan=yuan,
                rule="business_support.rules.right_price",
            )
