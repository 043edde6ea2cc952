"""Intellectual property: rights, infringements and the cases against them, licences, and patent information.

A patent or design may be infringed; enforcement stops some infringements. The firm that holds the right loses
a share of its sales until the case is over. Cases in lighting, appliances and mahogany go to the rapid
protection centre of their sector, where they wait for a case officer; all others follow the ordinary
procedure. Some rights are licensed or sold. Users of patent information avoid repeating work that others have
done.
Measures: M05 (enforcement, centres, trading), M20 (patent information).
Evidence: ZS069-070 (firms with patents). No figures on infringements or cases were found; the values are
guesses.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

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
    DESIGN_SECTORS,
    DESIGNS,
    ENFORCEMENT,
    HOURS_OF_USE,
    INFORMATION_USERS,
    INFORMATION_WEIGHT,
    INFRINGED,
    INFRINGEMENTS,
    ORDINARY_CASE_DAYS,
    RIGHTS_TRADED,
    SALES_LOSS,
    SALES_LOST,
    TRADED,
)
from sim.model.business_support.rules import has_design, infringed, right_price, share_of_sales_lost
from sim.model.environment import geography
from sim.model.government import flows
from sim.model.population.firm_table import OPEN, E, T

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from sim.engine.arrays import Floats, Ints, Mask, Rows
    from sim.model.context import Context


def founder_traits(
    context: Context, ids: Ints, segment: npt.NDArray[np.int8], sector: npt.NDArray[np.int8], skill: Floats
) -> dict[str, Mask]:
    """Draw a mask of the founders who hold a design."""
    of_design = np.array([s.slug in DESIGN_SECTORS for s in geography.sectors()])
    design_sector = (segment == E) & of_design.take(sector)
    u = context.streams.uniform(ids, "design")
    return {"design": has_design(segment == T, design_sector, skill, u, context.parameters[DESIGNS.id])}


def sector_numbers(slugs: Sequence[str]) -> list[int]:
    """Return the numbers of the sectors with the given slugs."""
    return [s for slug in slugs for s, each in enumerate(geography.sectors()) if each.slug == slug]


class IntellectualProperty:
    """Protection centres and cases of a run.

    Attributes:
        sectors: numbers of the centres' sectors, in the order in which the centres open.
        centres: rapid protection centres that are open.
        cases: all cases, indexed by their case number, which is their file number at a centre.
        open_cases: cases that have not ended.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.sectors = sector_numbers(CENTRE_SECTORS)
        self.centres: list[ProtectionCentre] = []
        self.cases: list[Case] = []
        self.open_cases: list[Case] = []
        self._affected = np.zeros(0, dtype=np.intp)  # rows that lost sales last month

    def weigh(self, files: Ints) -> Ints:
        """Return the number of the city's cases that each of the given cases represents."""
        rows = [self.cases[file].row for file in files.tolist()]
        return self.context.firms.weight.take(rows)

    # --- the month's start -------------------------------------------------------------------------
    def begin(self, technology: Rows) -> None:
        """Open and close centres, draw the month's infringements, and credit users of patent information."""
        self._open_centres()
        self._infringe()
        self._inform(technology)

    def _open_centres(self) -> None:
        """Open or close centres to match the number set by policy.

        Each sector receives one centre, in the order of ``sectors``, before any receives a second; the last
        centre to open closes first.
        """
        planned = round(self.context.levers.at(CENTRES, self.context.clock.first_day))
        for number in range(len(self.centres), planned):
            centre = ProtectionCentre(self, number)
            self.centres.append(centre)
            self.context.env.process(centre.work(self.context.env))
        for centre in self.centres[planned:]:
            centre.remove()
        del self.centres[planned:]

    def _holders(self) -> Rows:
        """Return the open firms that hold a patent or a design, which can be infringed or licensed."""
        firms = self.context.firms
        return np.flatnonzero((firms.patent | firms.design) & (firms.state == OPEN))

    def _infringe(self) -> None:
        """Draw the month's infringements and the day of each; a firm has at most one open case."""
        context, firms, month = self.context, self.context.firms, self.context.clock.month
        streams, rows = context.streams, self._holders()
        u = streams.uniform(firms.id[rows], "copied", month)
        u_stopped = streams.uniform(firms.id[rows], "copier stopped", month)
        stopped = context.levers.at(ENFORCEMENT, context.clock.first_day)
        rows = rows[infringed(u, u_stopped, context.parameters[INFRINGED.id], stopped)]
        with_case = {case.row for case in self.open_cases}
        rows = rows[[row not in with_case for row in rows.tolist()]]
        ids, length = firms.id[rows], clock.month_length(month)
        days = context.clock.first_day + np.floor(length * streams.uniform(ids, "day of copy", month))
        lengths = streams.normal(ids, "length of case", month).reshape(-1, 1)
        ties = context.ties(ids, "ip").reshape(-1, 1)
        for row, day, g, tie in zip(rows.tolist(), days.astype(int).tolist(), lengths, ties, strict=True):
            self._bring(Case(row, day, g, context.env.event()), tie)
        context.recorder.add(INFRINGEMENTS, month, int(firms.weight[rows].sum()))
        if context.events:
            context.events.firms(ids, "ip.copied", day=days, rule="business_support.rules.infringed")

    def _bring(self, case: Case, tie: npt.NDArray[np.uint64]) -> None:
        """Open a case at the least busy centre of its sector; without one, the ordinary procedure applies."""
        context = self.context
        self.cases.append(case)
        self.open_cases.append(case)
        centres = [c for c in self.centres if c.sector == context.firms.sector[case.row]]
        if not centres:
            case.ended = case.began + case.length(ORDINARY_CASE_DAYS)
            return
        centre = centres[0]
        if len(centres) > 1:
            centre = min(centres, key=lambda c: len(c.queue.waiting(case.began)))
        centre.hand_in([case.began], tie, np.array([len(self.cases) - 1]))
        context.env.process(self._at_centre(case, centre))

    def _at_centre(self, case: Case, centre: ProtectionCentre) -> ProcessGenerator:
        """SimPy process of a case at a centre, whose procedure begins when a case officer has handled it."""
        yield case.handled
        now = self.context.env.now
        days = ORDINARY_CASE_DAYS if centre.closed else self.context.levers.at(CASE_DAYS, now)
        case.ended = max(now, case.began) + case.length(days)

    def _inform(self, technology: Rows) -> None:
        """Credit users of patent information with the equivalent hours of advice."""
        context, firms = self.context, self.context.firms
        share = context.levers.at(INFORMATION_USERS, context.clock.first_day)
        if share > 0:
            u = context.streams.uniform(firms.id.take(technology), "patent information")
            users = technology.compress(u < share)
            firms.support_hours[users] += np.float32(INFORMATION_WEIGHT * HOURS_OF_USE)

    # --- the month's end ---------------------------------------------------------------------------
    def reduce_sales(self) -> None:
        """Set the share of the month's sales that each firm with an open case will lose."""
        context, firms = self.context, self.context.firms
        firms.sales_lost[self._affected] = 0
        rows = np.array([case.row for case in self.open_cases], dtype=np.intp)
        firms.sales_lost[rows] = share_of_sales_lost(
            context.parameters[SALES_LOSS.id],
            np.array([case.began for case in self.open_cases]),
            np.array([case.ended for case in self.open_cases]),
            context.clock.first_day,
            context.clock.last_day + 1,
        )
        self._affected = rows

    def settle(self) -> None:
        """Record lost sales and open cases, remove cases that have ended, and trade rights."""
        context, firms, month = self.context, self.context.firms, self.context.clock.month
        end = context.clock.last_day + 1
        rows = self._affected[firms.state[self._affected] == OPEN]
        share = firms.sales_lost[rows]
        lost = firms.value_added[rows] * share / (1 - share) * firms.weight[rows]
        context.recorder.put(SALES_LOST, month, float(lost.sum()))
        self._record_ended([case for case in self.open_cases if case.ended <= end])
        self.open_cases = [c for c in self.open_cases if c.ended > end and firms.state[c.row] == OPEN]
        weight = firms.weight[[case.row for case in self.open_cases]]
        context.recorder.put(CASES, month, int(weight.sum()))
        self._trade()

    def _record_ended(self, ended: list[Case]) -> None:
        """Record the mean length of the cases that ended this month."""
        if not ended:
            return
        context, firms = self.context, self.context.firms
        rows, days = [case.row for case in ended], [case.ended - case.began for case in ended]
        mean = float(np.average(days, weights=firms.weight[rows]))
        context.recorder.put(CASE_LENGTH, context.clock.month, mean)
        if context.events:
            context.events.firms(
                firms.id[rows], "ip.case_over", day=[case.ended for case in ended],
                waited=days, rule="business_support.rules.case_length")  # fmt: skip

    def _trade(self) -> None:
        """Draw the firms that license or sell a right this month, and pay them the price."""
        context, firms, month = self.context, self.context.firms, self.context.clock.month
        share = context.levers.at(TRADED, context.clock.first_day)
        if share <= 0:
            return
        rows = self._holders()
        rows = rows[context.streams.uniform(firms.id[rows], "licensed", month) < share / 12]
        g = context.streams.normal(firms.id[rows], "price of right", month)
        yuan = right_price(g, firms.value_added[rows])
        context.accounts.pay(flows.LICENCES, rows, 100 * yuan)
        paid = float((np.rint(100 * yuan) * firms.weight[rows]).sum()) / 100
        context.recorder.add(RIGHTS_TRADED, month, paid)
        if context.events:
            context.events.firms(
                firms.id[rows], "ip.licensed", day=context.clock.last_day, yuan=yuan,
                rule="business_support.rules.right_price")  # fmt: skip
