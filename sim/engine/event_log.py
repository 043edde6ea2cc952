"""Event log for case histories of selected firms and facilities; disabled unless requested.

Submodels report all events, and the log stores those of the watched entities. With ``pick``, it finds the
first entity that experiences a given event, whose case history can then be recorded in a second run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Event:
    """Event of a firm or facility.

    Attributes:
        day: day of the event, counted from 2017-01-01.
        who: permanent id of the firm, or name of the facility.
        event: name of the event in the form ``submodel.event``, which is also the key of its label.
        yuan: amount paid or requested, if any.
        waited: waiting time before the event in days, if any.
        rule: dotted path, relative to ``sim.model``, of the function or class that determined the event.
        facts: names and values of other inputs to the rule.
    """

    day: float
    who: int | str
    event: str
    yuan: float | None
    waited: float | None
    rule: str
    facts: tuple[tuple[str, float | str], ...]


class EventLog:
    """Log of the events of watched entities.

    Args:
        watch: ids of firms and names of facilities whose events are stored.
        pick: name of an event; the first entity to experience it becomes :attr:`picked`.
        preferred_from: smallest preferred id; a firm with a smaller id is picked only if no other firm
            experiences the event.

    Attributes:
        picked: first entity to experience the event ``pick``, if any; in case of ties, the smallest id.
        events: stored events in the order in which they were reported.
    """

    def __init__(
        self, watch: Iterable[int | str] = (), pick: str | None = None, preferred_from: int = 0
    ) -> None:
        self.watched: Final = frozenset(watch)
        self._ids = np.array(sorted(w for w in self.watched if isinstance(w, int)), dtype=np.int64)
        self.pick = pick
        self.picked: int | str | None = None
        self._preferred_from, self._settled = preferred_from, False
        self.events: list[Event] = []

    def firms(
        self, ids: npt.ArrayLike, event: str, *, day: npt.ArrayLike, rule: str,
        yuan: npt.ArrayLike | None = None, waited: npt.ArrayLike | None = None, **facts: npt.ArrayLike,
    ) -> None:  # fmt: skip
        """Report an event of several firms; each argument is a scalar or has one value per firm."""
        who = np.atleast_1d(np.asarray(ids, dtype=np.int64))
        if event == self.pick and len(who) and not self._settled:
            preferred = who[who >= self._preferred_from]
            self._settled = len(preferred) > 0
            if self.picked is None or self._settled:
                self.picked = int((preferred if self._settled else who).min())
        at = np.flatnonzero(np.isin(who, self._ids)).tolist() if len(self._ids) else []

        def of(value: Any, k: int) -> Any:
            array = np.asarray(value)
            return (array[k] if array.ndim else array).item()

        for k in at:
            self.events.append(
                Event(
                    float(of(day, k)), int(who[k]), event,
                    None if yuan is None else float(of(yuan, k)),
                    None if waited is None else float(of(waited, k)),
                    rule, tuple((name, of(value, k)) for name, value in facts.items()),
                )
            )  # fmt: skip

    def facility(
        self, name: str, event: str, *, day: float, rule: str,
        yuan: float | None = None, waited: float | None = None, **facts: float | str,
    ) -> None:  # fmt: skip
        """Report an event of a facility."""
        if event == self.pick and self.picked is None:
            self.picked = name
        if name in self.watched:
            self.events.append(Event(float(day), name, event, yuan, waited, rule, tuple(facts.items())))
