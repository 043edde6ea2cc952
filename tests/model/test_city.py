"""The city as a whole: accounts, identities, common random numbers, settings with known results."""

import gc
import weakref
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from sim.engine import clock
from sim.engine.errors import LedgerError
from sim.engine.random_streams import RandomStreams
from sim.model import city as wiring
from sim.model.city import City, simulate
from sim.model.government import flows
from sim.model.initial_population import initial_population
from sim.model.population.firm_table import OPEN, FirmTable
from sim.model.registry import LEVERS, OUTCOMES, PARAMETERS, draw
from tests.model import town

FLOW = town.FLOWS.index
BASES = {id_: s.base for id_, s in LEVERS.items()}
NOTHING = BASES | {"claims.guidance": 0.0}
INSTANT = {
    "registration.clerks": 1000, "registration.days": 1, "registration.licence_clerks": 1000,
    "registration.licence_days": 1, "registration.production_licence_days": 1, "exit.clerks": 500,
    "claims.clerks": 500, "claims.processing_days": 1, "incubator.reviewers": 50,
    "incubator.conversion_officers": 50, "incubator.conversion_days": 1,
}  # fmt: skip


def identity(outcomes) -> np.ndarray:
    """firms[t] - firms[t-1] - entries + exits + aged_out, month by form: zero."""
    came, went = outcomes["entries"], outcomes["exits"] + outcomes["aged_out"]
    return np.asarray(np.diff(outcomes["firms"], axis=0) - came[1:] + went[1:])


# --- accounts ----------------------------------------------------------------------------------------
def test_the_residual_is_exactly_zero_every_month() -> None:
    assert town.run().outcomes["ledger_residual"].tolist() == [0.0] * 48


def test_a_fen_in_one_holding_stops_the_month_and_names_the_account() -> None:
    city = town.city()

    def tamper() -> None:
        city.context.firms.cash[np.flatnonzero(city.context.firms.weight == 1)[5]] += 1

    town.after(city, 200, tamper)
    with pytest.raises(
        LedgerError, match=r"2017-07: account startups holds .*\+1; flows of the month: .*value_added"
    ):
        city.run_all()
    city.close()


def test_a_fen_in_one_posting_stops_the_month_and_names_the_flow() -> None:
    city = town.city()

    def corrupt() -> None:
        assert city.context.accounts.ledger is not None
        city.context.accounts.ledger._received[flows.GRANTS.name] -= 1

    town.after(city, 200, corrupt)
    with pytest.raises(LedgerError, match=r"2017-07: account startups, flow grants from budget: .* -1"):
        city.run_all()
    city.close()


def test_money_paid_but_not_posted_stops_the_month() -> None:
    """A submodel that moves cash without the ledger is caught in the month in which it does so."""
    city = town.city()

    def a_fen_too_much() -> None:
        city.context.firms.cash[city.context.firms.rows_in(OPEN)[:3]] += 1

    town.after(city, 400, a_fen_too_much)
    with pytest.raises(LedgerError, match="2018-02: account startups"):
        city.run_all()
    city.close()


def test_holdings_at_the_end_are_opening_balances_plus_flows() -> None:
    city = town.city()
    opening = city.context.firms.cash_held()
    outcomes = city.run_all().outcomes
    city.close()
    moved = np.rint(100 * outcomes["flows"].sum(axis=0)).astype(np.int64)
    into = sum(int(moved[i]) for i, f in enumerate(flows.FLOWS) if f.target == "startups")
    out = sum(int(moved[i]) for i, f in enumerate(flows.FLOWS) if f.source == "startups")
    assert city.context.firms.cash_held() == opening + into - out


# --- the first months ---------------------------------------------------------------------------------
def test_the_run_continues_where_2016_ended() -> None:
    """What was under way at the registry and on its notice at the end of 2016 comes through in 2017.

    At scale 0.05 a month's registrations have a standard error of 6%.
    """
    outcomes = town.run({"registration.days": 20}, scale=0.05).outcomes
    registered, left = (outcomes[name].sum(axis=1) for name in ("registrations", "deregistrations"))
    assert registered[0] > 0.75 * registered[1:6].mean()
    assert left[:3].sum() > 0.5 * left[9:12].sum()
    assert outcomes["entries"].sum(axis=1)[0] > 0.75 * outcomes["entries"].sum(axis=1)[1:6].mean()


