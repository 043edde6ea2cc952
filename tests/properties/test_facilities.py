"""Facilities under any policy, where places or titles are short: nothing exceeds its capacity."""

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sim.model.environment.assumptions import EnvironmentAssumptions
from sim.model.environment.parameters import SHOCKS
from sim.model.environment.series import macro
from sim.model.registry import LEVERS
from tests.model import town
from tests.properties.capacity import Watch

STEP = 546  # 1 July 2018: some settings change then
SHORT = EnvironmentAssumptions(
    macro("observed"),
    frozenset(SHOCKS),
    {"tech_incubators": 34, "incubation_area": 250_000, "makerspaces": 4},
)
"""A city with a quarter of the places."""


@st.composite
def policies(draw) -> dict[str, town.Value]:
    """Ends, base or something between of every lever of incubation; half of them change by date."""
    policy: dict[str, town.Value] = {}
    for id_, lever in LEVERS.items():
        if id_.startswith("incubator.") or id_ == "credit.tenant_loss_share":
            value = st.sampled_from([lever.low, lever.high]) | st.floats(lever.low, lever.high)
            policy[id_] = ((0, draw(value)), (STEP, draw(value))) if draw(st.booleans()) else draw(value)
    policy["incubator.reviewers"] = 20  # so that titles are what is scarce
    return policy


@settings(derandomize=True, deadline=None, max_examples=6, database=None, phases=[Phase.generate])
@given(
    policy=policies(), replicate=st.integers(0, 20), short=st.booleans(), titles=st.sampled_from([0.4, 4.0])
)
def test_nothing_exceeds_its_capacity(policy, replicate: int, short: bool, titles: float) -> None:
    city = town.city(policy, replicate=replicate, world=SHORT if short else town.WORLD)
    city.context.parameters["incubator.provincial_titles"] = titles
    watch = Watch(city)
    output = city.run_all()
    city.close()
    watch.check(output)
    assert not output.outcomes["ledger_residual"].any()
