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

from sim.model.entry import founding, parameters, rules
from sim.model.entry.parameters import FOUNDED_AGAIN, SECOND_CHANCE
from sim.model.population.firm_table import NEVER, OPEN

if TYPE_CHECKING:
    from sim.engine.arrays import Rows
    from sim.model.city import City


SECOND: Final = 10**9
"""Added to a founder's number it is that of the second venture."""
SAME: Final = (
    "weight",
    "skill",
)  # what the same person brings along again, besides form, line, kind and place


def money(city: City) -> float:
    """The year's money for second ventures, yuan: support x share supported x failed founders whom the budget foresees."""
    day = city.first_day
    return (
        parameters.FORESEEN * city.at(parameters.SECOND_SHARE, day) * city.at(parameters.SECOND_SUPPORT, day)
    )


class ReEntry:
    """Who will found again, and when."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.due: defaultdict[int, list[int]] = defaultdict(list)  # month -> rows of the ventures that failed

    @property
    def closed(self) -> bool:
        """Whether nobody has been supported so far."""
        return any(self.city.not_yet(s) for s in (parameters.SECOND_SHARE, parameters.SECOND_SUPPORT))

    def supported(self, ids: npt.NDArray[np.int64], day: float) -> npt.NDArray[np.bool_]:
        """Who of these founders is recognised as one who has failed, and supported."""
        share = self.city.at(parameters.SECOND_SHARE, day)
        return np.asarray(self.city.chance.uniform(ids, "second chance") < share)

    def failed(self, rows: Rows) -> None:
        """Firms have closed: which of their founders will found again because they are supported, and when."""
        city, firms, day = self.city, self.city.firms, self.city.last_day
        if self.closed:
            return
        rows = rows[city.eligible_kind[firms.kind[rows]] & (firms.id[rows] < SECOND)]
        ids = firms.id[rows]
        more = rules.founding_again(city.at(parameters.SECOND_SUPPORT, day), city.drawn[parameters.AGAIN.id])
        again = self.supported(ids, day) & (city.chance.uniform(ids, "founds again") < more)
        months = city.month + rules.again_lag(city.chance.uniform(ids, "founds again", "when"))
        for row, month in zip(rows[again].tolist(), months[again].tolist(), strict=True):
            self.due[month].append(row)

    def begin(self) -> None:
        """A month: who founds again, and claims of those who have opened again."""
        self.found()
        self.claim()

    def found(self) -> None:
        """Those whose month has come hand in their files, at most as many as policy may still add."""
        city, firms = self.city, self.city.firms
        rows = np.array(self.due.pop(city.month, []), dtype=np.intp)
        if not len(rows):
            return
        rows = rows[np.argsort(city.chance.uniform(firms.id[rows], "founds again"))]
        rows = rows[np.cumsum(firms.weight[rows]) <= max(city.newcomers.room, float(firms.weight[rows[0]]))]
        ids = firms.id[rows] + SECOND
        new: dict[str, Any] = founding.describe(
            city,
            ids,
            firms.segment[rows],
            firms.sector[rows],
            firms.kind[rows],
            firms.skill[rows],
            firms.district[rows],
        )
        new |= {name: getattr(firms, name)[rows] for name in SAME}
        city.record.put(FOUNDED_AGAIN, city.month, int(firms.weight[rows].sum()))
        founding.hand_in(
            city,
            new,
            founding.filing_days(city, ids),
            NEVER,
            "exit.founding_again",
            city.drawn[parameters.AGAIN.id],
        )

    def claim(self) -> None:
        """Failed founders who opened again last month claim: those who do so because of it, and the others."""
        city, firms, day = self.city, self.city.firms, self.city.first_day
        yuan = city.at(parameters.SECOND_SUPPORT, day)
        if self.closed or yuan <= 0:
            return
        rows = np.flatnonzero((firms.opened_month == city.month - 1) & (firms.state == OPEN))
        ids = firms.id[rows]
        serial = city.chance.uniform(ids, "serial founder") < city.drawn[parameters.SERIAL.id]
        usual = serial & city.eligible_kind[firms.kind[rows]] & self.supported(ids, day)
        rows = rows[(ids >= SECOND) | usual]
        if len(rows):
            city.claims.entitle(SECOND_CHANCE, rows)
            city.claims.hand_in(SECOND_CHANCE, firms.id[rows], 100 * yuan, rows=rows, payee="startups")


def in_order(ids: npt.NDArray[np.int64]) -> Rows | None:
    """Rows in the order of ids, or nothing where they are in it: second ventures come last in the panel."""
    return None if (ids[1:] > ids[:-1]).all() else np.argsort(ids, kind="stable")
