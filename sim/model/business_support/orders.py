"""Orders: public tenders, crowdsourcing, large firms that open their orders, first sets; who wins them.

An order is demand. A part of it replaces what the firm would have sold anyway; the rest goes into its
order book, from which Growth delivers month by month, as far as its staff can; what it sells so, older
firms do not sell. Sockets and parameters: ``growth``.
Measures: M08 (procurement, first sets), M31 (crowdsourcing), M32 (large firms).
Evidence: none found; volumes and shares are guesses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.model.environment import geography
from sim.model.firms import growth
from sim.model.firms.cost import TURNOVER
from sim.model.firms.growth import quality
from sim.model.population.firm_table import YOUNG_MONTHS, Mask, Rows

if TYPE_CHECKING:
    from sim.model.city import City

Floats = npt.NDArray[np.floating[Any]]

TENDER: Final = 400_000.0  # yuan of turnover, mean of a tender that a young firm can win (guess)
TENDER_SPREAD: Final = 0.8  # log points
MOST_TENDERS: Final = 10_000  # candidate tenders of a month
LARGEST: Final = (
    4.0  # months of its turnover that a firm can win at once; the rest of a tender goes elsewhere (guess)
)
BIDDERS: Final = 0.1  # of technology firms, who bid in a month (guess)
OPEN_MONTHS: Final = 6  # before a buyer looks at a firm (guess)
FULL_BOOK: Final = (
    1.0  # months of usual value added in its order book from which a firm asks for no more (guess)
)
TAKERS: Final = 0.1  # of enterprises of the sector, who take orders from platforms or large firms (guess)
CROWD_SECTORS: Final = ("software", "culture")
SUPPLIERS: Final = ("lighting", "appliances", "mahogany", "equipment")
FIRST_SET_PRICE: Final = 3e6  # yuan (guess)
PREMIUM_RATE: Final = 0.03  # of the price, insurance of a first set (check)
FIRST_BUYER: Final = 0.4  # chance to find a first buyer when the premium is not subsidised (guess)
PAID_SETS: Final = 3  # first sets a year for which there is money
FIRST_SET_AGE: Final = 12  # months open before a firm builds one


# --- rules -----------------------------------------------------------------------------------------
def tender(g: Floats) -> Floats:
    """Yuan of a tender: lognormal with mean 400,000."""
    return np.asarray(TENDER * np.exp(TENDER_SPREAD * g - TENDER_SPREAD**2 / 2))


def let(sizes: Floats, money: float) -> int:
    """How many of the candidate tenders are let, in their order: those that the money covers."""
    return int(np.searchsorted(np.cumsum(sizes), money, side="right"))


def winners(score: Floats, n: int) -> npt.NDArray[np.intp]:
    """The n bidders with the highest scores, best first; with more tenders the same win and others besides."""
    return np.argsort(-score, kind="stable")[:n]


def lots(sizes: Floats, value_added: Floats) -> Floats:
    """Yuan that each winner takes on: the tender, at most four months of its turnover."""
    return np.asarray(np.minimum(sizes, LARGEST * TURNOVER * value_added))


def additional(yuan: Floats, share: float) -> Floats:
    """Value added of orders that would not have been made otherwise: turnover x share / 4."""
    return np.asarray(yuan * share / TURNOVER)


def parts(value_added: Floats, weight: npt.NDArray[np.integer[Any]]) -> Floats:
    """A firm's part of orders that are spread by size: its value added over that of all takers."""
    return np.asarray(value_added / np.maximum(1e-9, (value_added * weight).sum()))


def sells(u: Floats, premium_share: float, effect: float) -> Mask:
    """Whether a first set finds its first buyer: u < 0.4 + effect x share of the premium that is paid."""
    return np.asarray(u < FIRST_BUYER + effect * premium_share)


def first_set_claim(award: float, premium_share: float) -> float:
    """Yuan for a first set that was sold: the award and the subsidised share of the premium."""
    return award + premium_share * PREMIUM_RATE * FIRST_SET_PRICE


# --- settle ----------------------------------------------------------------------------------------
def first_set_money(city: City) -> float:
    """The year's money for first sets, yuan: three of them."""
    day = city.first_day
    return PAID_SETS * first_set_claim(
        city.at(growth.FIRST_SET_AWARD, day), city.at(growth.FIRST_SET_PREMIUM, day)
    )


