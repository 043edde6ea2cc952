"""Declarations of a submodel's ``parameters.py``: constants, levers, parameters and outcomes.

A constant is a plain number, described in the annotation of its name::

    SEVERITY: Final[Annotated[float, Assumption("share", "guess", "of a defaulted loan that is lost")]] = 0.6
    CLAIM_DAYS: Final[Annotated[int, Constant("days", "CRED10", "from a default to the claim")]] = 90

:func:`described` reads the descriptions, :func:`declared` collects the levers, parameters and outcomes.
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
    """A number that holds by law, definition or convention.

    Attributes:
        unit: of the value; of a table, of each entry.
        source: ids of the evidence, the law, or ``convention``.
        meaning: in plain English.
    """

    unit: str
    source: str
    meaning: str


@dataclass(frozen=True)
class Assumption(Constant):
    """An assumed number without a range: a parameter that is not drawn yet.

    Its source is ids of the evidence, or ``guess``.
    """


class Described(NamedTuple):
    """A constant or assumption of a module: its name, value and description."""

    name: str
    value: Any
    about: Constant


def described(module: ModuleType) -> list[Described]:
    """Constants and assumptions of a module, in the order of their declaration."""
    hints = get_annotations(module, eval_str=True)
    result = []
    for name, hint in hints.items():
        about = next((each for each in _metadata(hint) if isinstance(each, Constant)), None)
        if about is not None:
            result.append(Described(name, getattr(module, name), about))
    return result


def _metadata(hint: Any) -> tuple[Any, ...]:
    """Metadata of ``Annotated``, also inside ``Final``."""
    if hasattr(hint, "__metadata__"):
        return tuple(hint.__metadata__)
    return next((_metadata(part) for part in get_args(hint) if hasattr(part, "__metadata__")), ())


def declared(
    namespace: Mapping[str, Any],
) -> tuple[tuple[PolicyLever, ...], tuple[Parameter, ...], tuple[Outcome, ...]]:
    """Collect the declarations of a module, also inside mappings and tuples, each object once.

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
