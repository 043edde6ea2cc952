"""No dead levers: every socket, moved from one end to the other, moves something that is measured."""

import pytest

from sim.engine.record import History
from sim.model.settings import SOCKETS
from tests.model import town

AT_WORK: dict[str, town.Value] = {
    "claims.processing_days": 10,
    "incubator.conversion_officers": 20,
    "incubator.convertible_area": 400_000,
    "incubator.award_budget": 50e6,
}
"""Settings under which every mechanism has something to do."""
WITH: dict[str, dict[str, town.Value]] = {
    "registration.electronic_share": {"registration.clerks": 2},  # clerks' time counts where there is a line
    "incubator.base_funding": {"incubator.nominations": 10},  # nobody put forward, nobody funded
    "incubator.supported_makerspaces": {"incubator.utility_discount": 1.0},  # support is worth what it saves
}
"""What a socket works through, where that is another setting."""


IN_A_CITY = ("incubator.veteran_priority", "incubator.seed_loss_share")
"""Sockets that need berths to be short, or as many technology tenants as the whole city has."""


def moved(low: History, high: History) -> list[str]:
    """Outcomes that differ in a bit."""
    return [
        name
        for name in low.outcomes
        if name != "flows" and low.outcomes[name].tobytes() != high.outcomes[name].tobytes()
    ]


@pytest.mark.validate
@pytest.mark.parametrize("id_", IN_A_CITY)
def test_a_socket_moves_something_in_a_city(id_: str) -> None:
    low, high = (town.run({id_: v}) for v in (SOCKETS[id_].low, SOCKETS[id_].high))
    assert moved(low, high)


@pytest.fixture(scope="module")
def small():
    with town.registering(0.05):
        yield


@pytest.mark.validate
@pytest.mark.parametrize("id_", [id_ for id_ in SOCKETS if id_ not in IN_A_CITY])
def test_a_socket_moves_something(small, id_: str) -> None:
    socket = SOCKETS[id_]
    high = min(socket.high, 20 * socket.base) if socket.base else socket.high
    around = AT_WORK | WITH.get(id_, {})
    low, top = (town.run(around | {id_: v}, scale=1.0) for v in (socket.low, high))
    assert moved(low, top)
