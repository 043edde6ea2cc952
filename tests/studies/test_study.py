"""Studies from file to answer, with a city of five lines: what they say, and what survives."""

import errno
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from sim.engine.errors import OutputError
from sim.policy.scenario import load_scenario
from sim.studies import budget, layout, results, study_tables, varied
from sim.studies import store as stores
from sim.studies.evaluator import Job
from sim.studies.fingerprint import acts, digest, fingerprint
from sim.studies.store import Store
from sim.studies.study import study
from sim.studies.study_file import load_study
from sim.studies.watching import Progress
from sim.words import use
from tests.studies.asking import ENSEMBLE, LONGER, MORRIS, PRECISE, SOBOL, SWEEP, Watch, ask, write
from tests.studies.toy import TOY


def test_a_sweep_pairs_every_point_with_its_reference(tmp_path):
    found = ask(tmp_path, SWEEP)
    assert dict(found.sizes) | {"factor": 2} == dict(found.sizes)
    assert found.sizes["point"] == 6
    net = found.difference.sel(outcome="job_years_net").values[0]
    fee, speed = found.design.values.T
    # the reference has the same speed and luck: what is left is fee and grant, 0.9 of it not displaced
    grant = 0.9 * np.arange(48).sum() / 12
    assert net == pytest.approx(grant * (10 - 500 * fee), rel=1e-6)
    assert speed.tolist() == pytest.approx([0.04, 0.06, 0.08] * 2)
    value = found["mean"].sel(outcome="survival.operating.36").values[0]
    assert value == pytest.approx(0.9 * np.exp(-35 * (0.02 + fee / 10)))
    low = found["mean"].sel(outcome="pool_balance.guarantee_fund.min").values[0]
    assert low == pytest.approx(100 - 3 * 15 + 22.5)
    assert found.content_sha256 == results.content_sha256(found)


def test_a_run_is_lived_once_whoever_asks(tmp_path):
    watch = Watch()
    first = ask(tmp_path, SWEEP, watch=watch)
    assert watch.count == (6 + 3) * 4, "the reference knows no fee"
    again = Watch()
    assert ask(tmp_path, SWEEP, watch=again).content_sha256 == first.content_sha256
    assert (again.count, again.rounds) == (0, [(36, 36, 0)])
    other = Watch()
    ask(
        tmp_path,
        SWEEP.replace("fee_and_speed", "other").replace("replicates: 4", "replicates: 5"),
        watch=other,
    )
    assert other.count == 9, "another study shares what this one lived"
    ask(tmp_path, SWEEP.replace("scale: 0.5", "scale: 0.4"), watch=other)
    assert other.count == 9 + 36


def test_replicate_k_is_replicate_k_and_workers_change_nothing(tmp_path):
    few = ask(tmp_path, SWEEP)
    more = SWEEP.replace("replicates: 4", "replicates: 6")
    many = study(write(tmp_path, more), store=tmp_path / "elsewhere", model=TOY, workers=2)
    assert many.value.isel(replicate=slice(4)).equals(few.value)


def test_an_ensemble_tells_luck_from_parameters(tmp_path):
    found = ask(tmp_path, ENSEMBLE)
    one = found.sel(scenario="as_enacted", outcome="jobs_universe")
    slope = 48 - 1
    assert float(one.luck_share) == pytest.approx(25 / (25 + (slope * 2000 * 0.05) ** 2 / 12), rel=0.5)
    assert float(one.luck_share_low) <= float(one.luck_share) <= float(one.luck_share_high)
    assert float(one.p5_low) < float(one.p5) < float(one.p5_high) < float(one["median"])
    met = found.sel(scenario="as_enacted", outcome="target_met.T7")
    assert 0.3 < float(met.mean_low) < float(met["mean"]) < float(met.mean_high) < 0.7
    few = ask(tmp_path, ENSEMBLE.replace("80", "20"))
    assert few.p5.isnull().all()
    assert (few.reason.sel(outcome="jobs_universe") == "too_few_runs").all()
    assert few.value.equals(found.value.isel(replicate=slice(20)))


