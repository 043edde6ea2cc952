"""The generated parts of the pages on the studies that ship: what was found, and how it was made.

A page ``scenarios/studies/results/NAME.md`` is read and written by people; what stands between its markers
comes from ``NAME.nc`` beside it, so that the numbers on the page are those of the study.
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
from sim.reporting.tables.printing import heading, unit_name
from sim.reporting.tables.tables import DataTable, Row
from sim.studies.execution import results

NO_WORDS: Final = (
    "这类研究只有数值，结论见上文“读法”。/ A study of this kind has numbers only: see the reading above.\n"
)
MOST_ROWS: Final = 15
"""Of a table on a page; the CSV beside it has them all."""


def pages() -> list[Path]:
    """The pages of studies that ship, by name."""
    return sorted((shipped.scenarios() / "studies" / "results").glob("*.md"))


def parts(page: Path) -> Mapping[str, Callable[[], str]]:
    """What stands between the markers of a page, by the name in them."""
    file = page.with_suffix(".nc")
    return {
        "question": partial(_of, file, question),
        "answer": partial(_of, file, answer),
        "tables": partial(_of, file, tables),
        "made": partial(_of, file, made),
    }


def _of(file: Path, part: Callable[[xr.Dataset], str]) -> str:
    texts.use("zh")
    return part(results.read(file))


def question(found: xr.Dataset) -> str:
    """What was asked, in both languages."""
    asked = json.loads(found.attrs["study"])["question"]
    return f"> {asked['zh']}\n>\n> {asked['en']}\n"


def answer(found: xr.Dataset) -> str:
    """The study's own sentences, in both languages; none of a kind that has none."""
    lines = [
        line for lang in ("zh", "en") for line in found.attrs.get(f"conclusions_{lang}", "").splitlines()
    ]
    return "".join(f"- {line}\n" for line in lines if line) or NO_WORDS


def tables(found: xr.Dataset) -> str:
    """Its tables as the command prints them, the first rows of each."""
    return "\n".join(_table(table) for table in study_tables.tables(found))


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
            f"（共{len(table.rows)}行，其余见 CSV / {len(table.rows)} rows; the rest is in the CSV）",
        ]
    return "\n".join([*lines, *(f"\n{note}" for note in table.notes)]) + "\n"


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def _cell(row: Row, column: str) -> str:
    value = row.numbers.get(column, math.nan)
    if math.isnan(value):
        return "–"
    if row.unit.partition(" ")[0] == "share":
        return f"{value:.1%}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"


def made(found: xr.Dataset) -> str:
    """How it was made, and how to do it again."""
    attributes = found.attrs
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
    told = ", ".join(f"{key} {value}" for key, value in facts.items())
    return f"`zsim study scenarios/studies/{attributes['name']}.yaml --charts`: {told}.\n"
