"""Tests of claims: applicants, yearly budgets, and consistency of payments to the fen."""

import numpy as np
import pytest

from sim.engine import clock
from sim.model.environment import geography
from sim.model.population.firm_table import OPEN, G
from sim.model.registry import LEVERS
from sim.model.subsidies import claims_desk
from sim.model.subsidies import parameters as subsidies_parameters
from tests.model import town

ELIGIBLE = geography.kinds_among(subsidies_parameters.ELIGIBLE_KINDS)
KINDS = [k.slug for k in geography.founder_kinds()]
TO_FIRMS = ("one_off_grant", "rent_subsidy", "job_creation_subsidy", "hardship_support")
SERVICES = ("lecture_subsidy", "training_subsidy", "founder_upskilling", "mentor_subsidy")
INSTRUMENTS = town.INSTRUMENTS
FLOW = town.FLOWS.index


@pytest.fixture(scope="module")
def simulated():
    """City after a run with default settings, with its files, budgets and ledger."""
    return town.simulated()


# --- every fen ---------------------------------------------------------------------------------------
def test_payments_spending_and_ledger_agree_to_the_fen(simulated) -> None:
    _city, output = simulated
    paid, weight = output.payments, output.firms["weight"].astype(np.int64)
    fen = paid["fen"] * weight[paid["row"]]
    month = clock.month_of(paid["day"])
    spent = np.rint(100 * output.outcomes["public_spending"]).astype(np.int64)
    flows = np.rint(100 * output.outcomes["flows"]).astype(np.int64)
    for i, instrument in enumerate(INSTRUMENTS):
        if instrument in TO_FIRMS:
            mine = paid["instrument"] == i
            assert mine.sum() > 5, instrument
            assert (
                np.bincount(month[mine], weights=fen[mine], minlength=48).astype(np.int64).tolist()
                == spent[:, i].tolist()
            )
    to_firms = [i for i, name in enumerate(INSTRUMENTS) if name in (*TO_FIRMS, "microloan_interest_subsidy")]
    awards = INSTRUMENTS.index("incubator_support")
    services = [i for i, name in enumerate(INSTRUMENTS) if name in SERVICES]
    assert flows[:, FLOW("grants")].tolist() == spent[:, to_firms].sum(axis=1).tolist()
    assert flows[:, FLOW("services")].tolist() == spent[:, services].sum(axis=1).tolist()
    assert flows[:, FLOW("awards")].tolist() == spent[:, awards].tolist()


def test_what_is_appropriated_is_paid_lapses_or_is_still_there() -> None:
    """Clerks leave in mid-2020, so that all approved claims have been paid or refunded by the end."""
    city = town.city(
        {
            "claims.clerks": [(0, 24), (1280, 0)],
            "incubator.reviewers": [(0, 3), (1280, 0)],
            "claims.processing_days": 10,
        }
    )
    city.run_all()
    budgets = [*city.claims.budgets.values(), city.facility_payments.awards]
    assert city.context.accounts.ledger is not None
    assert city.context.accounts.ledger.balance["budget"] == sum(budget.remaining for budget in budgets)
    city.close()


def test_what_is_left_on_31_december_lapses() -> None:
    """Uncommitted money of a well-funded programme lapses, and the next year starts with the same budget."""
    output = town.run({"claims.one_off_budget": 300e6})
    flows = output.outcomes["flows"]
    appropriated, lapsed = flows[:, FLOW("appropriation")], flows[:, FLOW("lapse")]
    januaries = np.arange(48) % 12 == 0
    assert not appropriated[~januaries].any()
    assert not lapsed[~januaries].any()
    assert lapsed[0] == 0
    assert (appropriated[januaries] == appropriated[0]).all()
    spent = town.by_year(town.spending(output, "one_off_grant") + town.spending(output, "hardship_support"))
    assert (spent < 60e6).all()
    assert (lapsed[januaries][1:] > 300e6 - 60e6).all()


