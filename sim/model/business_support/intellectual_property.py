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
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import simpy

from sim.engine import clock
from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome
from sim.model.environment import geography
from sim.model.government import flows
from sim.model.government.budgets import ServiceDesk
from sim.model.population.firm_table import OPEN, E, Mask, Rows, T

if TYPE_CHECKING:
    from sim.model.city import City

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.int64]

# --- sockets ---------------------------------------------------------------------------------------
# fmt: off
ENFORCEMENT: Final = PolicyLever(
    "ip.enforcement", "share", 0, 0, 1, "value", "侵权制止率", "infringements stopped before they cost the holder sales")
CENTRES: Final = PolicyLever(
    "ip.rapid_centres", "centres", 0, 0, 5, "value", "快速维权中心", "rapid IP protection centres")
DAYS: Final = PolicyLever(
    "ip.case_days", "days", 180, 1, 365, "value", "维权天数", "days of an IP case at a centre, the line apart")
TRADED: Final = PolicyLever(
    "ip.traded_share", "share", 0, 0, 1, "value", "专利可交易比例", "rights that are licensed or sold in a year")
USERS: Final = PolicyLever(
    "ip.information_users", "share", 0, 0, 1, "value", "专利信息用户比例", "technology firms that use patent information")
LEVERS: Final = (ENFORCEMENT, CENTRES, DAYS, TRADED, USERS)

# --- parameters ------------------------------------------------------------------------------------
DESIGNS: Final = Parameter(
    "ip.design_share", 0.25, 0.1, 0.4, "share", "guess", "D",
    "持有外观设计等权利的企业比例", "of technology firms and of able enterprises in lines of design, who hold a design or utility model")
COPIED: Final = Parameter(
    "ip.copied", 0.10, 0.04, 0.2, "share a year", "guess", "D",
    "权利人年被侵权比例", "holders who would be copied in a year if nobody were stopped")
LOSS: Final = Parameter(
    "ip.sales_lost", 0.08, 0.03, 0.15, "share", "guess", "D",
    "被侵权期间销售损失比例", "of sales, lost to copies while a case is open")
CASE_WORK: Final = Parameter(
    "ip.case_work", 10.0, 6.0, 15.0, "working days", "guess", "D",
    "维权案件人均办理工作日", "of an officer's time that a case takes at a centre")
PARAMETERS: Final = (DESIGNS, COPIED, LOSS, CASE_WORK)
# fmt: on

SECTORS: Final = ("lighting", "appliances", "mahogany")  # of the centres, in the order in which they open
DESIGN_SECTORS: Final = (*SECTORS, "culture")  # where able enterprises hold designs
ABLE: Final = 0.5  # spreads of skill, from which an enterprise has a design of its own (guess)
OFFICERS: Final = 2  # at each centre (guess)
OLD_DAYS: Final = 180.0  # of a case where no centre is (guess)
CASE_SPREAD: Final = 0.4  # log points, of the days of a case (guess)
PRICE: Final = 60_000.0  # yuan, median of a licence or sale (guess)
PRICE_SPREAD: Final = 0.8  # log points
PRICE_CAP: Final = 3.0  # months of value added
HOURS_OF_USE: Final = 4.0  # a month, of those who use patent information (guess)
COUNTS: Final = 0.1  # hours of advice that an hour of use is worth, as of space and equipment

# --- outcomes --------------------------------------------------------------------------------------
# fmt: off
COPIES: Final = Outcome("ip_infringements", ("month",), "count", "侵权案件数", "holders whose sales suffer from a new copy", "flow")
LOST: Final = Outcome("ip_sales_lost", ("month",), "yuan", "侵权销售损失", "value added lost to copies", "flow", whole=False)
CASES: Final = Outcome("ip_cases_open", ("month",), "count", "月末未结维权案件", "cases not over at the month's end")
LENGTH: Final = Outcome("ip_case_days", ("month",), "days", "维权案件平均天数", "mean days from copy to end, of the cases that ended (0 where none did)", whole=False)
SOLD: Final = Outcome("ip_traded", ("month",), "yuan", "知识产权交易额", "paid for rights licensed or sold", "flow", whole=False)
# fmt: on
OUTCOMES: Final = (COPIES, LOST, CASES, LENGTH, SOLD)


# --- rules -----------------------------------------------------------------------------------------
def has_design(technology: Mask, designs: Mask, skill: Floats, u: Floats, share: float) -> Mask:
    """Who holds a design: u < share, of technology firms and of enterprises in lines of design with an able founder."""
    return np.asarray((technology | (designs & (skill >= ABLE))) & (u < share))


def copied(u: Floats, lot: Floats, yearly: float, stopped: float) -> Mask:
    """Who is copied in a month: u < yearly/12, thinned by one lot each: lot >= share that is stopped."""
    return np.asarray((u < yearly / 12) & (lot >= stopped))


