"""Re-entry: failed founders who start another firm because of support (M29).

The id of a second firm is the id of the founder's first firm plus 10^9. Its founder is thus the same person
under every policy, and its productivity shocks are keyed by its own id and the calendar month. Most founders
who re-enter would do so without support; they are among the city's regular founders (JOB06) and also receive
the support if recognised.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.model.entry import rules
from sim.model.entry.parameters import (
    RE_ENTRIES,
    RE_ENTRY_EFFECT,
    RE_ENTRY_ID,
    RE_ENTRY_SHARE,
    RE_ENTRY_SUPPORT,
    SECOND_CHANCE,
    SERIAL_FOUNDERS,
)
from sim.model.environment import geography
from sim.model.population.firm_table import NEVER, OPEN
from sim.model.subsidies.parameters import ELIGIBLE_KINDS

if TYPE_CHECKING:
    from sim.engine.arrays import Ints, Mask, Rows
    from sim.model.context import Context
    from sim.model.entry.founding import Founding
    from sim.model.entry.programme_entrants import ProgrammeEntrants
    from sim.model.subsidies.claims_desk import ClaimsDesk

SAME: Final = ("weight", "skill")
"""Columns that a second firm inherits from the first, besides segment, sector, district and founder kind."""
_ELIGIBLE: Final = geography.kinds_among(ELIGIBLE_KINDS)


def money(context: Context) -> float:
    """Return the annual budget in yuan of the programme for failed founders."""
    day, at = context.clock.first_day, context.levers.at
    return rules.re_entry_budget(at(RE_ENTRY_SHARE, day), at(RE_ENTRY_SUPPORT, day))


class ReEntry:
    """Submodel of re-entry by failed founders.

    Attributes:
        due: rows of the first firms of re-entering founders, by month of re-entry.
    """

    def __init__(
        self, context: Context, founding: Founding, claims: ClaimsDesk, entrants: ProgrammeEntrants
    ) -> None:
        self.context, self.founding, self.claims, self.entrants = context, founding, claims, entrants
        self.due: defaultdict[int, list[int]] = defaultdict(list)

    @property
    def closed(self) -> bool:
        """Whether the programme for failed founders has not started yet."""
        return any(self.context.levers.not_yet(lever) for lever in (RE_ENTRY_SHARE, RE_ENTRY_SUPPORT))

    def supported(self, ids: Ints, day: float) -> Mask:
        """Return a mask of founders who are recognised and supported by the programme."""
        share = self.context.levers.at(RE_ENTRY_SHARE, day)
        return np.asarray(self.context.streams.uniform(ids, "second chance") < share)

    def failed(self, rows: Rows) -> None:
        """Draw the founders of closed firms who re-enter because of support, and the month of re-entry."""
        context, firms, day = self.context, self.context.firms, self.context.clock.last_day
        if self.closed:
            return
        rows = rows[_ELIGIBLE[firms.kind[rows]] & (firms.id[rows] < RE_ENTRY_ID)]
        ids = firms.id[rows]
        more = rules.re_entry_chance(
            context.levers.at(RE_ENTRY_SUPPORT, day), context.parameters[RE_ENTRY_EFFECT.id]
        )
        returns = self.supported(ids, day) & (context.streams.uniform(ids, "founds again") < more)
        months = context.clock.month + rules.re_entry_lag(
            context.streams.uniform(ids, "founds again", "when")
        )
        for row, month in zip(rows[returns].tolist(), months[returns].tolist(), strict=True):
            self.due[month].append(row)

    def begin(self) -> None:
        """Submit the applications of re-entering founders and their claims for support this month."""
        self.submit_applications()
        self.claim()

    def submit_applications(self) -> None:
        """Submit the applications of founders due to re-enter, up to the remaining cap on policy effects."""
        context, firms = self.context, self.context.firms
        rows = np.array(self.due.pop(context.clock.month, []), dtype=np.intp)
        if not len(rows):
            return
        rows = rows[np.argsort(context.streams.uniform(firms.id[rows], "founds again"))]
        rows = rows[rules.within_cap(firms.weight[rows], self.entrants.remaining_cap)]
        ids = firms.id[rows] + RE_ENTRY_ID
        new: dict[str, Any] = self.founding.describe(
            ids,
            firms.segment[rows],
            firms.sector[rows],
            firms.kind[rows],
            firms.skill[rows],
            firms.district[rows],
        )
        new |= {name: getattr(firms, name)[rows] for name in SAME}
        context.recorder.put(RE_ENTRIES, context.clock.month, int(firms.weight[rows].sum()))
        self.founding.hand_in(
            new,
            self.founding.filing_days(ids),
            NEVER,
            "entry.rules.re_entry_chance",
            context.parameters[RE_ENTRY_EFFECT.id],
        )

    def claim(self) -> None:
        """Submit the claims of all supported founders who opened another firm last month."""
        context, firms, day = self.context, self.context.firms, self.context.clock.first_day
        yuan = context.levers.at(RE_ENTRY_SUPPORT, day)
        if self.closed or yuan <= 0:
            return
        rows = np.flatnonzero((firms.opened_month == context.clock.month - 1) & (firms.state == OPEN))
        ids = firms.id[rows]
        serial = context.streams.uniform(ids, "serial founder") < context.parameters[SERIAL_FOUNDERS.id]
        usual = serial & _ELIGIBLE[firms.kind[rows]] & self.supported(ids, day)
        rows = rows[(ids >= RE_ENTRY_ID) | usual]
        if len(rows):
            self.claims.entitle(SECOND_CHANCE, rows)
            self.claims.hand_in(SECOND_CHANCE, firms.id[rows], 100 * yuan, rows=rows, payee="startups")


def order_by_id(ids: Ints) -> Rows | None:
    """Return the row order that sorts the ids, or None if they are already sorted.

    Second firms have the largest ids, so they are placed last in the panel.
    """
    return None if (ids[1:] > ids[:-1]).all() else np.argsort(ids, kind="stable")