def test_sobol_through_file_store_and_city(tmp_path):
    found = ask(tmp_path, SOBOL).sel(outcome="jobs_universe")
    assert found.total.sel(factor="parameter.growth.hiring_speed") == pytest.approx(1, abs=0.1)
    assert float(found.noise_share) < 0.05
    text = layout.as_text(study_tables.tables(ask(tmp_path, SOBOL)))
    assert "parameter.growth.hiring_speed" in text


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("text", [SWEEP, ENSEMBLE, SOBOL, MORRIS])
def test_every_kind_is_told_in_both_languages_and_written(text, lang, tmp_path):
    use(lang)
    found = ask(tmp_path, text)
    told = study_tables.tables(found)
    assert len(told) >= found.sizes["outcome"]
    for form in layout.FORMATS.values():
        assert form(told, study_tables.carried(found))
    results.write(found, tmp_path / "found.nc")
    assert results.read(tmp_path / "found.nc").content_sha256 == found.content_sha256
    for name in ("scenarios", "model", "study_sha256", "seed", "scale", "replicates", "commit", "packages"):
        assert name in found.attrs


def test_replicates_follow_the_precision_wanted(tmp_path):
    lived = {}
    for width in (0.3, 1.5, 100):
        found = ask(tmp_path, PRECISE.replace("WIDTH", str(width)))
        lived[width] = found.sizes["replicate"]
        spread = found.sel(outcome="jobs_universe")
        half = float((spread.mean_high - spread.mean_low).max()) / 2
        assert half <= width or lived[width] == 400
    assert lived[100] == 8, "the pilot is enough"
    assert lived[0.3] == 400, "no more than the study allows"
    assert 8 < lived[1.5] < 200


def test_what_is_known_of_a_factor_decides_its_values():
    known = varied.known()
    potent = next(k for k in known.values() if k.prior and k.prior[3] < 1)
    low, _, high, potency = potent.prior or (0.0, 0.0, 0.0, 0.0)
    factor = varied.Varied(potent, low, high, prior=True)
    assert factor.at(1.0) == factor.at(potency) == 0.0
    sure = known["parameter.growth.hiring_speed"]
    low, _, high, _ = sure.prior or (0.0, 0.0, 0.0, 0.0)
    factor = varied.Varied(sure, low, high, prior=True)
    assert (factor.at(0.0), factor.at(1.0)) == (low, high)
    assert factor.at(0.3) < factor.at(0.6)
    log = varied.Varied(sure, 1.0, 100.0, log=True)
    assert log.levels(3) == pytest.approx((1.0, 10.0, 100.0))


def test_what_is_stated_reaches_the_city():
    """A parameter and a ratio, in the real one: the same run where they are what they were."""
    from sim.studies.run import simulate

    scenario = load_scenario("as_enacted").with_run(scale=0.01, uncertainty="luck")
    base = simulate(scenario, 0, False)
    value = base.notes["growth.hiring_speed"]
    same = simulate(
        scenario, 0, False, stated={"parameter.growth.hiring_speed": value, "ratio.plan.delivery": 1.0}
    )
    other = simulate(scenario, 0, False, stated={"parameter.growth.hiring_speed": 2 * value})
    assert all(
        np.array_equal(same.outcomes[n], a, equal_nan=a.dtype.kind == "f") for n, a in base.outcomes.items()
    )
    assert other.notes["growth.hiring_speed"] == 2 * value
    assert not np.array_equal(other.outcomes["jobs"], base.outcomes["jobs"])
    every = scenario.with_run(uncertainty="all")
    mine, theirs = (simulate(every, 0, False, beliefs=b).notes for b in (None, 3))
    assert mine == simulate(every, 0, False, beliefs=0).notes
    assert theirs == simulate(every, 3, False).notes != mine


def test_names_of_runs_hold_what_decides_them_and_nothing_else():
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
        Job(scenario.with_run(uncertainty="luck"), {}, 3, 3),
        Job(scenario.changed(policy={"guarantee_fee.fee": 0.01}), {}, 3, 3),
        Job(load_scenario("no_shocks"), {}, 3, 3),
    ]
    assert len({job.key, *(o.key for o in others)}) == 9
    luck = scenario.with_run(uncertainty="luck")
    assert Job(luck, {}, 3, 4).key == Job(luck, {}, 3, 3).key, "nothing is drawn from beliefs then"


