"""Panels: the firms of all replicates as a Parquet table with one row per firm and replicate."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from sim.engine import clock
from sim.engine.recorder import RunOutput
from sim.studies.execution.results import whole


@contextmanager
def parts(folder: Path | None) -> Iterator[Path | None]:
    """Provide a temporary folder inside ``folder`` for one file per replicate; None if ``folder`` is None."""
    if folder is None:
        yield None
    else:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".panel-", dir=folder) as temporary:
            yield Path(temporary)


def write_part(run: RunOutput, replicate: int, folder: Path, name: str) -> None:
    """Write the firms of one replicate to a Parquet file.

    The table has the columns ``replicate``, those of the panel (dates in days since 2017-01-01, 32767 for
    never), ``paid`` (yuan of subsidies in 2017-2020), and ``jobs_2017_01`` to ``jobs_2020_12`` (owner and
    staff at the end of the month).
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    firms, payments = run.firms, run.payments
    size = len(firms["id"])
    columns: dict[str, Any] = {"replicate": np.full(size, replicate, dtype=np.int32)}
    columns |= {key: column for key, column in firms.items() if key != "jobs"}
    columns["paid"] = np.bincount(payments["row"], payments["fen"], minlength=size) / 100
    for month, jobs in enumerate(firms["jobs"]):
        columns[f"jobs_{clock.year_of(month)}_{month % 12 + 1:02d}"] = jobs
    pq.write_table(pa.table(columns), folder / f"{name}-{replicate:06d}.parquet", compression="zstd")


def merge(folder: Path, name: str, into: Path, replaced: list[str]) -> Path:
    """Merge the parts of a scenario into ``NAME_firms.parquet``, reading one replicate at a time.

    Args:
        folder: folder of the parts.
        name: name of the scenario.
        into: folder of the merged file.
        replaced: see :func:`sim.studies.execution.results.whole`.

    Returns:
        the path of the merged file.
    """
    import pyarrow.parquet as pq

    files = sorted(folder.glob(f"{name}-*.parquet"))
    path = into / f"{name}_firms.parquet"
    with whole(path, replaced) as aside, pq.ParquetWriter(aside, pq.read_schema(files[0])) as writer:
        for file in files:
            writer.write_table(pq.read_table(file))
            file.unlink()
    return path