# --- the budget of the year --------------------------------------------------------------------------
@pytest.fixture(scope="module")
def short_of_money():
    """Small city at full scale whose one-off grant covers some of the claims, with each decision recorded."""
    awarded: list[tuple[int, int]] = []  # day, row: in the order of the treasury's decision
    waited: list[tuple[int, int]] = []  # day, row: claims that join the waiting list
    with town.registering(0.05):
        city = town.city(
            {"claims.one_off_budget": 200_000, "claims.hardship_one_off": 0, "claims.processing_days": 1},
            scale=1.0,
        )
        desk, budget = city.claims, city.claims.budgets["one_off_grant"]
        granted = desk.granted

        def observe(claim):
            good = granted(claim)
            if good and claim.programme == "one_off_grant":
                fits = claim.fen * claim.weight <= budget.remaining
                (awarded if fits else waited).append((int(city.context.env.now), claim.row))
            return good

        desk.granted = observe  # type: ignore[method-assign]
        output = city.run_all()
        city.close()
    return output, awarded, waited


def test_when_the_budget_is_out_claims_wait_for_january_in_the_order_of_first_decision(
    short_of_money,
) -> None:
    """The budget covers 40 claims a year; the waiting list is served first, in order, on 1 January."""
    output, _awarded, waited = short_of_money
    paid = output.payments
    one_off = INSTRUMENTS.index("one_off_grant")
    mine = paid["instrument"] == one_off
    rows, days = paid["row"][mine].tolist(), paid["day"][mine]
    queue: list[int] = []
    for year in (1, 2, 3):
        start = clock.MONTH_START[12 * year]
        queue += [row for day, row in waited if clock.MONTH_START[12 * year - 12] <= day < start]
        opened_again = [
            row for row, day in zip(rows, days, strict=True) if start <= day <= start + 1 and row in queue
        ]
        closed = output.firms["closed"]
        first = queue[:40]
        due = [row for row in first if closed[row] > start + 1]
        assert len(first) == 40, "choose a smaller budget"
        assert opened_again == due
        queue = queue[40:]
        later = [row for row, day in zip(rows, days, strict=True) if start + 1 < day < start + 300]
        refunds = len(first) - len(due)
        assert len(later) <= refunds  # only money refunded by closed firms is available


def test_the_waiting_list_is_what_was_granted_and_not_paid(short_of_money) -> None:
    output, _awarded, waited = short_of_money
    listed = output.outcomes["waiting_list"][:, INSTRUMENTS.index("one_off_grant")]
    assert listed[11] == 5000 * len([1 for day, _ in waited if day < 365])
    assert listed[12] < listed[11]
    assert listed[-1] > 0


@pytest.fixture(scope="module")
def poor():
    """City in which all budgets bind, and the commitments of each on 31 December."""
    usual = town.settings()
    small = {id_: 0.4 * usual.at(LEVERS[id_], 0) for id_ in town.BUDGETS.values()}
    city = town.city(small | {"claims.hardship_rent": 0, "claims.hardship_one_off": 0})
    promised: dict[str, list[float]] = {name: [0.0] for name in town.BUDGETS}

    def observe() -> None:
        for name in town.BUDGETS:
            budget = (
                city.facility_payments.awards if name == "incubator_support" else city.claims.budgets[name]
            )
            promised[name].append(budget.committed / 100)

    for year in (1, 2, 3):
        town.at(city, clock.MONTH_START[12 * year] - 0.05, observe)
    output = city.run_all()
    city.close()
    return output, small, promised


@pytest.mark.parametrize("programme", town.BUDGETS)
def test_a_year_pays_out_at_most_its_budget_and_what_was_promised_before(poor, programme: str) -> None:
    output, small, promised = poor
    budget = small[town.BUDGETS[programme]]
    spent = town.by_year(town.spending(output, programme))
    assert spent.max() > 0.5 * budget
    assert (spent <= budget + np.array(promised[programme]) + 1e-6).all()
    assert (np.cumsum(spent) <= budget * np.arange(1, 5) + 1e-6).all()


def test_a_budget_that_changes_by_date_bites_on_its_date() -> None:
    """A dated value takes effect on its date: money provided on 1 July 2018 is available in 2018."""
    july = 546
    assert clock.date(july).isoformat() == "2018-07-01"
    late = town.run({"claims.one_off_budget": [(0, 0.0), (july, 20e6)]})
    spent = town.spending(late, "one_off_grant")
    assert spent[:18].sum() == 0
    assert spent[18:24].sum() > 0


