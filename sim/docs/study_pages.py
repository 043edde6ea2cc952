"""Generated parts of the pages on the shipped studies: question, conclusions, tables and command.

The text of a page ``scenarios/studies/results/NAME.md`` is written by hand; the parts between its markers are
generated from ``NAME.nc`` in the same folder, so that the page shows the numbers of the study.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

import xarray as xr

from sim import shipped, texts
from sim.reporting.tables import study_tables
from sim.reporting.tables.data_table import DataTable, Row
from sim.reporting.tables.printing import heading, in_points, unit_name
from sim.studies.execution import results

NO_CONCLUSIONS: Final = (
    "此类研究仅给出数值，结论见上文“读法”。/ "
    "Studies of this kind report only numbers; the interpretation is given above.\n"
)
MOST_ROWS: Final = 15
"""Maximum number of rows of a table on a page; the CSV file in the same folder contains all rows."""


def pages() -> list[Path]:
    """Return the pages of the shipped studies, sorted by name."""
    return sorted((shipped.scenarios() / "studies" / "results").glob("*.md"))


def parts(page: Path) -> Mapping[str, Callable[[], str]]:
    """Return functions that generate the parts of a page, keyed by the names in its markers."""
    file = page.with_suffix(".nc")
    return {
        "question": partial(_make, file, question),
        "conclusions": partial(_make, file, conclusions),
        "tables": partial(_make, file, tables),
        "command": partial(_make, file, command),
    }


def _make(file: Path, part: Callable[[xr.Dataset], str]) -> str:
    texts.use("zh")
    return part(results.read(file))


def question(study: xr.Dataset) -> str:
    """Return the study's question in both languages."""
    both = json.loads(study.attrs["study"])["question"]
    return f"> {both['zh']}\n>\n> {both['en']}\n"


def conclusions(study: xr.Dataset) -> str:
    """Return the study's conclusions in both languages, or a remark that there are none."""
    lines = [
        line for lang in ("zh", "en") for line in study.attrs.get(f"conclusions_{lang}", "").splitlines()
    ]
    return "".join(f"- {line}\n" for line in lines if line) or NO_CONCLUSIONS


def tables(study: xr.Dataset) -> str:
    """Return the tables that the command prints, each limited to its first :data:`MOST_ROWS` rows."""
    return "\n".join(_table(table) for table in study_tables.tables(study))


def _table(table: DataTable) -> str:
    columns = [
        c for c in table.columns if any(not math.isnan(r.numbers.get(c, math.nan)) for r in table.rows)
    ]
    head = ["", texts.say("column.unit"), *(heading(table, c) for c in columns)]
    lines = [f"**{table.title}**", "", _row(head), _row(["---"] * len(head))]
    lines += [
        _row([r.label, unit_name(r.unit), *(_cell(r, c) for c in columns)]) for r in table.rows[:MOST_ROWS]
    ]
    if len(table.rows) > MOST_ROWS:
        lines += [
            "",
            f"（共{len(table.rows)}行，其余见 CSV / {len(table.rows)} rows; the others are in the CSV file）",
        ]
    return "\n".join([*lines, *(f"\n{note}" for note in table.notes)]) + "\n"


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def _cell(row: Row, column: str) -> str:
    value = row.numbers.get(column, math.nan)
    if math.isnan(value):
        return "–"
    if row.unit.partition(" ")[0] == "share":
        return in_points(f"{value:.1%}", row, column)
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"


def command(study: xr.Dataset) -> str:
    """Return the command that runs the study, with the settings and versions of the stored result."""
    attributes = study.attrs
    facts = {
        "runs": f"{int(attributes['runs']):,}",
        "scale": f"{float(attributes['scale']):g}",
        "samples": attributes["samples"],
        "replicates": attributes["replicates"],
        "seed": attributes["seed"],
        "uncertainty": attributes["uncertainty"],
        "model": str(attributes["model"])[:12],
        "commit": str(attributes.get("commit", ""))[:12],
        "content": str(attributes["content_sha256"])[:12],
    }
    settings = ", ".join(f"{key} {value}" for key, value in facts.items())
    return f"`zsim study scenarios/studies/{attributes['name']}.yaml --charts`: {settings}.\n"