def case_length(days: float, g: Floats) -> Floats:
    """Days of a case, the line apart: days x LN(mean 1, 0.4), a day at least."""
    return np.asarray(np.maximum(1.0, days * np.exp(CASE_SPREAD * g - CASE_SPREAD**2 / 2)))


def month_lost(loss: float, came: Floats, over: Floats, first: int, end: int) -> Floats:
    """Share of a month's sales lost: loss x share of the month (first day to the next month's) in which the case was open."""
    return np.asarray(
        loss * np.clip(np.minimum(over, end) - np.maximum(came, first), 0, None) / (end - first)
    )


def price(g: Floats, value_added: Floats) -> Floats:
    """What a right brings, yuan: LN(median 60,000, 0.8), at most three months of value added."""
    return np.asarray(np.minimum(PRICE * np.exp(PRICE_SPREAD * g), PRICE_CAP * value_added))


# --- agents ----------------------------------------------------------------------------------------
class ProtectionCentre(ServiceDesk):
    """A rapid protection centre: two case officers and the line of its sector's cases.

    Attributes:
        sector: number of the sector whose cases it takes.
        gone: closed; what lay in its line goes the old way.
    """

    def __init__(self, rights: IntellectualProperty, number: int) -> None:
        rate = 1 / rights.city.drawn[CASE_WORK.id]
        super().__init__(rights.city, "ip", rate, self.handled, rights.weigh)
        self.rights, self.sector, self.gone = rights, rights.sectors[number % len(SECTORS)], False
        self.staff(OFFICERS)

    def handled(self, day: int, files: Ints, came: Ints) -> None:
        """An officer is through with these cases: the procedure runs from now on."""
        self.approve(files)
        for file in files.tolist():
            self.rights.cases[file].desk.succeed()

    def remove(self) -> None:
        """Close: its cases go on the old way."""
        day = int(self.rights.city.env.now)
        for file in (*self.line.waiting(day).tolist(), *self.line.to_come(day).tolist()):
            self.rights.cases[file].desk.succeed()
        self.gone = True
        self.staff(0)
        super().remove()


def dispositions(
    city: City, ids: Ints, segment: npt.NDArray[np.int8], sector: npt.NDArray[np.int8], skill: Floats
) -> dict[str, Mask]:
    """What founders bring: a design."""
    of_design = np.array([s.slug in DESIGN_SECTORS for s in geography.sectors()])
    lines = (segment == E) & of_design.take(sector)
    u = city.chance.uniform(ids, "design")
    return {"design": has_design(segment == T, lines, skill, u, city.drawn[DESIGNS.id])}


def numbers_of(slugs: Sequence[str]) -> list[int]:
    """Numbers of sectors."""
    return [s for slug in slugs for s, each in enumerate(geography.sectors()) if each.slug == slug]


# --- process ---------------------------------------------------------------------------------------
@dataclass(slots=True)
class Case:
    """A copy of one holder's product, from its first day until it is off the market.

    Attributes:
        row: the holder.
        came: day on which it began.
        luck: one number, of its length.
        desk: happens when an officer of the centre is through with it.
        over: day on which it ends; infinite while that is not known.
    """

    row: int
    came: int
    luck: Floats
    desk: simpy.Event
    over: float = np.inf

    def length(self, days: float) -> float:
        """Days from its officer's desk on, where cases usually take so many."""
        return float(np.rint(case_length(days, self.luck)).item())