def test_a_change_of_the_model_is_noticed_and_a_comment_is_not(tmp_path):
    room = tmp_path / "model" / "room.py"
    room.parent.mkdir()
    room.write_text('"""Room."""\nRATE = 0.5  # a guess\n')
    first = digest(tmp_path)
    room.write_text('"""A better room."""\n# so\nRATE = (0.5)\n')
    assert digest(tmp_path) == first
    room.write_text('"""Room."""\nRATE = 0.6\n')
    second = digest(tmp_path)
    (room.parent / "data.csv").write_text("1\n")
    assert len({first, second, digest(tmp_path)}) == 3
    assert acts("def f():\n    'says'\n    return 1") != acts("def f():\n    'says'\n    return 2")


def test_runs_of_another_model_are_not_used_and_said(tmp_path):
    first, then = Watch(), Watch()
    ask(tmp_path, SWEEP, watch=first)
    (old,) = (tmp_path / "store").iterdir()
    old.rename(old.with_name("0123456789abcdef"))
    ask(tmp_path, SWEEP, watch=then)
    assert then.rounds == [(36, 0, 36)]
    kept = Store(tmp_path / "store", fingerprint())
    assert [(s.model, s.runs) for s in kept.shelves()] == [(fingerprint(), 36), ("0123456789abcdef", 36)]
    (kept.folder / fingerprint()[:2]).mkdir()  # somebody's own folder stays
    half = kept.path("ab" * 32).with_suffix(".part")
    half.parent.mkdir(exist_ok=True)
    half.write_bytes(b"half")
    number, size = kept.gc()
    assert number == 37
    assert size > 36 * 1000
    assert [s.runs for s in kept.shelves()] == [36]
    assert kept.gc(everything=True)[0] == 36


@pytest.mark.parametrize("how", ["cut", "flipped", "empty", "text"])
def test_a_damaged_file_costs_one_run_and_one_line(how, tmp_path):
    watch = Watch()
    whole = ask(tmp_path, SWEEP).content_sha256
    for file in sorted((tmp_path / "store").glob("*/??/*.npz"))[:3]:
        content = file.read_bytes()
        half = len(content) // 2
        flipped = content[:half] + bytes(b ^ 255 for b in content[half:])
        file.write_bytes({"cut": content[:-40], "flipped": flipped, "empty": b"", "text": b"no\n"}[how])
    again = ask(tmp_path, SWEEP, watch=watch)
    assert again.content_sha256 == whole
    assert watch.count == 3
    assert sum(str(tmp_path) in line for line in watch.lines) == 3
    assert not any("\n" in line for line in watch.lines)


def test_a_full_disk_is_one_line_and_what_is_kept_stays(tmp_path, monkeypatch):
    write_bytes = Path.write_bytes

    def full(self, content):
        if len(list((tmp_path / "store").glob("*/??/*.npz"))) == 5:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self))
        return write_bytes(self, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError) as caught:
        ask(tmp_path, SWEEP)
    assert "\n" not in str(caught.value)
    assert len(list((tmp_path / "store").glob("*/??/*"))) == 5, "nothing half is left"
    monkeypatch.undo()
    watch = Watch()
    ask(tmp_path, SWEEP, watch=watch)
    assert watch.rounds == [(36, 5, 0)]


@pytest.mark.skipif(os.name != "posix", reason="rights of folders are POSIX")
@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_store_is_said_before_anything_runs(tmp_path):
    (tmp_path / "store").mkdir(mode=0o500)
    watch = Watch()
    with pytest.raises(OutputError):
        ask(tmp_path, SWEEP, watch=watch)
    assert watch.count == 0


SCRIPT = """
import sys
from sim.studies.study import study
from sim.studies.watching import Progress
from tests.studies.asking import ENSEMBLE, LONGER, MORRIS, PRECISE, SOBOL, SWEEP, Watch, ask, write
from tests.studies.toy import TOY

if __name__ == "__main__":
    watch = Progress(lambda line: print(line, flush=True))
    try:
        found = study(sys.argv[1], store=sys.argv[2], workers=2, model=TOY, watch=watch)
    except KeyboardInterrupt:
        print("stopped", watch.lived_runs)
        sys.exit(3)
    print("hash", found.content_sha256)
"""


