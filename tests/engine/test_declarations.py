"""Constants keep plain values and carry their description in the annotation."""

from __future__ import annotations

import sys
from typing import Annotated, Final

from sim.engine.declarations import Assumption, Constant, described

SHARE: Final[Annotated[float, Assumption("share", "guess", "of something")]] = 0.6
DAYS: Annotated[int, Constant("days", "law", "of a notice")] = 45
PLAIN: Final = 3


def test_described_constants_are_found_in_order_with_their_values() -> None:
    result = described(sys.modules[__name__])
    assert [(each.name, each.value, each.about.unit) for each in result] == [
        ("SHARE", 0.6, "share"),
        ("DAYS", 45, "days"),
    ]
    assert isinstance(result[0].about, Assumption)
    assert not isinstance(result[1].about, Assumption)
    assert type(SHARE) is float
