"""Credit: agents of institutions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.service_desk import ServiceDesk
from sim.model.banking.parameters import APPROVAL_DAYS, CAPACITY, DAYS, FILES_A_DAY, LIMIT_GROWTH, TECH_NOISE
from sim.model.underwriting.parameters import ASSESSORS

if TYPE_CHECKING:
    from sim.engine.arrays import Ints
    from sim.engine.service_desk import Weigh
    from sim.model.context import Context


class Bank(ServiceDesk):
    """A bank or technology branch: officers with a line of requests, a limit, its own eye for risk.

    Attributes:
        kind: one of :data:`KINDS`, or ``tech``.
        number: by which loans name it.
        share: of what all banks may lend.
        noise: of its screening, relative to the usual.
    """

    def __init__(
        self, context: Context, weigh: Weigh, kind: str, number: int, share: float, officers: int
    ) -> None:
        super().__init__(context.model, "loan", FILES_A_DAY, self.screen, weigh, weekly=True)
        self.context, self.kind, self.number, self.share = context, kind, number, share
        self.assessor = ASSESSORS.index(kind)
        self._screened: list[Ints] = []
        self.noise = TECH_NOISE if kind == "tech" else 1.0
        self.gone = False
        self.lent = self.committed = 0  # fen paid out and not back, and promised
        self.most = 0  # fen that it may have lent this month
        self.staff(officers)

    def remove(self) -> None:
        """Leave the city: no more requests are taken; loans paid out run on."""
        self.gone = True
        self.staff(0)
        super().remove()

    def limit(self) -> float:
        """Yuan that it may have lent to young firms."""
        context = self.context
        grown = float((1 + LIMIT_GROWTH) ** ((context.clock.month + 1) / 12))
        return self.share * context.parameters[CAPACITY.id] * grown

    def begin(self, lent: int) -> None:
        """The month: what it has lent, and may."""
        self.lent, self.most = lent, round(100 * self.limit())

    def room(self) -> int:
        """Fen that it may still lend; a bank that has left lends nothing."""
        return 0 if self.gone else max(0, self.most - self.lent - self.committed)

    def promise(self, fen: int, number: int) -> None:
        """Loans of the city, so many, are approved: their money is set aside."""
        self.committed += fen
        self.passed += number

    def days(self, day: float) -> float:
        """Days from decision to money."""
        return self.context.levers.at(DAYS, day) if self.kind == "tech" else APPROVAL_DAYS

    def screen(self, day: int, files: Ints, came: Ints) -> None:
        """Its officers have looked at these firms: they come before the week's decision."""
        self._screened.append(files)

    def take_screened(self) -> list[Ints]:
        """Hand over what has been screened since this was last asked."""
        screened, self._screened = self._screened, []
        return screened
