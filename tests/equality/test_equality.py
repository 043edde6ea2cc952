"""Every recorded run is what it was before the code was restructured, array by array."""

import pytest

from tests.equality import record


@pytest.mark.parametrize("name", record.RUNS)
def test_a_recorded_run_has_not_moved(name: str) -> None:
    assert record.changed(name) == []
