"""Effect of new equity on the firm that raises it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.equity import rules
from sim.model.equity.parameters import GROWTH_EFFECT

if TYPE_CHECKING:
    from sim.engine.arrays import Ints, Rows
    from sim.model.context import Context


def build_up(context: Context, rows: Rows, fen: Ints) -> None:
    """Book the equity (in fen) received by the given firms, to be spent over the following months, and raise their scale."""
    firms = context.firms
    firms.raised[rows] += fen
    firms.unspent[rows] += fen
    effect = context.parameters[GROWTH_EFFECT.id]
    firms.log_scale[rows] += rules.growth(effect, fen / 100, firms.value_added[rows])
