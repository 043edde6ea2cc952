"""Store of runs: keys, changes of the model, and damaged files."""

import errno
import os
from pathlib import Path

import pytest

from sim.engine.errors import OutputError
from sim.policy.scenario.scenario import load_scenario
from sim.studies.execution import store as stores
from sim.studies.execution.fingerprint import fingerprint
from sim.studies.execution.run_specification import Job
from sim.studies.execution.store import Store
from tests.studies.example_studies import SWEEP, RecordedProgress, run_study


def test_keys_of_runs_contain_exactly_what_determines_them():
    scenario = load_scenario("as_enacted")
    job = Job(scenario, {}, 3, 3)
    renamed = Job(scenario.changed("other_name").with_run(replicates=999), {}, 3, 3)
    assert job.key == renamed.key
    others = [
        Job(scenario, {"parameter.growth.hiring_speed": 0.1}, 3, 3),
        Job(scenario, {}, 4, 3),
        Job(scenario, {}, 3, 4),
        Job(scenario.with_run(seed=1), {}, 3, 3),
        Job(scenario.with_run(scale=0.5), {}, 3, 3),
        Job(scenario.with_run(uncertainty="random"), {}, 3, 3),
        Job(scenario.changed(policy={"guarantee_fee.fee": 0.01}), {}, 3, 3),
        Job(load_scenario("no_shocks"), {}, 3, 3),
    ]
    assert len({job.key, *(o.key for o in others)}) == 9
    random_only = scenario.with_run(uncertainty="random")
    assert Job(random_only, {}, 3, 4).key == Job(random_only, {}, 3, 3).key, (
        "nothing is drawn from priors then"
    )


def test_runs_of_another_model_are_ignored_and_reported(tmp_path):
    first, then = RecordedProgress(), RecordedProgress()
    run_study(tmp_path, SWEEP, progress=first)
    (old,) = (tmp_path / "store").iterdir()
    old.rename(old.with_name("0123456789abcdef"))
    run_study(tmp_path, SWEEP, progress=then)
    assert then.rounds == [(36, 0, 36)]
    kept = Store(tmp_path / "store", fingerprint())
    assert [(s.model, s.runs) for s in kept.shelves()] == [(fingerprint(), 36), ("0123456789abcdef", 36)]
    (kept.folder / fingerprint()[:2]).mkdir()  # a folder of the user remains
    half = kept.path("ab" * 32).with_suffix(".part")
    half.parent.mkdir(exist_ok=True)
    half.write_bytes(b"half")
    number, size = kept.gc()
    assert number == 37
    assert size > 36 * 1000
    assert [s.runs for s in kept.shelves()] == [36]
    assert kept.gc(everything=True)[0] == 36


def with_header(content: bytes, offset: int, value: int) -> bytes:
    """Return an archive with one byte set in every header of its directory."""
    parts = content.split(b"PK\x01\x02")
    at = offset - 4
    return b"PK\x01\x02".join(
        [parts[0], *(part[:at] + bytes([value]) + part[at + 1 :] for part in parts[1:])]
    )


@pytest.mark.parametrize("how", ["cut", "flipped", "empty", "text", "encrypted", "compression"])
def test_damaged_file_is_repeated_and_reported(how, tmp_path):
    progress = RecordedProgress()
    whole = run_study(tmp_path, SWEEP).content_sha256
    for file in sorted((tmp_path / "store").glob("*/??/*.npz"))[:3]:
        content = file.read_bytes()
        half = len(content) // 2
        flipped = content[:half] + bytes(b ^ 255 for b in content[half:])
        damaged = {
            "cut": content[:-40], "flipped": flipped, "empty": b"", "text": b"no\n",
            "encrypted": with_header(content, 8, 1), "compression": with_header(content, 10, 99),
        }  # fmt: skip
        file.write_bytes(damaged[how])
    again = run_study(tmp_path, SWEEP, progress=progress)
    assert again.content_sha256 == whole
    assert progress.count == 3
    assert sum(str(tmp_path) in line for line in progress.lines) == 3
    assert not any("\n" in line for line in progress.lines)


def test_full_disk_is_a_one_line_error_and_keeps_stored_runs(tmp_path, monkeypatch):
    write_bytes = Path.write_bytes

    def full(self, content):
        if len(list((tmp_path / "store").glob("*/??/*.npz"))) == 5:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self))
        return write_bytes(self, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError) as caught:
        run_study(tmp_path, SWEEP)
    assert "\n" not in str(caught.value)
    assert len(list((tmp_path / "store").glob("*/??/*"))) == 5, "no partial file remains"
    monkeypatch.undo()
    progress = RecordedProgress()
    run_study(tmp_path, SWEEP, progress=progress)
    assert progress.rounds == [(36, 5, 0)]


@pytest.mark.skipif(os.name != "posix", reason="rights of folders are POSIX")
def test_read_only_store_is_reported_before_the_runs(tmp_path):
    store, proc = tmp_path / "store", Path("/proc")
    if (proc / "self").exists():
        store.symlink_to(proc)  # nobody can create files there, not even root
    else:
        store.mkdir(mode=0o500)
    progress = RecordedProgress()
    with pytest.raises(OutputError):
        run_study(tmp_path, SWEEP, progress=progress)
    assert progress.rounds == [], "no run was started"


def test_place_of_the_store(monkeypatch, tmp_path):
    monkeypatch.delenv("ZSIM_STORE", raising=False)
    assert stores.place(Path("out")) == Path("out/store")
    monkeypatch.setenv("ZSIM_STORE", str(tmp_path))
    assert stores.place(Path("out")) == tmp_path
