"""Case histories: dated events of one firm or facility, with waiting times, amounts and decisions.

The scenario is re-run with an event log for this firm or facility; the same random numbers reproduce the same
events. Comparing the histories under a policy and a reference shows which events the policy changed.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from sim.engine import clock
from sim.engine.errors import InputError
from sim.engine.event_log import Event, EventLog
from sim.engine.recorder import RunOutput
from sim.policy.reading.names import names, nearest
from sim.policy.scenario.scenario import Scenario
from sim.studies.execution.run_specification import ScenarioSource, load
from sim.studies.execution.simulation import simulate
from sim.texts import known, language, say

PICKS: Final = {
    "loan": "credit.granted",
    "loan_refused": "credit.refused",
    "loan_default": "credit.default",
    "loan_renewed": "credit.renewed",
    "guarantee": "guarantee.accepted",
    "guarantee_claim": "guarantee.claim",
    "grant": "claims.paid",
    "claim_refused": "claims.refused",
    "visit": "services.visited",
    "closing": "exit.closed",
    "round": "equity.round",
    "tenant": "incubator.admitted",
    "graduate": "incubator.graduated",
    "space": "incubator.opened",
}
"""Values of ``--pick`` and the corresponding events."""
LABELLED: Final = {
    "scheme": "scheme",
    "reason": "refusal",
    "investor": "source",
    "second": "source",
    "programme": "instrument",
}
"""Event facts whose values are labels on a dimension of the results, mapped to that dimension."""
SHARES: Final = ("chance", "pd", "rate", "fee_rate", "cover")
"""Event facts that are displayed as percentages."""
FIRST_ID_2017: Final = 60 * 100_000
"""Smallest identifier of founders from January 2017 on; case histories of earlier founders are incomplete."""


@dataclass(frozen=True)
class CaseHistory:
    """Case history of a firm or a facility in one scenario.

    Attributes:
        who: identifier of the firm, or name of the facility.
        scenario: name of the scenario.
        title: title of the scenario in the current language.
        replicate: number of the replicate.
        about: description of the firm or facility; empty if it does not exist in this scenario.
        events: events in chronological order.
        end: description of the firm's state at the end of 2020; empty for a facility.
    """

    who: int | str
    scenario: str
    title: str
    replicate: int
    about: str
    events: tuple[Event, ...]
    end: str

    def __str__(self) -> str:
        return as_text([self])


def story(
    scenario: ScenarioSource, *, firm: int | None = None, space: str | None = None, pick: str | None = None,
    reference: ScenarioSource | None = None, replicate: int = 0, seed: int | None = None,
    scale: float | None = None,
) -> tuple[CaseHistory, ...]:  # fmt: skip
    """Return the case history of one firm or facility under a scenario and, if given, under a reference.

    Args:
        scenario: a scenario, a path, or the name of a shipped scenario.
        firm: permanent identifier: (months since January 2012) x 100,000 + number.
        space: name of a facility, e.g. ``TI-035``.
        pick: key of :data:`PICKS`; selects the first firm or facility with this event under ``scenario``.
        reference: scenario to compare with, run with the same random numbers.
        replicate: number of the replicate.
        seed: seed, if other than the scenario's own.
        scale: scale, if other than the scenario's own.

    Returns:
        the case history under ``scenario``, followed by the one under ``reference``.

    Raises:
        InputError: not exactly one of ``firm``, ``space`` and ``pick`` is given; ``pick`` is unknown; no firm
            or facility has this event, or none has this identifier in any of the scenarios.
    """
    _check_selection(firm, space, pick)
    changes = {"seed": seed, "scale": scale}
    arms = [load(arm, changes) for arm in (scenario, reference) if arm is not None]
    who: int | str | None = firm if firm is not None else space
    if pick is not None:
        finder = EventLog(pick=PICKS[pick], preferred_from=FIRST_ID_2017)
        simulate(arms[0], replicate, False, finder)
        who = finder.picked
        if who is None:
            raise InputError([say("error.nobody", event=pick, scenario=arms[0].name)])
    assert who is not None
    histories = tuple(_case_history(arm, who, replicate) for arm in arms)
    if not any(history.about for history in histories):
        raise InputError([say("error.no_life", who=who)])
    return histories


def _check_selection(firm: int | None, space: str | None, pick: str | None) -> None:
    """Check that exactly one of ``firm``, ``space`` and ``pick`` is given and valid.

    Raises:
        InputError: the selection is invalid.
    """
    if sum(given is not None for given in (firm, space, pick)) != 1:
        raise InputError([say("error.one_life")])
    if pick is not None and pick not in PICKS:
        near = nearest(pick, names([*PICKS]))
        message = say("error.no_pick", name=pick, allowed=", ".join(PICKS))
        raise InputError([message + (say("fault.nearest", near=near) if near else "")])
    if firm is not None and not 0 <= firm < 2**63:  # identifiers are 64-bit numbers
        raise InputError([say("error.no_life", who=firm)])


def _case_history(scenario: Scenario, who: int | str, replicate: int) -> CaseHistory:
    log = EventLog(watch=[who])
    run = simulate(scenario, replicate, False, log)
    events = tuple(sorted(log.events, key=lambda event: event.day))
    about, end = _firm(run, who) if isinstance(who, int) else (_facility(who) if events else "", "")
    return CaseHistory(who, scenario.name, scenario.title[language()], replicate, about, events, end)


def _facility(name: str) -> str:
    return say("story_of.space", name=name)


def _firm(run: RunOutput, who: int) -> tuple[str, str]:
    """Describe a firm and its state at the end of 2020; both texts are empty if it was never founded."""
    from sim.model.environment import geography
    from sim.model.population.firm_table import NEVER

    panel = run.firms
    row = int(np.searchsorted(panel["id"], who))
    if row == len(panel["id"]) or panel["id"][row] != who:
        return "", ""
    zh = language() == "zh"

    def label(among: Sequence[Any], column: str) -> str:
        entry = among[int(panel[column][row])]
        return str(entry.zh if zh else entry.en)

    words = {
        "kind": label(geography.founder_kinds(), "kind"),
        "sector": label(geography.sectors(), "sector"),
        "district": label(geography.districts(), "district"),
        "segment": say(f"segment.{'GET'[int(panel['segment'][row])]}"),
        "weight": int(panel["weight"][row]),
    }
    about = say("story_of.firm", who=who, **words)
    jobs, closed = int(panel["jobs"][-1, row]), float(panel["closed"][row])
    if closed < NEVER and closed <= clock.DAYS:
        return about, say("story_of.closed", date=clock.date(closed))
    if panel["opened"][row] > clock.DAYS:
        return about, say("story_of.never_opened")
    return about, say("story_of.open", jobs=jobs)


# --- as text and as JSON -----------------------------------------------------------------------------
def _facts(event: Event) -> str:
    """Format the facts of an event."""
    return say("story_of.and").join(_fact(name, value) for name, value in event.facts)


def _fact(name: str, value: float | str) -> str:
    label = say(f"fact.{name}") if known(f"fact.{name}") else name
    if (title := _title(name, value)) is not None:
        return f"{label} {title}"
    if isinstance(value, float) and name in SHARES:
        return f"{label} {value:.1%}"
    if isinstance(value, bool):
        return f"{label} {say('word.yes' if value else 'word.no')}"
    if isinstance(value, float):
        whole = abs(value) >= 100 or value == round(value)
        return f"{label} {value:,.0f}" if whole else f"{label} {value:.2f}"
    return f"{label} {value}"


def _title(fact: str, value: float | str) -> str | None:
    """Return the display name of a coded fact in the current language, or None for a fact without a name."""
    from sim.model.coordinates import COORDS

    if fact == "district":
        district = COORDS["district"]
        labels = district.zh if language() == "zh" else district.en
        return str(labels[int(value)]) if labels else None
    if not isinstance(value, str):
        return None
    if fact in LABELLED and value in (dimension := COORDS[LABELLED[fact]]).values:
        labels = dimension.zh if language() == "zh" else dimension.en
        return str(labels[list(dimension.values).index(value)]) if labels else value
    return say(f"named.{value}") if known(f"named.{value}") else None


def _event_title(event: Event) -> str:
    return say(f"story.{event.event}")


def as_text(histories: Sequence[CaseHistory], width: int = 150) -> str:
    """Format one case history as a table, or two side by side with corresponding events in one row."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    text = io.StringIO()
    console = Console(
        file=text, width=width, highlight=False, no_color=True, force_jupyter=False
    )  # in Jupyter, Rich would otherwise bypass the file
    console.print(escape(next(h.about for h in histories if h.about)), soft_wrap=True)
    for history in histories:
        arm = say("story_of.arm", title=history.title, name=history.scenario, replicate=history.replicate)
        console.print(escape(arm), soft_wrap=True)
    table = Table(box=SIMPLE_HEAD)
    for history in histories:
        heading = say("column.date") if len(histories) == 1 else escape(history.scenario)
        table.add_column(heading, no_wrap=True)
    for name in ("event", "yuan", "waited", "facts", "rule"):
        justify: Literal["left", "right"] = "right" if name in ("yuan", "waited") else "left"
        table.add_column(say(f"column.{name}"), overflow="fold", justify=justify, no_wrap=name == "rule")
    for events in _aligned([history.events for history in histories]):
        table.add_row(*(escape(cell) for cell in _cells(events)))
    console.print(table)
    for history in histories:
        end = history.end if history.about else say("story_of.not_there")
        if end:
            console.print(escape(f"{history.scenario}: {end}"), soft_wrap=True)
    if len(histories) > 1:
        console.print(escape(say("story_of.queues")), soft_wrap=True)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines())