# --- who gets what ---------------------------------------------------------------------------------
def rows_of(city, programme, honest=True):
    return [f for f in city.claims.files if f.programme == programme and f.honest == honest]


def test_only_those_entitled_claim_honestly(simulated) -> None:
    city, _history = simulated
    firms = city.context.firms
    entitled = [KINDS.index(k) for k in subsidies_parameters.ELIGIBLE_KINDS]
    for programme in ("one_off_grant", "rent_subsidy"):
        rows = np.array([f.row for f in rows_of(city, programme)])
        assert len(rows) > 20
        assert np.isin(firms.kind[rows], entitled).all()
    employers = np.array([f.row for f in rows_of(city, "job_creation_subsidy")])
    assert len(employers) > 20
    assert (firms.segment[employers] != G).all()


def test_grants_are_what_the_rules_say(simulated) -> None:
    """5,000 yuan once; rent 6,000 for three years; jobs at most 30,000; hardship grants booked separately."""
    _city, output = simulated
    paid, kind = output.payments, output.firms["kind"]
    by = {name: paid["instrument"] == INSTRUMENTS.index(name) for name in TO_FIRMS}
    assert set(paid["fen"][by["one_off_grant"]].tolist()) == {500_000}
    assert set(paid["fen"][by["rent_subsidy"]].tolist()) == {600_000}
    hard = by["hardship_support"]
    assert set(paid["fen"][hard].tolist()) == {1_000_000, 800_000}
    assert (kind[paid["row"][hard]] == KINDS.index("hardship")).all()
    for name in ("one_off_grant", "rent_subsidy"):
        assert (kind[paid["row"][by[name]]] != KINDS.index("hardship")).all()
    once = np.bincount(paid["row"][by["one_off_grant"]])
    assert once.max() == 1
    assert np.bincount(paid["row"][by["rent_subsidy"]]).max() <= 3
    jobs = np.bincount(
        paid["row"][by["job_creation_subsidy"]], weights=paid["fen"][by["job_creation_subsidy"]]
    )
    assert 0 < jobs.max() <= 3_000_000
    assert set(np.unique(paid["fen"][by["job_creation_subsidy"]]) % 100_000) == {0}


def test_a_hardship_amount_that_is_not_higher_is_not_booked_as_hardship(poor) -> None:
    assert town.spending(poor[0], "hardship_support").sum() == 0
    assert town.spending(poor[0], "one_off_grant").sum() > 0


def test_closed_firms_are_not_paid(simulated) -> None:
    _, output = simulated
    paid = output.payments
    # closing is on the last day of a month, after the transfers of its noon
    assert (output.firms["closed"][paid["row"]] >= paid["day"]).all()
    assert (output.firms["opened"][paid["row"]] < paid["day"]).all()


def test_nobody_is_paid_before_the_notice_is_over(short_of_money) -> None:
    """The notice and transfer take the set number of working days, here one (1.4 days)."""
    output, awarded, waited = short_of_money
    one_off = output.payments["instrument"] == INSTRUMENTS.index("one_off_grant")
    paid = dict(
        zip(output.payments["row"][one_off].tolist(), output.payments["day"][one_off].tolist(), strict=True)
    )
    took = [paid[row] - day for day, row in awarded if row in paid and day > 0]
    assert len(took) > 20
    assert set(took) == {1}
    assert all(paid[row] - day > 1 for day, row in waited if row in paid)


