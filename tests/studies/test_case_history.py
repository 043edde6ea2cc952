"""Case histories: order of events, texts and rules of every event, selection and output."""

import ast
import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import sim
from sim.engine.errors import InputError
from sim.engine.event_log import Event, EventLog
from sim.studies import case_history
from sim.studies.execution.run_specification import load
from sim.studies.execution.simulation import simulate
from sim.texts import LANGUAGES, TEXTS
from sim.texts import in_language as text_in
from tests.model import town

SCALE = 0.2
MODEL = Path(sim.__file__).parent / "model"
SOURCES = [path.read_text(encoding="utf-8") for path in MODEL.rglob("*.py")]


@pytest.fixture(scope="module", autouse=True)
def small_city() -> Iterator[None]:
    """Simulate one firm in ten, which is enough for a grant, a loan and a refusal to occur."""
    with town.registering(0.1):
        yield


def recorded() -> set[tuple[str, str]]:
    """Return all events and rules that occur as literals in calls of the event log."""
    pairs = set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                if node.func.attr not in ("firms", "space", "note", "record_event"):
                    continue
                words = [
                    a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)
                ]
                rules = [
                    k.value.value
                    for k in node.keywords
                    if k.arg == "rule" and isinstance(k.value, ast.Constant)
                ]
                events = [w for w in words if re.fullmatch(r"[a-z_.]+\.[a-z_]+", w)]
                if events:
                    pairs.add((events[0], str((rules + words[1:] + [""])[0])))
    return pairs


def test_every_event_has_texts_in_both_languages() -> None:
    events = {event for event, _ in recorded()}
    assert len(events) > 25
    for event in events:
        assert set(TEXTS[f"story.{event}"]) == set(LANGUAGES), event


SLUGS: dict[str, float | str] = {
    "scheme": "tenant",
    "reason": "bank_full",
    "investor": "venture",
    "second": "none",
    "level": "city",
    "programme": "one_off_grant",
    "district": 2,
}


@pytest.mark.parametrize(("fact", "slug"), SLUGS.items(), ids=SLUGS)
def test_identifiers_among_event_facts_have_labels(
    fact: str, slug: float | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.texts.language", lambda: "zh")
    monkeypatch.setattr(case_history, "language", lambda: "zh")
    label = case_history._facts(Event(0.0, 1, "credit.granted", None, None, "", ((fact, slug),)))
    assert label.startswith(text_in("zh", f"fact.{fact}"))
    assert not re.search("[a-z0-9]", label)


def test_rules_named_by_events_exist() -> None:
    named = {rule for _, rule in recorded() if rule}
    for source in SOURCES:  # and events that are passed as the last argument
        for node in ast.walk(ast.parse(source)):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="refuse" | "default"), args=[*_, ast.Constant(value=str(rule))]
                ):
                    named.add(rule)
    assert len(named) > 15
    for rule in named:
        module, _, name = rule.rpartition(".")
        assert hasattr(import_module(f"sim.model.{module}"), name), rule


def test_events_of_pick_occur_in_the_model() -> None:
    written = set(re.findall(r'"([a-z]+\.[a-z_]+)"', "".join(SOURCES)))
    assert set(case_history.PICKS.values()) <= written
    assert all(f"story.{event}" in TEXTS for event in case_history.PICKS.values())


@pytest.fixture(scope="module")
def histories():
    return sim.story("as_enacted", pick="grant", reference="no_support", scale=SCALE)


def test_events_are_in_order_of_dates(histories) -> None:
    policy, _ = histories
    days = [event.day for event in policy.events]
    assert days == sorted(days)
    events = [event.event for event in policy.events]
    assert events.index("entry.founded") < events.index("registration.opened") < events.index("claims.paid")
    assert policy.about
    assert policy.end


def test_same_founder_starts_equally_under_a_reference(histories) -> None:
    policy, reference = histories
    assert policy.who == reference.who
    assert "claims.paid" not in [event.event for event in reference.events]
    founded = [next(n for n in history.events if n.event == "entry.founded") for history in histories]
    assert founded[0].day == founded[1].day


def test_amount_and_waiting_time_of_a_grant(histories) -> None:
    paid = next(n for n in histories[0].events if n.event == "claims.paid")
    filed = next(n for n in histories[0].events if n.event == "claims.handed_in" and n.yuan == paid.yuan)
    assert paid.waited == paid.day - filed.day > 30


def test_event_log_changes_no_number() -> None:
    scenario = load("as_enacted", {"scale": SCALE})
    without = simulate(scenario, 0, False)
    log = EventLog(without.firms["id"][without.payments["row"][:5]].tolist())
    assert town.differing(without, simulate(scenario, 0, False, log)) == []
    assert len(log.events) > 10


def test_text_and_json_contain_the_same_events(histories) -> None:
    text = case_history.as_text(histories)
    result = json.loads(case_history.as_json(histories))
    assert [len(entry["events"]) for entry in result] == [len(history.events) for history in histories]
    for event in result[0]["events"]:
        assert event["date"] in text
        assert event["rule"] in text


@pytest.mark.parametrize(
    "selection",
    [
        {},
        {"firm": 1, "space": "TI-001"},
        {"pick": "lone"},
        {"firm": 5},
        {"firm": 10**30},
        {"space": "TI-999"},
    ],
)
def test_invalid_selection_is_a_one_line_error(selection) -> None:
    with pytest.raises(InputError) as error:
        sim.story("as_enacted", scale=0.005, **selection)
    assert len(error.value.faults) == 1
    if selection.get("pick"):
        assert "loan" in str(error.value)


def test_history_shows_why_doubling_the_fund_has_no_effect() -> None:
    """A firm that is refused under the plan is refused with twice the capital, for the same reason."""
    policy, reference = sim.story(
        "as_enacted", pick="loan_refused", reference="guarantee_fund_doubled", scale=SCALE
    )
    why = [next(n for n in history.events if n.event == "credit.refused") for history in (policy, reference)]
    assert dict(why[0].facts)["reason"] == dict(why[1].facts)["reason"]