# --- identities -----------------------------------------------------------------------------------------
WORLDS: dict[str, dict[str, Any]] = {
    "usual": {},
    "another replicate": {"replicate": 4, "uncertain": True},
    "placebo": {"placebo": True},
    "quiet": {"shocks": ()},
}
POLICIES: dict[str, Mapping[str, town.Value]] = {
    "few clerks": {
        "registration.clerks": 25,
        "registration.licence_clerks": 5,
        "claims.clerks": 3,
        "exit.clerks": 5,
    },
    "no policy": NOTHING,
    "instant windows": INSTANT,
}


@pytest.mark.parametrize("name", [*WORLDS, *POLICIES])
def test_stocks_change_by_their_flows(name: str) -> None:
    outcomes = town.run(POLICIES.get(name), **WORLDS.get(name, {})).outcomes
    assert not identity(outcomes).any()
    for thing in ("firms", "jobs"):
        for dimension in ("founder", "sector", "district"):
            assert np.array_equal(
                outcomes[f"{thing}_by_{dimension}"].sum(axis=1), outcomes[thing].sum(axis=1)
            ), dimension
    for count in (
        "registrations",
        "entries",
        "exits",
        "aged_out",
        "deregistrations",
        "firms",
        "market_entities",
    ):
        assert (outcomes[count] >= 0).all(), count
    assert (outcomes["jobs"] >= outcomes["firms"]).all()  # an owner each
    assert outcomes["registrations"].sum() > 0


def test_every_outcome_has_its_shape_and_only_means_may_be_missing() -> None:
    arrays = town.run().outcomes
    for outcome in OUTCOMES:
        array = arrays[outcome.name]
        assert array.shape == tuple(wiring.SIZES[d] for d in outcome.dims), outcome.name
        assert array.dtype == outcome.dtype
        if outcome.kind != "mean" and array.dtype.kind == "f":
            assert np.isfinite(array).all(), outcome.name


# --- common random numbers ---------------------------------------------------------------------------------
def test_the_same_seed_gives_the_same_bits() -> None:
    settings = town.settings()
    again = simulate(settings, town.WORLD, RandomStreams(town.SEED, 0), uncertain=False, scale=town.SCALE)
    assert town.differing(town.run(), again) == []
    assert town.run().notes == again.notes


def simulated(overrides, replicate=0, **options):
    return simulate(
        town.settings(overrides),
        town.WORLD,
        RandomStreams(town.SEED, replicate),
        uncertain=False,
        scale=town.SCALE,
        **options,
    )


def far_apart() -> tuple[dict[str, float], dict[str, float]]:
    """Two policies that differ in every lever from the first day on."""
    low, high = ({id_: getattr(s, end) for id_, s in LEVERS.items()} for end in ("low", "high"))
    bounded = {id_: min(v, 50 * max(1.0, LEVERS[id_].base)) for id_, v in high.items()}
    return low, bounded


def test_one_scenario_cannot_change_another_s_result() -> None:
    """Whatever ran before in the process, in any order and in any replicate."""
    low, high = far_apart()
    initial_population.cache_clear()
    alone = simulated(low)
    initial_population.cache_clear()
    simulated(high)  # the same replicate: shares the initial population
    after_another = simulated(low)
    simulated(low, replicate=1)
    after_other_luck = simulated(low)
    assert town.differing(alone, after_another) == []
    assert town.differing(alone, after_other_luck) == []


def test_policy_has_no_part_in_the_initial_population() -> None:
    """The city of December 2016 is the same under every policy: firms, cash, size, productivity."""
    cities = []
    for overrides in far_apart():
        initial_population.cache_clear()
        city = town.city(overrides)
        cities.append((city, city.context.firms.copy()))
        city.close()
    (first, ours), (second, theirs) = cities
    assert len(ours) == len(theirs)
    for column in FirmTable.__annotations__:
        assert np.array_equal(getattr(ours, column), getattr(theirs, column)), column
    assert np.array_equal(first.sales.base, second.sales.base)


def test_replicates_differ() -> None:
    for outcome in ("firms", "jobs", "registrations", "tech_incubators"):
        assert not np.array_equal(town.run().outcomes[outcome], town.run(replicate=1).outcomes[outcome])


