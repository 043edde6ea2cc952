"""Numbers of rules that are not drawn, with what they are, in the annotation of the name.

    SEVERITY: Final[Annotated[float, Assumption("share", "guess", "of a defaulted loan that is lost")]] = 0.6
    CLAIM_DAYS: Final[Annotated[int, Constant("days", "CRED10", "from a default to the claim")]] = 90

The value stays a plain number; :func:`described` reads the rest for the generated tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from inspect import get_annotations
from types import ModuleType
from typing import Any, NamedTuple, get_args


@dataclass(frozen=True)
class Constant:
    """A number that holds by law, definition or convention.

    Attributes:
        unit: what it is counted in; of a table, what each entry is counted in.
        source: ids of the evidence, the law, or ``convention``.
        meaning: what it is, for people.
    """

    unit: str
    source: str
    meaning: str


@dataclass(frozen=True)
class Assumption(Constant):
    """A believed number that is not drawn yet: a parameter whose range is still to be given.

    Its source is ids of the evidence, or ``guess``.
    """


class Described(NamedTuple):
    """A constant or assumption of a module: its name, value and description."""

    name: str
    value: Any
    about: Constant


def described(module: ModuleType) -> list[Described]:
    """The constants and assumptions that a module declares, in the order of their declaration."""
    hints = get_annotations(module, eval_str=True)
    found = []
    for name, hint in hints.items():
        about = next((each for each in _metadata(hint) if isinstance(each, Constant)), None)
        if about is not None:
            found.append(Described(name, getattr(module, name), about))
    return found


def _metadata(hint: Any) -> tuple[Any, ...]:
    """What ``Annotated`` carries, also inside ``Final``."""
    if hasattr(hint, "__metadata__"):
        return tuple(hint.__metadata__)
    return next((_metadata(part) for part in get_args(hint) if hasattr(part, "__metadata__")), ())
