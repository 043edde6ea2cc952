"""Sessions of the dashboard: each browser has its own form, language and run."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Final

from sim import texts
from sim.dashboard.form import Faults, Form
from sim.dashboard.runs import Run, RunQueue
from sim.policy.scenario.scenario import Scenario

MAX_SESSIONS: Final = 100


@dataclass
class Session:
    """Session of one browser.

    Attributes:
        key: secret key, stored in a cookie.
        form: form as filled in by the user.
        lang: language of the page.
        faults: faults of the last submission, by field.
        run: most recently started run.
    """

    key: str
    form: Form
    lang: str
    faults: Faults = field(default_factory=dict)
    run: Run | None = None


class Sessions:
    """Sessions of all browsers.

    Args:
        choices: base scenarios that users can choose from, by name.
        queue: queue of runs.
    """

    def __init__(self, choices: Mapping[str, Scenario], queue: RunQueue) -> None:
        self._choices, self._queue = choices, queue
        self._lang = texts.language()
        self._sessions: OrderedDict[str, Session] = OrderedDict()

    def find(self, key: str | None) -> Session | None:
        """Return the session with the key from a cookie, or None if there is no such session."""
        session = self._sessions.get(key or "")
        if session is not None:
            self._sessions.move_to_end(session.key)
        return session

    def new(self) -> Session:
        """Create a session; if there are too many, drop the oldest one, preferably one without a run."""
        if len(self._sessions) >= MAX_SESSIONS:
            without_run = (key for key, session in self._sessions.items() if session.run is None)
            dropped = self._sessions.pop(next(without_run, next(iter(self._sessions))))
            if dropped.run:
                self._queue.discard(dropped.run)
        session = Session(token_urlsafe(24), Form(self._choices), self._lang)
        self._sessions[session.key] = session
        return session

    def start_run(self, session: Session) -> None:
        """Start the run that the form describes; if the form has faults, record them instead."""
        request, session.faults = session.form.request()
        if request is None:
            return
        if session.run:
            self._queue.discard(session.run)
        session.run = self._queue.submit(request)