def _cells(events: Sequence[Event | None]) -> list[str]:
    """Return the cells of a table row: the date in each history, then the event with its values.

    Values that differ between histories are separated by a vertical bar.
    """

    def joined(values: list[str]) -> str:
        return values[0] if len(set(values)) == 1 else " | ".join(values)

    present = [event for event in events if event]
    return [
        *(str(clock.date(event.day)) if event else "–" for event in events),
        _event_title(present[0]),
        joined(["" if e.yuan is None else f"{e.yuan:,.0f}" for e in present]),
        joined(["" if e.waited is None else f"{e.waited:.0f}" for e in present]),
        joined([_facts(e) for e in present]),
        present[0].rule,
    ]


def _aligned(histories: Sequence[Sequence[Event]]) -> list[list[Event | None]]:
    """Return rows of events in chronological order, pairing the k-th events of each type."""
    rows: dict[tuple[str, int], list[Event | None]] = {}
    for arm, events in enumerate(histories):
        count: Counter[str] = Counter()
        for event in events:
            row = rows.setdefault((event.event, count[event.event]), [None] * len(histories))
            row[arm] = event
            count[event.event] += 1
    return sorted(rows.values(), key=lambda row: min(event.day for event in row if event))


def as_json(histories: Sequence[CaseHistory]) -> str:
    """Return case histories as JSON: ``[{who, scenario, replicate, about, end, events: [...]}]``."""
    contents = [
        {
            "who": history.who, "scenario": history.scenario, "replicate": history.replicate,
            "about": history.about, "end": history.end,
            "events": [
                {
                    "date": str(clock.date(e.day)), "event": e.event, "words": _event_title(e),
                    "yuan": e.yuan, "waited": e.waited, "rule": e.rule, "facts": dict(e.facts),
                }
                for e in history.events
            ],
        }
        for history in histories
    ]  # fmt: skip
    return json.dumps(contents, ensure_ascii=False, indent=1)