def start(folder: Path, text: str, **environment: str) -> subprocess.Popen[str]:
    script = folder / "ask.py"
    script.write_text(textwrap.dedent(SCRIPT))
    return subprocess.Popen(
        [sys.executable, str(script), str(write(folder, text)), str(folder / "store")],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "ZSIM_LANG": "en", **environment},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def kept(folder: Path) -> int:
    return len(list((folder / "store").glob("*/??/*.npz")))


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
@pytest.mark.timeout(240)
def test_five_kills_at_random_moments_change_nothing(tmp_path):
    """The whole family is killed, as by a power cut; the same command goes on."""
    quiet, torn = tmp_path / "quiet", tmp_path / "torn"
    quiet.mkdir()
    torn.mkdir()
    undisturbed = ask(quiet, LONGER).content_sha256
    moments = np.random.default_rng(20170609).uniform(0.0, 0.5, size=5)
    counted = torn / "count"
    seen = []
    for moment in moments:
        before = kept(torn)
        with start(
            torn,
            LONGER,
            ZSIM_TOY_SECONDS="0.05",
            ZSIM_TOY_COUNT=str(counted),
        ) as run:
            until = time.monotonic() + 60
            while kept(torn) < before + 2 and run.poll() is None and time.monotonic() < until:
                time.sleep(0.01)
            time.sleep(moment)
            os.killpg(run.pid, signal.SIGKILL)
            run.communicate()
        seen.append(kept(torn))
        assert not [
            f for f in (torn / "store").glob("*/??/*") if f.suffix == ".npz" and f.stat().st_size == 0
        ]
    assert seen == sorted(seen)
    assert 0 < seen[0] < seen[-1] < 72, "killed in the middle each time"
    with start(torn, LONGER, ZSIM_TOY_COUNT=str(counted)) as run:
        out, error = run.communicate(timeout=100)
    assert f"hash {undisturbed}" in out, error
    assert f"72 runs are needed, {seen[-1]} of them kept" in out
    assert 72 <= counted.stat().st_size <= 72 + 5 * 3, "what was kept is not lived again"


@pytest.mark.skipif(os.name != "posix", reason="signals of this kind are POSIX")
def test_ctrl_c_keeps_what_is_lived(tmp_path):
    with start(tmp_path, SWEEP, ZSIM_TOY_SECONDS="0.1") as run:
        until = time.monotonic() + 60
        while kept(tmp_path) < 3 and run.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        family = psutil.Process(run.pid).children(recursive=True)
        os.kill(run.pid, signal.SIGINT)
        out, error = run.communicate(timeout=60)
    assert run.returncode == 3, error
    assert "Traceback" not in error
    assert f"stopped {kept(tmp_path)}" in out
    _, alive = psutil.wait_procs(family, timeout=20)
    assert not alive


def test_the_parent_keeps_numbers_only(tmp_path):
    """A thousand runs: memory grows by their few numbers, not by what they leave."""
    me = psutil.Process()
    seen = []

    class Weigh(Watch):
        def lived(self) -> None:
            super().lived()
            if self.count in (100, 1000):
                seen.append(me.memory_info().rss)

    text = ENSEMBLE.replace("scenarios: [as_enacted, no_plan]", "scenario: as_enacted").replace("80", "840")
    ask(tmp_path, text, watch=Weigh())
    assert seen[1] - seen[0] < 20e6


def test_the_budget_chooses_and_what_is_stated_stays(tmp_path):
    text = SOBOL.replace("samples: 64\nreplicates: 2\nscale: 0.5\n", "budget: {}\n")
    sizes = []
    for minutes in (0.01, 20, 100, 10_000):
        chosen = budget.chosen(load_study(write(tmp_path, text.replace("{}", str(minutes))), TOY))
        assert chosen.samples
        assert chosen.scale
        assert chosen.samples & (chosen.samples - 1) == 0
        needed = budget.seconds(budget.runs(chosen), chosen.scale) / 60
        assert needed <= minutes or (minutes == 0.01 and chosen.samples == 32)
        sizes.append((chosen.scale, chosen.samples))
    assert sizes == sorted(sizes)
    assert sizes[0] == (0.05, 32)
    assert sizes[-1] == (1.0, 128)
    stated = budget.chosen(load_study(write(tmp_path, SOBOL), TOY))
    assert (stated.samples, stated.replicates, stated.scale) == (64, 2, 0.5)
    for text in (SWEEP, SOBOL, ENSEMBLE):
        watch = Watch()
        ask(tmp_path, text, watch=watch)
        planned = budget.runs(budget.chosen(load_study(write(tmp_path, text), TOY)))
        assert sum(runs for runs, _, _ in watch.rounds) <= planned


