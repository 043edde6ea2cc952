"""Who sits before the page: each browser has a form, a language and a run of its own."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Final

from sim import words
from sim.dashboard.form import Faults, Form
from sim.dashboard.runs import Run, Runs
from sim.policy.scenario import Scenario

MOST: Final = 100
"""Sessions that are kept; the one unused for longest goes first."""


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
        self._lang = words.language()
        self._known: OrderedDict[str, Session] = OrderedDict()

    def of(self, key: str | None) -> Session:
        """The session of a cookie, or a new one."""
        session = self._known.get(key or "")
        if session is None:
            session = Session(token_urlsafe(24), Form(self._choices), self._lang)
            self._known[session.key] = session
            while len(self._known) > MOST:
                _, oldest = self._known.popitem(last=False)
                if oldest.run:
                    self._runs.forget(oldest.run)
        self._known.move_to_end(session.key)
        return session

    def known(self, key: str | None) -> bool:
        """Whether there is such a session."""
        return key in self._known

    def ask(self, session: Session) -> None:
        """Run what the form says; or keep what is wrong with it, and run nothing."""
        question, session.faults = session.form.question()
        if question is None:
            return
        if session.run:
            self._runs.forget(session.run)
        session.run = self._runs.ask(question)
