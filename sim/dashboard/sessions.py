"""Sessions: each browser has its own form, language and run."""

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

MOST_SESSIONS: Final = 100


@dataclass
class Session:
    """The session of one browser.

    Attributes:
        key: secret, stored in a cookie.
        form: the fields as filled in.
        lang: language of the page.
        faults: faults of the fields as last submitted.
        run: the last run started.
    """

    key: str
    form: Form
    lang: str
    faults: Faults = field(default_factory=dict)
    run: Run | None = None


class Sessions:
    """The sessions of all browsers.

    Args:
        choices: scenarios to start from, by name.
        queue: of the runs.
    """

    def __init__(self, choices: Mapping[str, Scenario], queue: RunQueue) -> None:
        self._choices, self._queue = choices, queue
        self._lang = texts.language()
        self._sessions: OrderedDict[str, Session] = OrderedDict()

    def find(self, key: str | None) -> Session | None:
        """The session with the key of a cookie, or None."""
        session = self._sessions.get(key or "")
        if session is not None:
            self._sessions.move_to_end(session.key)
        return session

    def new(self) -> Session:
        """Create a session; if there are too many, the oldest is dropped, preferably one without a run."""
        if len(self._sessions) >= MOST_SESSIONS:
            without_run = (key for key, session in self._sessions.items() if session.run is None)
            dropped = self._sessions.pop(next(without_run, next(iter(self._sessions))))
            if dropped.run:
                self._queue.discard(dropped.run)
        session = Session(token_urlsafe(24), Form(self._choices), self._lang)
        self._sessions[session.key] = session
        return session

    def start_run(self, session: Session) -> None:
        """Start the run that the form describes; if it has faults, keep these and start nothing."""
        request, session.faults = session.form.request()
        if request is None:
            return
        if session.run:
            self._queue.discard(session.run)
        session.run = self._queue.submit(request)
