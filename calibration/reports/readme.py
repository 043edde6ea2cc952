"""Write what the committed fit says into ``README.md``: ``python -m calibration.reports.readme``.

Every number between the marks comes from ``posterior.nc``; with ``--check`` it is only said whether they agree.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from typing import Final

import xarray as xr

from calibration import FOLDER
from calibration.analysis import predictions as validation
from calibration.fit import pipeline as posterior
from calibration.reports import tables as telling
from sim.reporting.tables.tables import DataTable
from sim.texts import language, use

README: Final = FOLDER / "README.md"
FIT: Final = FOLDER / posterior.NAME
BEGIN, END = "<!-- fit: begin -->", "<!-- fit: end -->"
NONE: Final = "*No fit is committed yet.*"


def part(found: xr.Dataset | None) -> str:
    """What stands between the marks."""
    if found is None:
        return NONE
    before = language()
    use("en")
    try:
        return "\n".join(_lines(found))
    finally:
        use(before)


def _lines(found: xr.Dataset) -> Iterator[str]:
    a = found.attrs
    yield f"Made by `{a['command']}` on {str(a['date'])[:10]}, version {a['version']}, commit {str(a['commit'])[:12]}."
    for note in telling.fit_notes(found):
        yield note
    rows = validation.beside(found)
    for table in telling.fit_tables(found)[:2]:
        yield from _table(table)
    for table in telling.validation_tables(rows):
        yield from _table(table)
    yield ""
    for note in telling.validation_notes(found, rows):
        yield note
    missed = [row.published for row in rows if row.verdict == "miss"]
    if missed:
        yield ""
        yield "Misses, with what was said of each figure before the fit:"
        yield ""
    for one in missed:
        yield f"- {one.figure.en}: {one.why} ({', '.join(one.evidence)})"
    for table in telling.fit_tables(found)[2:]:
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
        numbers = [_told(row.numbers.get(c, math.nan)) for c in table.columns]
        yield "| " + " | ".join([row.label, row.unit, *numbers, *([row.word] if worded else [])]) + " |"
    for note in table.notes:
        yield ""
        yield note


def _told(value: float) -> str:
    if math.isnan(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def written(text: str, found: xr.Dataset | None) -> str:
    """The page with the part made anew."""
    head, rest = text.split(BEGIN)
    return f"{head}{BEGIN}\n{part(found)}\n{END}{rest.split(END)[1]}"


def main(argv: list[str] | None = None) -> int:
    """Write the page; with ``--check`` only say whether it is fresh."""
    found = posterior.read(FIT) if FIT.is_file() else None
    text = README.read_text(encoding="utf-8")
    fresh = written(text, found)
    if "--check" in (sys.argv[1:] if argv is None else argv):
        if fresh != text:
            print(f"{README.name} is stale: python -m calibration.reports.readme", file=sys.stderr)
        return int(fresh != text)
    README.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
