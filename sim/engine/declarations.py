"""The levers, parameters and outcomes that a module declares, in the order of their declaration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome


def declared(
    namespace: Mapping[str, Any],
) -> tuple[tuple[PolicyLever, ...], tuple[Parameter, ...], tuple[Outcome, ...]]:
    """Collect what a module declares, also inside mappings and tuples; each object once.

    Args:
        namespace: ``globals()`` of the module, after its last declaration.

    Returns:
        Its levers, its uncertain parameters and its outcomes.
    """
    objects = list({id(each): each for value in list(namespace.values()) for each in _parts(value)}.values())
    return (
        tuple(each for each in objects if isinstance(each, PolicyLever)),
        tuple(each for each in objects if isinstance(each, Parameter)),
        tuple(each for each in objects if isinstance(each, Outcome)),
    )


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, (PolicyLever, Parameter, Outcome)):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _parts(part)
    elif isinstance(value, tuple):
        for part in value:
            yield from _parts(part)
