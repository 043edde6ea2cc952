"""One life told: a firm's or a space's dates, queues, money, and the rule behind each decision.

The scenario is lived once more with a diary that watches it; the same luck makes the same life. Side by
side with a reference it shows what a policy changed for one firm, and what it did not.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.engine import clock
from sim.engine.errors import InputError
from sim.engine.event_log import Event, EventLog
from sim.policy.reading.names import names, nearest
from sim.studies.execution.run_specification import Asked, load
from sim.studies.run import simulate
from sim.texts import known, language, say

if TYPE_CHECKING:
    from sim.engine.recorder import RunOutput
    from sim.policy.scenario.scenario import Scenario

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
"""What ``--pick`` may look for, and the event of the diary behind it."""
NAMED: Final = {
    "scheme": "scheme",
    "reason": "refusal",
    "investor": "source",
    "second": "source",
    "programme": "instrument",
}
"""Facts that are slugs of a dimension of the results, whose labels they are told by."""
BORN_2017: Final = 60 * 100_000
"""Ids of those who founded since January 2017, whose whole life can be told."""


@dataclass(frozen=True)
class Story:
    """A life in one scenario.

    Attributes:
        who: id of the firm or name of the space.
        scenario: name of the scenario.
        title: its title in the language in use.
        replicate: whose luck it was.
        about: what it is, in words; empty if it does not exist here.
        notes: its events, in the order of the days.
        end: how it stood at the end of 2020, in words.
    """

    who: int | str
    scenario: str
    title: str
    replicate: int
    about: str
    notes: tuple[Event, ...]
    end: str

    def __str__(self) -> str:
        return as_text([self])


def story(
    scenario: Asked, *, firm: int | None = None, space: str | None = None, pick: str | None = None,
    reference: Asked | None = None, replicate: int = 0, seed: int | None = None, scale: float | None = None,
) -> tuple[Story, ...]:  # fmt: skip
    """Tell one life, under a scenario and, if one is given, under a reference.

    Args:
        scenario: a scenario, a path, or the name of one that ships.
        firm: permanent id: (months since January 2012) x 100,000 + number.
        space: its name, e.g. ``TI-035``.
        pick: one of :data:`PICKS`; the first to whom it happens under ``scenario``.
        reference: told beside it, with the same luck.
        replicate: whose luck.
        seed: in place of the scenario's own.
        scale: the same.

    Returns:
        the story under ``scenario``, then under ``reference``.

    Raises:
        InputError: not exactly one of firm, space, pick; an unknown pick; nobody of that id or name in
            any of the scenarios, or nobody to whom it happens.
    """
    if sum(given is not None for given in (firm, space, pick)) != 1:
        raise InputError([say("error.one_life")])
    if pick is not None and pick not in PICKS:
        near = nearest(pick, names([*PICKS]))
        message = say("error.no_pick", name=pick, allowed=", ".join(PICKS))
        raise InputError([message + (say("fault.nearest", near=near) if near else "")])
    if firm is not None and not 0 <= firm < 2**63:  # no column holds it
        raise InputError([say("error.no_life", who=firm)])
    changes = {"seed": seed, "scale": scale}
    arms = [load(arm, changes) for arm in (scenario, reference) if arm is not None]
    who: int | str | None = firm if firm is not None else space
    if pick is not None:
        seeker = EventLog(pick=PICKS[pick], born=BORN_2017)
        simulate(arms[0], replicate, False, seeker)
        who = seeker.found
        if who is None:
            raise InputError([say("error.nobody", event=pick, scenario=arms[0].name)])
    assert who is not None
    told = tuple(_told(arm, who, replicate) for arm in arms)
    if not any(one.about for one in told):
        raise InputError([say("error.no_life", who=who)])
    return told


def _told(scenario: Scenario, who: int | str, replicate: int) -> Story:
    diary = EventLog(watch=[who])
    history = simulate(scenario, replicate, False, diary)
    notes = tuple(sorted(diary.notes, key=lambda note: note.day))
    about, end = _firm(history, who) if isinstance(who, int) else (_space(who) if notes else "", "")
    return Story(who, scenario.name, scenario.title[language()], replicate, about, notes, end)


def _space(name: str) -> str:
    return say("story_of.space", name=name)


def _firm(history: RunOutput, who: int) -> tuple[str, str]:
    """What a firm is and how it ended, in words; empty where it was never founded."""
    from sim.model.environment import geography
    from sim.model.population.firm_table import NEVER

    panel = history.firms
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
def _facts(note: Event) -> str:
    def told(name: str, value: float | str) -> str:
        label = say(f"fact.{name}") if known(f"fact.{name}") else name
        if (named := _named(name, value)) is not None:
            return f"{label} {named}"
        if isinstance(value, float) and name in ("chance", "pd", "rate", "fee_rate", "cover"):
            return f"{label} {value:.1%}"
        if isinstance(value, bool):
            return f"{label} {say('word.yes' if value else 'word.no')}"
        if isinstance(value, float):
            return (
                f"{label} {value:,.0f}"
                if abs(value) >= 100 or value == round(value)
                else f"{label} {value:.2f}"
            )
        return f"{label} {value}"

    return say("story_of.and").join(told(name, value) for name, value in note.facts)


def _named(fact: str, value: float | str) -> str | None:
    """What the slug or number of a thing is called, in the language in use; None for what is a number."""
    from sim.model.coordinates import COORDS

    if fact == "district":
        district = COORDS["district"]
        labels = district.zh if language() == "zh" else district.en
        return str(labels[int(value)]) if labels else None
    if not isinstance(value, str):
        return None
    if fact in NAMED and value in (dimension := COORDS[NAMED[fact]]).values:
        labels = dimension.zh if language() == "zh" else dimension.en
        return str(labels[list(dimension.values).index(value)]) if labels else value
    return say(f"named.{value}") if known(f"named.{value}") else None


def _event(note: Event) -> str:
    return say(f"story.{note.event}")


def as_text(told: Sequence[Story], width: int = 150) -> str:
    """One life as a table; two of them side by side, event by event."""
    import io

    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(
        file=io.StringIO(), width=width, highlight=False, no_color=True, force_jupyter=False
    )  # in Jupyter it would print past the file
    console.print(escape(next(one.about for one in told if one.about)), soft_wrap=True)
    for one in told:
        arm = say("story_of.arm", title=one.title, name=one.scenario, replicate=one.replicate)
        console.print(escape(arm), soft_wrap=True)
    drawn = Table(box=SIMPLE_HEAD)
    for one in told:
        drawn.add_column(say("column.date") if len(told) == 1 else escape(one.scenario), no_wrap=True)
    for name in ("event", "yuan", "waited", "facts", "rule"):
        number = name in ("yuan", "waited")
        drawn.add_column(say(f"column.{name}"), overflow="fold", justify="right" if number else "left")
    for notes in _aligned([one.notes for one in told]):
        shown = next(note for note in notes if note)
        dates = [str(clock.date(note.day)) if note else "–" for note in notes]

        def both(values: list[str]) -> str:
            return values[0] if len(set(values)) == 1 else " | ".join(values)

        present = [note for note in notes if note]
        yuan = both(["" if n.yuan is None else f"{n.yuan:,.0f}" for n in present])
        waited = both(["" if n.waited is None else f"{n.waited:.0f}" for n in present])
        drawn.add_row(
            *dates, _event(shown), yuan, waited, escape(both([_facts(n) for n in present])), shown.rule
        )
    console.print(drawn)
    for one in told:
        end = one.end if one.about else say("story_of.not_there")
        if end:
            console.print(escape(f"{one.scenario}: {end}"), soft_wrap=True)
    if len(told) > 1:
        console.print(escape(say("story_of.queues")), soft_wrap=True)
    text = console.file
    assert isinstance(text, io.StringIO)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines())


def _aligned(lives: Sequence[Sequence[Event]]) -> list[list[Event | None]]:
    """Events of all lives in the order of their days; the k-th event of a kind stands beside the k-th."""
    rows: dict[tuple[str, int], list[Event | None]] = {}
    for arm, notes in enumerate(lives):
        count: Counter[str] = Counter()
        for note in notes:
            row = rows.setdefault((note.event, count[note.event]), [None] * len(lives))
            row[arm] = note
            count[note.event] += 1
    return sorted(rows.values(), key=lambda row: min(note.day for note in row if note))


def as_json(told: Sequence[Story]) -> str:
    """``[{who, scenario, replicate, about, end, events: [...]}]``."""
    found = [
        {
            "who": one.who, "scenario": one.scenario, "replicate": one.replicate,
            "about": one.about, "end": one.end,
            "events": [
                {
                    "date": str(clock.date(note.day)), "event": note.event, "words": _event(note),
                    "yuan": note.yuan, "waited": note.waited, "rule": note.rule, "facts": dict(note.facts),
                }
                for note in one.notes
            ],
        }
        for one in told
    ]  # fmt: skip
    return json.dumps(found, ensure_ascii=False, indent=1)