def test_take_up_is_the_share_of_the_eligible_who_were_paid(simulated) -> None:
    """Count, firm by firm, the open firms that considered the programme in time and were paid later.

    Fraudulent claims, and firms that considered the programme before the run, do not enter the share.
    """
    city, output = simulated
    firms, weight = city.context.firms, city.context.firms.weight.astype(np.int64)
    paid = output.payments
    for programme, at, within in (
        ("one_off_grant", 6, subsidies_parameters.CLAIM_WITHIN_MONTHS),
        ("rent_subsidy", 12, subsidies_parameters.LATEST_MONTHS),
    ):
        # hardship grants of both programmes are booked on one instrument: distinguished by their amounts
        honest = {(f.row, INSTRUMENTS.index(f.instrument), f.fen) for f in rows_of(city, programme)}
        each = zip(paid["row"].tolist(), paid["instrument"].tolist(), paid["fen"].tolist(), strict=True)
        had = {row for row, instrument, fen in each if (row, instrument, fen) in honest}
        eligible, takers = 0, 0
        for row in np.flatnonzero(ELIGIBLE[firms.kind] & (firms.opened_month < clock.MONTHS)):
            month = int(firms.opened_month[row]) + 1 + int(firms.turn[row]) + at
            seen = max(month, 0)  # claims under way at the start are handed in in January 2017
            here = firms.opened_month[row] < seen and firms.closed[row] >= clock.MONTH_START[min(seen, 47)]
            young = month - firms.registered_month[row] < within
            if -subsidies_parameters.UNDER_WAY_MONTHS <= month < clock.MONTHS and here and young:
                eligible += int(weight[row])
                takers += int(weight[row]) * (int(row) in had)
        assert output.outcomes["take_up"][INSTRUMENTS.index(programme)] == pytest.approx(takers / eligible), (
            programme
        )


# --- fraud -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("honest", "refused"), [(True, subsidies_parameters.ERRORS.value), (False, 0.35)])
def test_papers_fail_by_chance_and_fraud_by_inspection(honest: bool, refused: float) -> None:
    city = town.city({"claims.fraud_found": 0.35})
    desk, n = city.claims, 1000
    files = [
        claims_desk.Claim(
            "one_off_grant",
            "one_off_grant",
            0,
            "startups",
            5,
            1,
            honest,
            (k + 0.5) / n,
            city.context.env.event(),
        )
        for k in range(n)
    ]
    assert 1 - np.mean([desk.granted(f) for f in files]) == pytest.approx(refused)
    city.close()


def test_sanctions_deter_half_of_the_frauds(simulated) -> None:
    """Full sanctions reduce fraud to (1 - 0.5)/(1 - 0.5 x 0.2) of its level at sanctions of 0.2."""
    cheats = []
    city = town.city({"claims.sanctions": 1.0})
    city.run_all()
    city.close()
    for each in (simulated[0], city):
        rows = np.array([f.row for f in each.claims.files if not f.honest])
        assert not ELIGIBLE[each.context.firms.kind[rows]].any()
        cheats.append(set(each.context.firms.id[rows].tolist()))
    assert len(cheats[0]) > 25
    assert cheats[1] < cheats[0]  # the same founders, less those who are deterred
    assert len(cheats[1]) / len(cheats[0]) == pytest.approx(0.5 / 0.9, abs=0.25)


# --- levers ------------------------------------------------------------------------------------------
def test_fewer_informed_founders_claim_less() -> None:
    """The comparison that finds no difference for closed programmes finds one here."""
    uninformed = town.run({"claims.awareness": 0.0})
    assert len(town.run().payments["row"]) > 1.1 * len(uninformed.payments["row"])
    assert "outcomes.public_spending" in town.differing(town.run(), uninformed)


def test_founders_learn_that_a_programme_does_not_pay(simulated) -> None:
    """With a budget for a tenth of the claims, fewer founders claim in later years (SUB12)."""
    rich, poor = simulated[0], town.city({"claims.one_off_budget": 1e6})
    poor.run_all()
    poor.close()
    numbers = [len(rows_of(city, "one_off_grant")) for city in (rich, poor)]
    assert numbers[1] < 0.8 * numbers[0]
    assert poor.claims.paid_chance["one_off_grant"] < 0.5 * rich.claims.paid_chance["one_off_grant"]


def test_a_job_is_cheaper_only_while_its_subsidy_can_be_claimed(simulated) -> None:
    """The job subsidy is claimed within 48 months of registration, so older firms hire at full wages."""
    firms = simulated[0].context.firms
    open_now = firms.state == OPEN
    age = 47 - firms.registered_month[open_now].astype(np.int64)
    cheaper = firms.subsidised_wage[open_now] > 0
    assert cheaper[age < 36].any()
    assert not cheaper[age >= subsidies_parameters.LAST_JOBS_MONTHS].any()
