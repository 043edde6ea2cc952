"""Generated parts of ``README.md``.

``python -m calibration.reports.readme`` writes these parts; ``--check`` reports parts that are out of date. All their
numbers come from ``posterior.nc``, ``model_against_evidence.csv`` or ``effects_results.csv``.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from typing import Final

import xarray as xr

from calibration import FOLDER
from calibration.analysis.predictions import predictions
from calibration.fit import dataset
from calibration.reports import effects_table, evidence_table
from calibration.reports.fit_tables import fit_notes, fit_tables
from calibration.reports.prediction_tables import prediction_notes, prediction_tables
from sim.docs import model_tables
from sim.reporting.tables.data_table import DataTable
from sim.texts import language, use

README: Final = FOLDER / "README.md"
FIT: Final = FOLDER / dataset.NAME
NO_FIT: Final = "*No fit is committed yet.*\n"


def fit_part() -> str:
    """Generate the notes and tables of the committed fit."""
    return fit_markdown(dataset.read(FIT)) if FIT.is_file() else NO_FIT


def fit_markdown(fit: xr.Dataset) -> str:
    """Format the notes and tables of a fit as Markdown, in English."""
    before = language()
    use("en")
    try:
        return "\n".join(_lines(fit)) + "\n"
    finally:
        use(before)


PARTS: Final[model_tables.Parts] = {
    "fit": fit_part,
    "model against evidence": evidence_table.part,
    "published effects": effects_table.part,
}
"""Function that generates the text between each pair of markers, by the name in the markers."""


def _lines(fit: xr.Dataset) -> Iterator[str]:
    a = fit.attrs
    yield f"Made by `{a['command']}` on {str(a['date'])[:10]}, version {a['version']}, commit {str(a['commit'])[:12]}."
    yield from fit_notes(fit)
    if "confirmed" in a:
        yield f"Confirmed {a['confirmed']}"
    rows = predictions(fit)
    tables = fit_tables(fit)
    for table in (*tables[:2], *prediction_tables(rows)):
        yield from _table(table)
    yield ""
    yield from prediction_notes(fit, rows)
    missed = [row.published for row in rows if row.assessment == "miss"]
    if missed:
        yield ""
        yield "Misses, with the remark recorded for each figure before the fit:"
        yield ""
    for published in missed:
        yield f"- {published.figure.en}: {published.reason} ({', '.join(published.evidence)})"
    for table in tables[2:]:
        yield from _table(table)


def _table(table: DataTable) -> Iterator[str]:
    worded = any(row.word for row in table.rows)
    yield ""
    yield f"**{table.title}**"
    yield ""
    heads = ["", "unit", *(table.headings[c] for c in table.columns), *(["finding"] if worded else [])]
    yield "| " + " | ".join(heads) + " |"
    yield "|---" * 2 + "|---:" * len(table.columns) + ("|---" if worded else "") + "|"
    for row in table.rows:
        numbers = [number(row.numbers.get(c, math.nan)) for c in table.columns]
        yield "| " + " | ".join([row.label, row.unit, *numbers, *([row.word] if worded else [])]) + " |"
    for note in table.notes:
        yield ""
        yield note


def number(value: float) -> str:
    """Format a number with three significant digits, or as a whole number if it is 1,000 or larger."""
    if math.isnan(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def main(argv: Sequence[str] | None = None) -> int:
    """Write the parts or, with ``--check``, report those that are out of date; return the exit status."""
    text = README.read_text(encoding="utf-8")
    if "--check" not in (sys.argv[1:] if argv is None else argv):
        README.write_text(model_tables.renewed(text, PARTS), encoding="utf-8", newline="\n")
        return 0
    lines = model_tables.faults(text, PARTS)
    for line in lines:
        print(
            f"{README.parent.name}/{README.name}: {line}; run python -m calibration.reports.readme",
            file=sys.stderr,
        )
    return min(1, len(lines))


if __name__ == "__main__":
    sys.exit(main())
