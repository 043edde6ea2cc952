"""Who sits before the page: each browser has a form, a language and a run of its own."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Final

from sim import texts
from sim.dashboard.form import Faults, Form
from sim.dashboard.runs import Run, Runs
from sim.policy.scenario.scenario import Scenario

MOST: Final = 100
"""Sessions that are kept."""


@dataclass
class Session:
    """One browser.

    Attributes:
        key: secret, in its cookie.
        form: what is filled in.
        lang: in which language it is spoken to.
        faults: of what was last handed in.
        run: the last one asked for.
    """

    key: str
    form: Form
    lang: str
    faults: Faults = field(default_factory=dict)
    run: Run | None = None


class Sessions:
    """All browsers.

    Args:
        choices: scenarios that one may start from.
        runs: the queue.
    """

    def __init__(self, choices: Mapping[str, Scenario], runs: Runs) -> None:
        self._choices, self._runs = choices, runs
        self._lang = texts.language()
        self._known: OrderedDict[str, Session] = OrderedDict()

    def find(self, key: str | None) -> Session | None:
        """The session of a cookie."""
        session = self._known.get(key or "")
        if session is not None:
            self._known.move_to_end(session.key)
        return session

    def new(self) -> Session:
        """Another one; where there are too many, one goes, rather one that never ran anything."""
        if len(self._known) >= MOST:
            idle = (key for key, session in self._known.items() if session.run is None)
            gone = self._known.pop(next(idle, next(iter(self._known))))
            if gone.run:
                self._runs.forget(gone.run)
        session = Session(token_urlsafe(24), Form(self._choices), self._lang)
        self._known[session.key] = session
        return session

    def ask(self, session: Session) -> None:
        """Run what the form says; or keep what is wrong with it, and run nothing."""
        question, session.faults = session.form.question()
        if question is None:
            return
        if session.run:
            self._runs.forget(session.run)
        session.run = self._runs.ask(question)
