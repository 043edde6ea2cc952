"""Ventures: founders who have failed and found again because they are supported (M29).

A second firm is (founder, venture number): it exists under no policy or one, its founder is the same
person, and its luck is keyed by its own number and the calendar month. Most who found again would do so
without help: they are among the city's own founders (JOB06), and those whom the programme recognises are
paid all the same.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.model.entry import parameters, rules
from sim.model.entry.parameters import FOUNDED_AGAIN, SECOND_CHANCE
from sim.model.environment import geography
from sim.model.population.firm_table import NEVER, OPEN
from sim.model.subsidies.parameters import ELIGIBLE_KINDS

if TYPE_CHECKING:
    from sim.engine.arrays import Rows
    from sim.model.context import Context
    from sim.model.entry.founding import Founding
    from sim.model.entry.programme_entrants import ProgrammeEntrants
    from sim.model.subsidies.claims_desk import ClaimsDesk


SECOND: Final = 10**9
"""Added to a founder's number it is that of the second venture."""
SAME: Final = (
    "weight",
    "skill",
)  # what the same person brings along again, besides form, line, kind and place

_ELIGIBLE: Final = geography.kinds_among(ELIGIBLE_KINDS)


def money(context: Context) -> float:
    """The year's money for second ventures, yuan: support x share supported x failed founders whom the budget foresees."""
    day = context.clock.first_day
    return (
        parameters.FORESEEN
        * context.levers.at(parameters.SECOND_SHARE, day)
        * context.levers.at(parameters.SECOND_SUPPORT, day)
    )


class ReEntry:
    """Who will found again, and when."""

    def __init__(
        self, context: Context, founding: Founding, claims: ClaimsDesk, entrants: ProgrammeEntrants
    ) -> None:
        self.context, self.founding, self.claims, self.entrants = context, founding, claims, entrants
        self.due: defaultdict[int, list[int]] = defaultdict(list)  # month -> rows of the ventures that failed

    @property
    def closed(self) -> bool:
        """Whether nobody has been supported so far."""
        return any(
            self.context.levers.not_yet(s) for s in (parameters.SECOND_SHARE, parameters.SECOND_SUPPORT)
        )

    def supported(self, ids: npt.NDArray[np.int64], day: float) -> npt.NDArray[np.bool_]:
        """Who of these founders is recognised as one who has failed, and supported."""
        share = self.context.levers.at(parameters.SECOND_SHARE, day)
        return np.asarray(self.context.streams.uniform(ids, "second chance") < share)

    def failed(self, rows: Rows) -> None:
        """Firms have closed: which of their founders will found again because they are supported, and when."""
        context, firms, day = self.context, self.context.firms, self.context.clock.last_day
        if self.closed:
            return
        rows = rows[_ELIGIBLE[firms.kind[rows]] & (firms.id[rows] < SECOND)]
        ids = firms.id[rows]
        more = rules.founding_again(
            context.levers.at(parameters.SECOND_SUPPORT, day), context.parameters[parameters.AGAIN.id]
        )
        again = self.supported(ids, day) & (context.streams.uniform(ids, "founds again") < more)
        months = context.clock.month + rules.again_lag(context.streams.uniform(ids, "founds again", "when"))
        for row, month in zip(rows[again].tolist(), months[again].tolist(), strict=True):
            self.due[month].append(row)

    def begin(self) -> None:
        """A month: who founds again, and claims of those who have opened again."""
        self.found()
        self.claim()

    def found(self) -> None:
        """Those whose month has come hand in their files, at most as many as policy may still add."""
        context, firms = self.context, self.context.firms
        rows = np.array(self.due.pop(context.clock.month, []), dtype=np.intp)
        if not len(rows):
            return
        rows = rows[np.argsort(context.streams.uniform(firms.id[rows], "founds again"))]
        rows = rows[np.cumsum(firms.weight[rows]) <= max(self.entrants.room, float(firms.weight[rows[0]]))]
        ids = firms.id[rows] + SECOND
        new: dict[str, Any] = self.founding.describe(
            ids,
            firms.segment[rows],
            firms.sector[rows],
            firms.kind[rows],
            firms.skill[rows],
            firms.district[rows],
        )
        new |= {name: getattr(firms, name)[rows] for name in SAME}
        context.recorder.put(FOUNDED_AGAIN, context.clock.month, int(firms.weight[rows].sum()))
        self.founding.hand_in(
            new,
            self.founding.filing_days(ids),
            NEVER,
            "entry.rules.founding_again",
            context.parameters[parameters.AGAIN.id],
        )

    def claim(self) -> None:
        """Failed founders who opened again last month claim: those who do so because of it, and the others."""
        context, firms, day = self.context, self.context.firms, self.context.clock.first_day
        yuan = context.levers.at(parameters.SECOND_SUPPORT, day)
        if self.closed or yuan <= 0:
            return
        rows = np.flatnonzero((firms.opened_month == context.clock.month - 1) & (firms.state == OPEN))
        ids = firms.id[rows]
        serial = context.streams.uniform(ids, "serial founder") < context.parameters[parameters.SERIAL.id]
        usual = serial & _ELIGIBLE[firms.kind[rows]] & self.supported(ids, day)
        rows = rows[(ids >= SECOND) | usual]
        if len(rows):
            self.claims.entitle(SECOND_CHANCE, rows)
            self.claims.hand_in(SECOND_CHANCE, firms.id[rows], 100 * yuan, rows=rows, payee="startups")


def in_order(ids: npt.NDArray[np.int64]) -> Rows | None:
    """Rows in the order of ids, or nothing where they are in it: second ventures come last in the panel."""
    return None if (ids[1:] > ids[:-1]).all() else np.argsort(ids, kind="stable")