def test_replicate_7_has_its_random_numbers_and_parameters_whatever_else_runs() -> None:
    streams = RandomStreams(town.SEED, 7)
    streams.uniform(range(9), "anything")
    busy, fresh = draw(PARAMETERS, streams, True), draw(PARAMETERS, RandomStreams(town.SEED, 7), True)
    assert busy == fresh
    assert busy != draw(PARAMETERS, RandomStreams(town.SEED, 8), True)


def test_draws_lie_in_their_priors_and_are_central_where_nothing_is_uncertain() -> None:
    central = draw(PARAMETERS, RandomStreams(1, 0), False)
    for id_, p in PARAMETERS.items():
        assert central[id_] == pytest.approx(p.value * p.potency)
    values = [draw(PARAMETERS, RandomStreams(1, k), True) for k in range(100)]
    for id_, p in PARAMETERS.items():
        drawn = np.array([v[id_] for v in values])
        there = drawn[drawn != 0]
        assert ((there >= p.low) & (there <= p.high)).all(), id_
        if p.low < p.high:
            mean = (p.low + p.value + p.high) / 3
            assert there.mean() == pytest.approx(
                mean, abs=(p.high - p.low) * 0.25 * 5 / np.sqrt(len(there))
            ), id_
        if p.potency < 1:
            assert (drawn != 0).mean() == pytest.approx(p.potency, abs=5 * 0.5 / np.sqrt(100)), id_


def test_a_placebo_changes_the_order_of_files_only() -> None:
    """The same policy, founders and files; other ties and one placebo file a week.

    What it moves is noise: gross flows between firms, not what windows get done.
    """
    usual, placebo = town.run(), town.run(placebo=True)
    assert np.array_equal(usual.firms["id"], placebo.firms["id"])
    for outcome in ("trainees", "demand_factor"):
        a, b = usual.outcomes[outcome], placebo.outcomes[outcome]
        assert a == pytest.approx(b, rel=0.005)
    assert town.differing(usual, placebo)
    for name in ("registry", "licence", "deregistration", "claims", "accreditation", "conversion"):
        done = [int(town.window(h, "approvals", name).sum()) for h in (usual, placebo)]
        assert abs(done[0] - done[1]) <= max(4, 0.02 * done[0]), name
        waited = [float(np.nanmean(town.window(h, "waiting_days", name))) for h in (usual, placebo)]
        assert waited[1] < 2 * waited[0] + 5, name
    for target in range(7):
        a, b = (h.outcomes["target_value"][target] for h in (usual, placebo))
        assert b == pytest.approx(a, rel=0.04, abs=1), target
    assert usual.outcomes["firms"][-1].sum() == pytest.approx(placebo.outcomes["firms"][-1].sum(), rel=0.005)


def test_a_placebo_file_has_no_applicant() -> None:
    placebo = town.run(placebo=True)
    for outcome in ("applications", "approvals", "queue_length"):
        for name in ("registry", "licence", "deregistration"):
            assert (town.window(placebo, outcome, name) >= 0).all()
    filed = placebo.firms["registered"] >= 0
    assert town.window(placebo, "approvals", "registry").sum() <= placebo.firms["weight"][filed].sum(
        dtype=int
    )


# --- extreme cases -----------------------------------------------------------------------------------
def test_no_founders() -> None:
    with town.registering(0.0):
        outcomes = simulated({}).outcomes
    for name in ("registrations", "entries", "exits", "firms", "jobs", "founders_served", "tax_receipts"):
        assert not outcomes[name].any(), name
    assert not town.by_year(outcomes["flows"][:, FLOW("grants")]).any()
    assert outcomes["jobs_net"].tolist() == (-outcomes["jobs_displaced"]).tolist()
    assert outcomes["tech_incubators"][-1] > 0  # facilities are there, without tenants


def test_no_policy_no_money() -> None:
    outcomes = town.run(NOTHING).outcomes
    assert not outcomes["public_spending"].any()
    assert not outcomes["flows"][
        :, [FLOW(f) for f in ("grants", "services", "awards", "appropriation", "lapse")]
    ].any()
    assert not town.window(town.run(NOTHING), "applications", "claims").any()
    # bases and recognised facilities are there without support; no one else is served
    assert outcomes["founders_served"][-1, 0] <= outcomes["admissions"].sum()
    assert outcomes["firms"][-1].sum() > 0.9 * town.run().outcomes["firms"][-1].sum()


