"""Faults of an input: all at once, sorted, one short line each."""

from sim.engine.errors import Fault, InputError


def test_faults_are_sorted_by_place_and_counted_beyond_a_hundred() -> None:
    faults = [Fault("a.yaml", line, 1, "wrong") for line in range(130, 0, -1)]
    lines = str(InputError([*faults, faults[0]])).splitlines()
    assert lines[0] == "a.yaml:1:1: wrong"
    assert lines[99] == "a.yaml:100:1: wrong"
    assert lines[100:] == ["and 30 more"]


def test_a_line_stays_under_300_characters() -> None:
    text = str(Fault("a.yaml", 3, 7, "长" * 500))
    assert len(text) < 301
    assert text.startswith("a.yaml:3:7: ")
