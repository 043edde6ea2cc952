"""Result files: complete or absent, and unchanged after reading."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet
import pytest
import xarray as xr

from sim.engine.errors import InputError
from sim.studies.execution import panel, results
from sim.studies.run import run_many
from tests.studies.small_model import GRANT, NOTHING, OUTCOMES, SMALL_MODEL, simulate


@pytest.fixture(scope="module")
def grant() -> xr.Dataset:
    return run_many([GRANT], model=SMALL_MODEL).datasets["grant"]


def test_result_has_the_documented_contents(grant: xr.Dataset) -> None:
    assert list(grant.data_vars) == [o.name for o in OUTCOMES]
    assert dict(grant.sizes) == {
        "replicate": 5,
        "month": 48,
        "form": 2,
        "instrument": 2,
        "target": 2,
    }
    assert str(grant.month.values[[0, 1, -1]].astype("datetime64[D]")) == (
        "['2017-01-01' '2017-02-01' '2020-12-01']"
    )
    for variable in grant.data_vars.values():
        assert {"units", "long_name", "long_name_zh"} <= variable.attrs.keys()
    assert list(grant.form_zh.values) == ["企业", "个体户"]
    assert grant.waiting_days.attrs["units"] == "days"
    assert {
        "scenario", "scenario_sha256", "seed", "scale", "uncertainty", "version", "commit",
        "packages", "date", "host", "run_seconds", "content_sha256",
    } <= grant.attrs.keys()  # fmt: skip


def test_written_results_are_read_unchanged(grant: xr.Dataset, tmp_path: Path) -> None:
    path = tmp_path / "结果.nc"
    results.write(grant, path)
    again = results.read(path)
    assert results.content_sha256(again) == grant.content_sha256
    for name in grant.variables:
        xr.testing.assert_equal(grant[name], again[name])
    assert again.attrs["scenario"] == GRANT.resolved
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_results_of_an_earlier_version_are_read_in_present_words(grant: xr.Dataset, tmp_path: Path) -> None:
    before = grant.assign_attrs(uncertainty="luck", replicates_lived=5)
    results.write(before, tmp_path / "before.nc")
    now = results.read(tmp_path / "before.nc")
    assert (now.uncertainty, now.replicates_run) == ("random", 5)
    assert "replicates_lived" not in now.attrs
    assert now.content_sha256 == results.content_sha256(now) == grant.content_sha256


def test_xarray_opens_results(grant: xr.Dataset, tmp_path: Path) -> None:
    results.write(grant, tmp_path / "grant.nc")
    with xr.open_dataset(tmp_path / "grant.nc", decode_timedelta=False) as plain:
        assert plain.firms.dtype == np.int64
        assert plain.target_met.dtype == np.bool_
        assert plain.waiting_days.dtype == np.float64
        assert float(plain.public_spending.sum()) > 0
        assert plain.firms.sel(form="individual", month="2018-03").shape == (5, 1)


def test_content_hash_covers_values_names_types_and_labels(grant: xr.Dataset) -> None:
    first = next(iter(grant.firms.values.flat))
    other = grant.firms.copy()
    other[0, 0, 0] = first + 1
    changed = [
        grant.assign(firms=other),
        grant.assign(firms=grant.firms.astype(np.int32)),
        grant.rename(firms="companies"),
        grant.assign_coords(form_zh=("form", ["企业", "个体"])),
        grant.drop_vars("form_en"),
    ]
    seen = {results.content_sha256(d) for d in changed}
    assert len(seen - {grant.content_sha256}) == len(changed)
    assert results.content_sha256(grant.assign_attrs(host="elsewhere")) == grant.content_sha256


def test_interrupted_write_leaves_the_former_file(grant: xr.Dataset, tmp_path: Path) -> None:
    old, new = tmp_path / "old.nc", tmp_path / "new.nc"
    results.write(grant, old)
    whole = old.read_bytes()
    script = textwrap.dedent("""
        import os, signal, sys
        import xarray as xr
        from sim.studies.execution import results

        dataset = results.read(sys.argv[1])
        os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        results.write(dataset, sys.argv[2])
    """)
    root = Path(__file__).parents[3]
    for path in (old, new):
        ended = subprocess.run(
            [sys.executable, "-c", script, str(old), str(path)],
            env={**os.environ, "PYTHONPATH": str(root)},
            check=False,
        )
        assert ended.returncode == -signal.SIGKILL
    assert old.read_bytes() == whole
    assert not new.exists()


def test_failed_write_leaves_no_file(
    grant: xr.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        results.write(grant, tmp_path / "grant.nc")
    assert not list(tmp_path.iterdir())


def _foreign(path: Path, grant: xr.Dataset) -> None:
    del grant
    xr.Dataset({"x": 1}).to_netcdf(path, engine="netcdf4")


def _text(path: Path, grant: xr.Dataset) -> None:
    del grant
    path.write_text("firms,jobs\n", encoding="utf-8")


def _empty(path: Path, grant: xr.Dataset) -> None:
    del grant
    path.touch()


def _cut(path: Path, grant: xr.Dataset) -> None:
    results.write(grant, path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _flipped(path: Path, grant: xr.Dataset) -> None:
    results.write(grant, path)
    with xr.open_dataset(path, decode_timedelta=False) as source:
        changed = source.load()
    changed.firms[0, 0, 0] += 1
    changed.to_netcdf(path, engine="netcdf4")


@pytest.mark.parametrize("spoil", [_foreign, _text, _empty, _cut, _flipped])
def test_invalid_file_is_a_one_line_error(spoil, grant: xr.Dataset, tmp_path: Path, capfd) -> None:
    path = tmp_path / "bad.nc"
    spoil(path, grant)
    with pytest.raises(InputError) as caught:
        results.read(path)
    assert str(caught.value).startswith(str(path))
    assert len(str(caught.value).splitlines()) == 1
    assert not capfd.readouterr().err


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.nc"):
        results.read(tmp_path / "none.nc")


def test_panels_have_a_row_for_each_firm(tmp_path: Path) -> None:
    run_many([GRANT, NOTHING], model=SMALL_MODEL, replicates=3, workers=2, panels=tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "grant_firms.parquet",
        "nothing_firms.parquet",
    ]
    table = parquet.read_table(tmp_path / "grant_firms.parquet")
    history = simulate(GRANT, 1, False)
    rows = table.filter(np.asarray(table["replicate"]) == 1)
    assert np.array_equal(rows["id"], history.firms["id"])
    assert np.array_equal(rows["jobs_2020_12"], history.firms["jobs"][-1])
    assert float(np.sum(rows["paid"])) == history.payments["fen"].sum() / 100


def test_replaced_panels_are_archived(tmp_path: Path) -> None:
    path = tmp_path / "grant_firms.parquet"
    run_many([GRANT], model=SMALL_MODEL, replicates=2, panels=tmp_path)
    first = path.read_bytes()
    assert not run_many([GRANT], model=SMALL_MODEL, replicates=2, panels=tmp_path).replaced
    (message,) = run_many([GRANT], model=SMALL_MODEL, replicates=3, panels=tmp_path).replaced
    (kept,) = (tmp_path / "archive").iterdir()
    assert kept.read_bytes() == first != path.read_bytes()
    assert str(path) in message
    assert str(kept) in message


def test_no_folder_without_panels() -> None:
    with panel.parts(None) as folder:
        assert folder is None