class IntellectualProperty:
    """The centres, and all cases of a run; a case's file is its place in ``cases``."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.sectors = numbers_of(SECTORS)
        self.centres: list[ProtectionCentre] = []
        self.cases: list[Case] = []
        self.live: list[Case] = []
        self._pressed = np.zeros(0, dtype=np.intp)  # rows whose sales suffered last month

    def weigh(self, files: Ints) -> Ints:
        """Cases of the city that files stand for."""
        rows = [self.cases[file].row for file in files.tolist()]
        return self.city.firms.weight.take(rows)

    def begin(self, technology: Rows) -> None:
        """Centres as policy has them; the month's copies; technology firms look into what others have patented."""
        self.open_centres()
        self.copies()
        self.inform(technology)

    def open_centres(self) -> None:
        """Centres open in the order of their sectors, a second for lighting after the third; the last close first."""
        wanted = round(self.city.at(CENTRES, self.city.first_day))
        for number in range(len(self.centres), wanted):
            centre = ProtectionCentre(self, number)
            self.centres.append(centre)
            self.city.env.process(centre.work(self.city.env))
        for centre in self.centres[wanted:]:
            centre.remove()
        del self.centres[wanted:]

    def holders(self) -> Rows:
        """Open firms that hold a right that can be copied or licensed."""
        firms = self.city.firms
        return np.flatnonzero((firms.patent | firms.design) & (firms.state == OPEN))

    def copies(self) -> None:
        """Holders of whose products a copy comes onto the market this month, each on its own day; one case at a time."""
        city, firms, month = self.city, self.city.firms, self.city.month
        rows = self.holders()
        u = city.chance.uniform(firms.id[rows], "copied", month)
        lot = city.chance.uniform(firms.id[rows], "copier stopped", month)
        rows = rows[copied(u, lot, city.drawn[COPIED.id], city.at(ENFORCEMENT, city.first_day))]
        busy = {case.row for case in self.live}
        rows = rows[[row not in busy for row in rows.tolist()]]
        ids, length = firms.id[rows], clock.month_length(month)
        days = city.first_day + np.floor(length * city.chance.uniform(ids, "day of copy", month))
        luck = city.chance.normal(ids, "length of case", month).reshape(-1, 1)
        ties = city.ties(ids, "ip").reshape(-1, 1)
        for row, day, one, tie in zip(rows.tolist(), days.astype(int).tolist(), luck, ties, strict=True):
            self.bring(Case(row, day, one, city.env.event()), tie)
        city.record.add(COPIES, month, int(firms.weight[rows].sum()))
        if city.diary:
            city.diary.firms(ids, "ip.copied", day=days, rule="ip.copied")

    def bring(self, case: Case, tie: npt.NDArray[np.uint64]) -> None:
        """A case begins: at the centre of its sector, with the shorter line where there are two, or the old way."""
        city = self.city
        self.cases.append(case)
        self.live.append(case)
        here = [c for c in self.centres if c.sector == city.firms.sector[case.row]]
        if not here:
            case.over = case.came + case.length(OLD_DAYS)
            return
        centre = min(here, key=lambda c: len(c.line.waiting(case.came))) if len(here) > 1 else here[0]
        centre.hand_in([case.came], tie, np.array([len(self.cases) - 1]))
        city.env.process(self.at_centre(case, centre))

    def at_centre(self, case: Case, centre: ProtectionCentre) -> Any:
        """A case at a centre: the line, an officer's time, the procedure."""
        yield case.desk
        now = self.city.env.now
        days = OLD_DAYS if centre.gone else self.city.at(DAYS, now)
        case.over = max(now, case.came) + case.length(days)

    def inform(self, technology: Rows) -> None:
        """Users of patent information are spared work that others have done: hours of the common dose."""
        city, firms = self.city, self.city.firms
        share = city.at(USERS, city.first_day)
        if share > 0:
            lot = city.chance.uniform(firms.id.take(technology), "patent information")
            users = technology.compress(lot < share)
            firms.support_hours[users] += np.float32(COUNTS * HOURS_OF_USE)

    # --- settle ------------------------------------------------------------------------------------
    def press(self) -> None:
        """Before the month's sales: what share of them each holder with a case loses."""
        city, firms = self.city, self.city.firms
        firms.sales_lost[self._pressed] = 0
        rows = np.array([case.row for case in self.live], dtype=np.intp)
        came, over = (np.array([getattr(case, name) for case in self.live]) for name in ("came", "over"))
        lost = month_lost(city.drawn[LOSS.id], came, over, city.first_day, city.last_day + 1)
        firms.sales_lost[rows] = lost
        self._pressed = rows

    def settle(self) -> None:
        """What copies cost, cases that are over, rights licensed or sold."""
        city, firms, month = self.city, self.city.firms, self.city.month
        rows = self._pressed[firms.state[self._pressed] == OPEN]
        lost = firms.sales_lost[rows]
        gone = firms.value_added[rows] * lost / (1 - lost) * firms.weight[rows]
        city.record.put(LOST, month, float(gone.sum()))
        ended = [case for case in self.live if case.over <= city.last_day + 1]
        if ended:
            weight = firms.weight[[case.row for case in ended]]
            city.record.put(
                LENGTH, month, float(np.average([c.over - c.came for c in ended], weights=weight))
            )
            if city.diary:
                city.diary.firms(
                    firms.id[[c.row for c in ended]], "ip.case_over", day=[c.over for c in ended],
                    waited=[c.over - c.came for c in ended], rule="ip.case_length")  # fmt: skip
        self.live = [
            case for case in self.live if case.over > city.last_day + 1 and firms.state[case.row] == OPEN
        ]
        city.record.put(CASES, month, int(firms.weight[[case.row for case in self.live]].sum()))
        self.trade()

    def trade(self) -> None:
        """Some holders license a right, or sell one of several."""
        city, firms, month = self.city, self.city.firms, self.city.month
        share = city.at(TRADED, city.first_day)
        if share <= 0:
            return
        rows = self.holders()
        rows = rows[city.chance.uniform(firms.id[rows], "licensed", month) < share / 12]
        yuan = price(city.chance.normal(firms.id[rows], "price of right", month), firms.value_added[rows])
        city.pay(flows.LICENCES, rows, 100 * yuan)
        city.record.add(SOLD, month, float((np.rint(100 * yuan) * firms.weight[rows]).sum()) / 100)
        if city.diary:
            city.diary.firms(firms.id[rows], "ip.licensed", day=city.last_day, yuan=yuan, rule="ip.price")