class Orders:
    """The month's orders, and what of the public volume is not let yet."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.left = 0.0  # yuan of public orders for young firms that did not cover the next tender

    def begin(self, enterprises: Rows, technology: Rows) -> None:
        """Tenders are let, orders opened, first sets offered."""
        city, day, p = self.city, self.city.first_day, self.city.drawn
        self.public(technology)
        crowd = city.at(growth.CROWD_ORDERS, day) * p[growth.BY_CROWD.id] / 12
        self.spread(enterprises, CROWD_SECTORS, crowd, "crowd orders")
        opened = city.at(growth.SUPPLY_CHAIN, day) * p[growth.BY_LARGE_FIRM.id] / 12
        self.spread(enterprises, SUPPLIERS, opened, "supply orders")
        self.first_sets(technology)

    def able(self, rows: Rows, months: int) -> Rows:
        """Young firms that have been open for so many months and have room in their order book."""
        firms, month = self.city.firms, self.city.month
        room = firms.order_book.take(rows) < FULL_BOOK * firms.value_added.take(rows)
        young = month - firms.registered_month.take(rows) < YOUNG_MONTHS
        return rows.compress(room & young & (month - firms.opened_month.take(rows) >= months))

    def win(self, rows: Rows, yuan: Floats) -> None:
        """These firms have won orders; what is additional goes into their books."""
        city, firms = self.city, self.city.firms
        new = additional(yuan, city.drawn[growth.ADDITIONAL.id])
        firms.order_book[rows] += new.astype(np.float32)
        city.record.add(growth.ORDERS_WON, city.month, float(yuan @ firms.weight[rows]))

    def public(self, technology: Rows) -> None:
        """The month's tenders for young firms: bidders by chance, winners by skill and luck."""
        city, firms, month = self.city, self.city.firms, self.city.month
        day = city.first_day
        volume = city.at(growth.PUBLIC_ORDERS, day) * city.at(growth.TO_STARTUPS, day) / 12
        if volume <= 0:
            return
        self.left += volume
        candidates = min(MOST_TENDERS, 20 + int(3 * self.left / TENDER))
        keys = MOST_TENDERS * month + np.arange(candidates)
        sizes = tender(city.chance.normal(keys, "tender").astype(np.float64))
        n = let(sizes, self.left)
        self.left -= float(sizes[:n].sum())
        ready = self.able(technology, OPEN_MONTHS)
        bidders = ready[city.chance.uniform(firms.id[ready], "bids", month) < BIDDERS]
        score = firms.skill[bidders] + city.chance.normal(firms.id[bidders], "tender", month)
        won = bidders[winners(score, n)]
        yuan = lots(sizes[: len(won)], firms.value_added[won])
        self.win(won, yuan)
        if city.diary:
            city.diary.firms(
                firms.id[won], "growth.order_won", day=day, yuan=yuan, rule="orders.winners")  # fmt: skip

    def spread(self, enterprises: Rows, sectors: tuple[str, ...], yuan: float, what: str) -> None:
        """Orders of a month for young enterprises of these sectors, over those that take such orders, by size."""
        if yuan <= 0:
            return
        city, firms = self.city, self.city.firms
        theirs = np.array([s.slug in sectors for s in geography.sectors()])
        rows = enterprises.compress(theirs.take(firms.sector.take(enterprises)))
        takes = city.chance.uniform(firms.id.take(rows), what) < TAKERS * quality(firms.skill.take(rows))
        rows = self.able(rows.compress(takes), OPEN_MONTHS)
        self.win(rows, yuan * parts(firms.value_added[rows].astype(np.float64), firms.weight[rows]))

    def first_sets(self, technology: Rows) -> None:
        """Equipment firms build first sets, policy or not; those that find a buyer claim what there is to claim."""
        city, firms, month, day = self.city, self.city.firms, self.city.month, self.city.first_day
        n = city.chance.poisson(city.drawn[growth.FIRST_SETS.id] / 12, "first sets", month)
        if not n:
            return
        equipment = [s.slug for s in geography.sectors()].index("equipment")
        ready = self.able(technology[firms.sector[technology] == equipment], FIRST_SET_AGE)
        score = firms.skill[ready] + city.chance.normal(firms.id[ready], "first set", month)
        built = ready[winners(score, n)]
        share = city.at(growth.FIRST_SET_PREMIUM, day)
        u = city.chance.uniform(firms.id[built], "first buyer", month)
        finds, anyway = sells(u, share, city.drawn[growth.INSURED_SALE.id]), sells(u, 0.0, 0.0)
        sold = built[finds]
        if not len(sold):
            return
        # What sells without the subsidy is a part of usual sales already.
        insured = built[finds & ~anyway]
        self.win(insured, np.full(len(insured), FIRST_SET_PRICE))
        if city.diary:
            city.diary.firms(
                firms.id[sold], "growth.first_set", day=day, yuan=FIRST_SET_PRICE, rule="orders.sells")  # fmt: skip
        claim = first_set_claim(city.at(growth.FIRST_SET_AWARD, day), share)
        if claim > 0:
            programme = "first_set_award"
            city.claims.entitle(programme, sold)
            city.claims.hand_in(programme, firms.id[sold], 100 * claim, rows=sold, payee="startups")
