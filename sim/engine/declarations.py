"""Declarations in a submodel's ``parameters.py``: constants, levers, parameters and outcomes.

A constant or assumption is a plain number whose description is given in its type annotation::

    SEVERITY: Final[Annotated[float, Assumption("share", "guess", "loss given default")]] = 0.6
    CLAIM_DAYS: Final[Annotated[int, Constant("days", "CRED10", "days from a default to the claim")]] = 90

:func:`described` returns these descriptions, and :func:`declared` collects levers, parameters and outcomes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from inspect import get_annotations
from types import ModuleType
from typing import Any, NamedTuple, get_args

from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome


@dataclass(frozen=True)
class Constant:
    """Description of a number that is fixed by law, definition or convention.

    Attributes:
        unit: unit of the value, or of the entries of a table.
        source: ids of the evidence, name of the law, or ``convention``.
        meaning: description in plain English.
    """

    unit: str
    source: str
    meaning: str


@dataclass(frozen=True)
class Assumption(Constant):
    """Description of an assumed number that has no plausible range and is therefore not drawn from a prior.

    Its ``source`` lists the ids of the evidence, or is ``guess``.
    """


class Described(NamedTuple):
    """Name, value and description of a constant or assumption declared in a module."""

    name: str
    value: Any
    about: Constant


def described(module: ModuleType) -> list[Described]:
    """Return the constants and assumptions of a module in the order of their declaration."""
    hints = get_annotations(module, eval_str=True)
    result = []
    for name, hint in hints.items():
        about = next((each for each in _metadata(hint) if isinstance(each, Constant)), None)
        if about is not None:
            result.append(Described(name, getattr(module, name), about))
    return result


def _metadata(hint: Any) -> tuple[Any, ...]:
    """Return the metadata of an ``Annotated`` type, including one inside ``Final``."""
    if hasattr(hint, "__metadata__"):
        return tuple(hint.__metadata__)
    return next((_metadata(part) for part in get_args(hint) if hasattr(part, "__metadata__")), ())


def declared(
    namespace: Mapping[str, Any],
) -> tuple[tuple[PolicyLever, ...], tuple[Parameter, ...], tuple[Outcome, ...]]:
    """Collect the declarations of a module, including those inside mappings and tuples, without duplicates.

    Args:
        namespace: ``globals()`` of the module, taken after its last declaration.

    Returns:
        Levers, uncertain parameters and outcomes of the module.
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