def test_instant_desks_have_no_queues() -> None:
    """A file waits at most for Monday."""
    output = town.run(INSTANT)
    for name in ("registry", "licence", "deregistration", "claims", "accreditation", "conversion"):
        waited = town.window(output, "waiting_days", name)
        assert np.nanmax(waited) <= (4 if name in ("accreditation", "conversion") else 2), name
    plain = town.run()
    assert output.outcomes["entries"].sum() > plain.outcomes["entries"].sum()


def test_no_clerk_at_the_registry_no_new_firm() -> None:
    outcomes = town.run({"registration.clerks": 0}).outcomes
    assert not outcomes["registrations"][4:].any()  # but for files that were through before 2017
    assert outcomes["entries"].sum(axis=1)[24:].sum() < 1000  # late openers of 2016 and before
    assert outcomes["entries"].sum(axis=1)[:3].sum() > 500
    stock = outcomes["firms"].sum(axis=1)
    assert (np.diff(stock) <= 0)[6:].all()


def test_infinite_money_is_not_infinite_take_up() -> None:
    """SUB12: awareness and compliance cost bind, budgets seldom."""
    rich = {"claims.one_off_budget": 1e9, "claims.rent_budget": 1e9, "claims.job_budget": 1e9}
    output = town.run(rich)
    take_up = output.outcomes["take_up"]
    assert np.nanmax(take_up) < 0.8
    assert output.outcomes["waiting_list"].sum() == 0
    assert town.by_year(output.outcomes["public_spending"].sum(axis=1)).max() < 150e6


def test_small_grants_do_not_make_tens_of_thousands_of_jobs() -> None:
    """Equations: some 1,270 job-years from 140 m yuan; ten thousand net jobs would be a bug.

    At this scale the noise of reordered queues is some hundreds of jobs, so the bound is wide.
    """
    off = {id_: 0.0 for id_ in ("claims.one_off_budget", "claims.rent_budget", "claims.job_budget")}
    with_, without = town.run().outcomes, town.run(off).outcomes
    additional = (
        with_["jobs_universe"]
        - with_["jobs_displaced"]
        - without["jobs_universe"]
        + without["jobs_displaced"]
    )[-1]
    assert abs(additional) < 5000


# --- size and memory -------------------------------------------------------------------------------
def test_tables_grow_where_a_draw_asks_for_more_rows_than_expected() -> None:
    """Technology firms are simulated one by one: with 4% of them, a small city needs a third more rows."""
    city = town.city(uncertain=True, replicate=11, scale=0.003)
    city.context.firms._data = {
        n: c[: len(city.context.firms) + 10].copy() for n, c in city.context.firms._data.items()
    }
    city.statistics.jobs_by_month = np.zeros((clock.MONTHS, city.context.firms.capacity), dtype=np.int16)
    output = city.run_all()
    city.close()
    assert output.firms["jobs"].shape == (clock.MONTHS, len(output.firms["id"]))
    assert not identity(output.outcomes).any()


def test_a_city_is_released_when_its_run_is_over() -> None:
    """Mesa keeps models alive in a class dictionary unless they are released: many runs must not pile up."""
    seen: list[weakref.ref[City]] = []
    make = City.__init__

    def watched(self, *args, **options):
        make(self, *args, **options)
        seen.append(weakref.ref(self))

    with town.registering(0.002), pytest.MonkeyPatch.context() as patch:
        patch.setattr(City, "__init__", watched)
        for replicate in range(2):
            simulated({}, replicate=replicate)
    gc.collect()
    assert len(seen) == 2
    assert [ref() for ref in seen] == [None, None]


def test_the_collector_is_as_it_was_after_a_run_and_after_a_crash() -> None:
    assert gc.isenabled()
    with town.registering(0.002):
        simulated({})
        assert gc.isenabled()
        broken = town.settings()
        with pytest.raises(KeyError):
            simulate(type(broken)({}), town.WORLD, RandomStreams(1, 0), uncertain=False, scale=1.0)
    assert gc.isenabled()
