"""Claims desk: processing of applications from the queue to payment or refusal, and the programmes' budgets.

:meth:`ClaimsDesk.application` is the process of one claim from beginning to end; each file at the desk is a
claim.
Measures: M04 (inspection), M06, M20, M28.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import simpy

from sim.engine import clock
from sim.engine.levers import PolicyLever
from sim.engine.service_desk import ServiceDesk
from sim.model.government import flows
from sim.model.government.budgets import Budget
from sim.model.population.firm_table import OPEN
from sim.model.subsidies.parameters import (
    AWARENESS,
    CLAIMS_CLERKS,
    CLAIMS_FILES_A_DAY,
    COMPLIANCE_COST,
    ERRORS,
    FIRST_PAID_CHANCE,
    FRAUD_DETECTED,
    ONLINE,
    PROCESSING_DAYS,
    RECORD_CLAIMS,
    TAKE_UP,
    WAITING_LIST,
    WORD_OF_MOUTH,
)
from sim.model.subsidies.rules import (
    aware,
    compliance_cost,
    counts_as_founder_service,
    refused,
    worth_claiming,
)

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from sim.engine.arrays import Floats, Mask, Rows
    from sim.engine.levers import Parameter
    from sim.model.context import Context


YearlyBudget = tuple[PolicyLever, ...] | Callable[["Context"], float]
"""Yearly budget of a programme: levers that are multiplied, or a function of the context."""


@dataclass(slots=True)
class Claim:
    """Application for a subsidy.

    Attributes:
        programme: programme whose budget pays.
        instrument: instrument under which the payment is booked.
        row: row of the firm, or -1 for a service body.
        payee: ``startups`` or ``services``.
        fen: amount requested, in fen.
        weight: number of the city's claims that this claim represents.
        honest: whether the claim is eligible under the rules.
        draw: uniform random number that determines the decision.
        desk: event triggered when a clerk has decided.
        hours: hours of advice to the firm that the payment covers.
        came: day on which the claim was submitted.
    """

    programme: str
    instrument: str
    row: int
    payee: str
    fen: int
    weight: int
    honest: bool
    draw: float
    desk: simpy.Event
    hours: float = 0.0
    came: float = 0.0


class ClaimsDesk:
    """Claims of a run, and the budget and payment record of each programme.

    Args:
        context: see :class:`Context`.
        yearly: yearly budget of each programme.
        gates: further levers of each programme, which takes no applications before all are positive.

    Attributes:
        files: all applications, indexed by their file number at the desk.
        budgets: yearly budget of each programme.
        paid_chance: probability of payment that founders expect from each programme.
        eligible: number of firms that could claim each programme.
        takers: number of those firms that were paid at least once.
        due: approved applications whose notice period has ended, to be paid today.
    """

    def __init__(
        self,
        context: Context,
        yearly: Mapping[str, YearlyBudget],
        gates: Mapping[str, tuple[PolicyLever, ...]],
    ) -> None:
        self.context = context
        self.files: list[Claim] = []
        self._yearly = yearly
        # A programme takes no applications, and has no budget, before all of these levers are positive.
        self._gates = {
            name: (*(() if callable(each) else each), *gates.get(name, ())) for name, each in yearly.items()}  # fmt: skip
        self._entitled: dict[str, set[int]] = {name: set() for name in yearly}
        self.budgets = {name: Budget(context.env) for name in yearly}
        self.paid_chance = dict.fromkeys(yearly, FIRST_PAID_CHANCE)
        self._handed_in = dict.fromkeys(yearly, 0)
        self._paid = dict.fromkeys(yearly, 0)
        self.eligible = dict.fromkeys(yearly, 0)
        self.takers = dict.fromkeys(yearly, 0)
        self._number = {name: number for number, name in enumerate(context.accounts.instruments)}
        self.due: list[Claim] = []
        self.desk = ServiceDesk(
            context.model, "claims", context.parameters[CLAIMS_FILES_A_DAY.id], self.decided, self.weigh
        )

    def staff(self) -> None:
        """Set the number of clerks for this month."""
        self.desk.staff(self.context.levers.at(CLAIMS_CLERKS, self.context.clock.first_day))

    def weigh(self, files: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the number of the city's claims that each of the given claims represents."""
        return np.array([self.files[i].weight for i in files.tolist()], dtype=np.int64)

    def hand_in(
        self, programme: str, ids: npt.NDArray[np.int64], fen: npt.ArrayLike, *,
        rows: Rows | None = None, payee: str = "services", honest: bool = True,
        instruments: npt.NDArray[np.str_] | None = None, ago: int = 0, hours: npt.ArrayLike = 0.0,
    ) -> None:  # fmt: skip
        """Submit a month's applications, each on a random day of the month.

        Args:
            programme: programme whose budget pays.
            ids: permanent ids, which determine the random day, tie-break and decision of each application.
            fen: amount requested by each applicant, in fen.
            rows: rows of the firms; None for service bodies.
            payee: ``startups`` or ``services``.
            honest: whether the applications are eligible under the rules.
            instruments: instrument under which each payment is booked; the programme by default.
            ago: number of months before the run at which the applications were submitted; if positive, they
                have already been decided.
            hours: hours of work that the payment covers, for each firm.
        """
        context, env, n = self.context, self.context.env, len(ids)
        if not n:
            return
        u = context.streams.uniform(ids, "claim day", programme, context.clock.month - ago)
        draws = context.streams.uniform(ids, "desk", programme, context.clock.month)
        weights = [1] * n if rows is None else context.firms.weight.take(rows).tolist()
        numbers = np.arange(len(self.files), len(self.files) + n)
        requested = np.full(n, np.rint(fen), dtype=np.int64)
        booked = [programme] * n if instruments is None else instruments.tolist()
        firms = [-1] * n if rows is None else rows.tolist()
        since = (ago - u) * 365.25 / 12
        work = np.full(n, hours).tolist()
        columns = (booked, firms, requested.tolist(), weights, draws.tolist(), work, since.tolist())
        for instrument, row, fen_, weight, draw, hours_, days_ in zip(*columns, strict=True):
            claim = Claim(programme, instrument, row, payee, fen_, weight, honest, draw, env.event(), hours_)
            self.files.append(claim)
            env.process(self.application(claim, days_))
        self._handed_in[programme] += sum(weights)
        if ago:
            for number in numbers:
                self.files[number].desk.succeed()
            return
        days = context.clock.first_day + np.floor(clock.month_length(context.clock.month) * u).astype(
            np.int64
        )
        if context.events and rows is not None:
            context.events.firms(
                context.firms.id[rows], "claims.handed_in", day=days, yuan=requested / 100, rule="subsidies.rules.worth_claiming",
                programme=programme)  # fmt: skip
        self.desk.hand_in(days, context.ties(ids, "claims", programme), numbers)

    def application(self, claim: Claim, since: float) -> ProcessGenerator:
        """SimPy process of a claim, from its review at the desk until it is due for payment.

        Args:
            claim: the claim.
            since: days from submission to the start of the run; at most 0 if submitted during the run.
        """
        yield claim.desk
        context = self.context
        if not self.granted(claim):
            self.record_event(claim, "claims.refused", "subsidies.claims_desk.ClaimsDesk")
            return
        if since <= 0:  # decisions from before 2017 are not approvals of the run
            self.desk.passed += claim.weight
        budget, fen = self.budgets[claim.programme], claim.fen * claim.weight
        if not budget.try_reserve(fen):
            self.record_event(claim, "claims.waits", "government.budgets.Budget")
            yield budget.wait(fen)
        days = clock.working_days(context.levers.at(PROCESSING_DAYS, context.env.now))
        yield context.env.timeout(int(max(0.0, days - max(0.0, since))))
        self.due.append(claim)

    def decided(self, day: int, files: npt.NDArray[np.int64], came: npt.NDArray[np.int64]) -> None:
        """Resume the processes of the applications that clerks have decided."""
        for number, since in zip(files.tolist(), came.tolist(), strict=True):
            claim = self.files[number]
            claim.came = since
            claim.desk.succeed()

    def record_event(self, claim: Claim, event: str, rule: str) -> None:
        """Log an event of a claim."""
        context = self.context
        if context.events and claim.row >= 0:
            day = int(context.env.now)
            context.events.firms(
                [context.firms.id[claim.row]], event, day=day, yuan=claim.fen / 100, waited=day - claim.came, rule=rule,
                programme=claim.programme)  # fmt: skip

    def granted(self, claim: Claim) -> bool:
        """Return whether the clerk approves a claim; claims of service bodies are always approved."""
        unfit = self.context.parameters[ERRORS.id]
        fraud_found = self.context.levers.at(FRAUD_DETECTED, self.context.env.now)
        return claim.row < 0 or not refused(claim.draw, claim.honest, unfit, fraud_found)

    def transfers(self) -> ProcessGenerator:
        """SimPy process of the treasury, which transfers all due payments at noon every day."""
        yield self.context.env.timeout(clock.NOON)
        while True:
            if self.due:
                self.pay()
                self.due.clear()
            yield self.context.env.timeout(1)

    def pay(self) -> None:
        """Transfer due payments; money for firms that have closed returns to the programme's budget."""
        context, firms, day = self.context, self.context.firms, int(self.context.env.now)
        to_firms, served = [], []
        for claim in self.due:
            if claim.row >= 0 and firms.state[claim.row] != OPEN:
                self.budgets[claim.programme].returned(claim.fen * claim.weight)
                continue
            fen, instrument = claim.fen * claim.weight, self._number[claim.instrument]
            self._paid[claim.programme] += claim.weight
            self.budgets[claim.programme].paid(fen)
            self.record_event(claim, "claims.paid", "subsidies.claims_desk.ClaimsDesk")
            context.accounts.spend(instrument, fen / 100)
            if claim.payee == "services":
                context.accounts.post(flows.SERVICES, fen)
                if claim.hours:
                    firms.support_hours[claim.row] += claim.hours
            else:
                to_firms.append((claim.row, instrument, day, claim.fen))
            if claim.row >= 0:
                if counts_as_founder_service(claim.programme):
                    served.append(claim.row)
                if claim.honest and claim.row in self._entitled[claim.programme]:
                    self._entitled[claim.programme].remove(claim.row)
                    self.takers[claim.programme] += claim.weight
        firms.serve(np.array(served, dtype=np.intp), day)
        if to_firms:
            context.accounts.payments += to_firms
            rows, amounts = np.array([(row, fen) for row, _, _, fen in to_firms]).T
            if len(set(rows.tolist())) < len(rows):  # paid by two programmes on one day
                rows, first = np.unique(rows, return_inverse=True)
                amounts = np.bincount(first, weights=amounts).astype(np.int64)
            context.accounts.pay(flows.GRANTS, rows, amounts)
            firms.granted[rows] += amounts

    def appropriate(self, day: int) -> None:
        """Set the yearly budgets; in January, also update the probabilities of payment that founders expect.

        The expected probability is last year's share of claims paid, if the programme had enough claims.
        """
        context = self.context
        for programme, budget in self.budgets.items():
            open_ = not any(context.levers.not_yet(lever) for lever in self._gates[programme])
            yearly = self._yearly[programme]
            yuan = yearly(context) if callable(yearly) else prod(context.levers.at(s, day) for s in yearly)
            context.accounts.appropriate(budget, round(100 * yuan) if open_ else 0)
            if context.clock.month % 12 == 0:
                if self._handed_in[programme] >= RECORD_CLAIMS:
                    self.paid_chance[programme] = min(1.0, self._paid[programme] / self._handed_in[programme])
                self._handed_in[programme] = self._paid[programme] = 0

    def awareness(self, day: float) -> float:
        """Return the share of founders who are aware of the programmes."""
        return aware(self.context.levers.at(AWARENESS, day), self.context.parameters[WORD_OF_MOUTH.id])

    def willing(self, rows: Rows, programme: str, salience: Parameter, amount: Floats) -> Mask:
        """Return a mask of the founders who know the programme and find a claim worth its compliance cost."""
        context, firms = self.context, self.context.firms
        ids = firms.id.take(rows)
        knows = context.streams.uniform(ids, "knows", programme) < context.parameters[salience.id]
        cost = compliance_cost(
            context.parameters[COMPLIANCE_COST.id],
            context.streams.normal(ids, "hassle", programme),
            firms.skill.take(rows),
            context.levers.at(ONLINE, context.clock.first_day),
        )
        return knows & worth_claiming(amount, self.paid_chance[programme], cost)

    def entitle(self, programme: str, rows: Rows) -> None:
        """Add firms that may claim a programme to the denominator of its take-up rate."""
        self.eligible[programme] += int(np.add.reduce(self.context.firms.weight.take(rows)))
        self._entitled[programme].update(rows.tolist())

    def settle(self) -> None:
        """Reset the month's grant income, and record waiting lists and, in the last month, take-up rates."""
        self.context.firms.granted[:] = 0
        record, month = self.context.recorder, self.context.clock.month
        for programme, budget in self.budgets.items():
            i = self._number[programme]
            record.put(WAITING_LIST, (month, i), sum(fen for fen, _ in budget.waiting) / 100)
            if month == clock.MONTHS - 1 and self.eligible[programme]:
                record.put(TAKE_UP, i, self.takers[programme] / self.eligible[programme])
