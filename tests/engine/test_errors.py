"""Input errors report all faults at once, sorted, on one short line each."""

import pickle

from sim.engine.errors import Fault, InputError


def test_faults_are_sorted_by_place_and_counted_beyond_a_hundred() -> None:
    faults = [Fault("a.yaml", line, 1, "wrong") for line in range(130, 0, -1)]
    lines = str(InputError([*faults, faults[0]])).splitlines()
    assert lines[0] == "a.yaml:1:1: wrong"
    assert lines[99] == "a.yaml:100:1: wrong"
    assert lines[100:] == ["and 30 more"]


def test_a_line_stays_under_300_characters_and_keeps_its_ends() -> None:
    long = "长" * 5000
    place, path, word = (
        str(InputError([fault]))
        for fault in (Fault("a.yaml", 3, 7, long), Fault(long, 3, 7, "wrong"), f"no '{long}\n'; nearest: b")
    )
    assert all(len(line) < 300 and "\n" not in line for line in (place, path, word))
    assert place.startswith("a.yaml:3:7: 长")
    assert path.endswith("长:3:7: wrong")
    assert word.startswith("no '长")
    assert word.endswith("'; nearest: b")


def test_faults_come_whole_out_of_another_process() -> None:
    error = InputError([*(Fault("a.yaml", line, 1, "wrong") for line in range(1, 131)), "no file 'b'"])
    error.add_note("in replicate 3")
    copied = pickle.loads(pickle.dumps(error))
    assert type(copied) is InputError
    assert (copied.faults, str(copied), copied.__notes__) == (error.faults, str(error), ["in replicate 3"])