def test_progress_tells_rate_and_time_left(monkeypatch):
    monkeypatch.setenv("ZSIM_LANG", "en")
    now = [0.0]
    lines: list[str] = []
    watch = Progress(lines.append, lambda: now[0])
    watch.planned(100, 20, 0)
    for _ in range(20):
        now[0] += 6
        watch.lived()
    assert lines[0] == "100 runs are needed, 20 of them kept, 80 to be lived"
    assert lines[-1] == "20 of 80 runs, 10 a minute, about 6 min left"
    assert len(lines) == 1 + 120 // 30
    watch.planned(10, 10, 4)
    assert "4 are kept under another version" in lines[-1]


def test_the_store_is_where_it_is_told(monkeypatch, tmp_path):
    monkeypatch.delenv("ZSIM_STORE", raising=False)
    assert stores.place(Path("out")) == Path("out/store")
    monkeypatch.setenv("ZSIM_STORE", str(tmp_path))
    assert stores.place(Path("out")) == tmp_path


HEAD = "name: found\ntitle: {zh: 问, en: asked}\nscenario: as_enacted\nscale: 0.5\n"
FACTORS = """factors:
  guarantee_fee.fee: {low: 0.5%, high: 2%}
  parameter.growth.hiring_speed: {low: 0.03, high: 0.1}
"""
OTHERS = {
    "attribution": "outcomes: [jobs_universe]\nplayers: chapters\nreplicates: 2\n",
    "discovery": FACTORS
    + """outcomes: [jobs_universe]
wanted: {jobs_universe: {at_least: 7000}}
samples: 128
replicates: 1
""",
    "threshold": """factors: {parameter.growth.hiring_speed: {low: 0.03, high: 0.1}}
outcomes: [jobs_universe]
wanted: {jobs_universe: {at_least: 7000}}
samples: 20
replicates: 20
""",
    "robustness": """outcomes: [jobs_universe, public_spending]
replicates: 60
wanted: {jobs_universe: {more: true, at_least: 7000}, public_spending: {more: false}}
""",
    "search": """factors:
  guarantee_fee.fee: {low: 0.5%, high: 2%}
  one_off_grant.amount: {low: 0元, high: 2万元}
outcomes: [jobs_universe, public_spending]
samples: 60
replicates: 3
wanted: {jobs_universe: {more: true}, public_spending: {more: false, at_most: 100万元}}
""",
}


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.filterwarnings("default::DeprecationWarning")
def test_algorithms_are_connected(kind, tmp_path):
    text = HEAD + f"kind: {kind}\n" + OTHERS[kind]
    if kind == "robustness":
        text = text.replace("scenario: as_enacted", "scenarios: [as_enacted, no_plan]")
    found = ask(tmp_path, text)
    for lang in ("zh", "en"):
        use(lang)
        assert found.attrs[f"said_{lang}"]
        told = study_tables.tables(found)
        assert told
        for form in layout.FORMATS.values():
            assert form(told, study_tables.carried(found))
    results.write(found, tmp_path / "found.nc")
    assert results.read(tmp_path / "found.nc").content_sha256 == found.content_sha256
    again = Watch()
    assert ask(tmp_path, text, watch=again).content_sha256 == found.content_sha256
    assert again.count == 0
    if kind == "threshold":  # jobs are 1000 + 47 (2000 speed + 10 - 7.5) and a little luck
        assert float(found["at"].values[0]) == pytest.approx((6000 / 47 - 2.5) / 2000, rel=0.03)
    if kind == "attribution":  # only the fee and the grant act
        moved = found.player.values[(abs(found.value.values[:, 0]) > 1)]
        assert len(moved) == 2
    if kind == "search":
        assert (found.attrs["at_most"], found.attrs["limit"]) == (1e6, "public_spending")
    if kind == "discovery":
        assert found.sizes["box"] == 1
        assert "staff that is hired in a month is below 0.06" in found.attrs["said_en"]
