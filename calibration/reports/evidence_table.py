"""Markdown table that compares the unfitted model with the evidence, from ``model_against_evidence.csv``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from calibration import csv_table
from calibration.analysis import against_evidence
from sim.docs import model_tables

HEAD = "figure | evidence | published | model, median (5% to 95%) | assessment"


def part() -> str:
    """Generate the section of ``README.md`` with the settings of the runs and the table."""
    return markdown(csv_table.read(against_evidence.TABLE))


def markdown(rows: Sequence[Mapping[str, str]]) -> str:
    """Format the rows of :func:`calibration.analysis.against_evidence.rows` as Markdown."""
    first = rows[0]
    made = (
        f"`{first['scenario']}`, {first['replicates']} replicates, scale {first['scale']}, seed {first['seed']}, "
        "all uncertain parameters drawn from their priors."
    )
    return f"{made}\n\n{model_tables.grid(HEAD, [_cells(row) for row in rows])}"


def _cells(row: Mapping[str, str]) -> tuple[str, ...]:
    low, high, p5, median, p95 = (_number(row[key]) for key in ("low", "high", "p5", "median", "p95"))
    evidence = row["evidence"] + (
        f" ({row['note_en']})" if row["note_en"] and row["evidence"] else row["note_en"]
    )
    assessment = row["assessment"].replace("_", "; ")
    return (
        row["en"],
        evidence,
        low if low == high else f"{low} to {high}",
        f"{median} ({p5} to {p95})",
        f"**{assessment}**" if assessment == "misfit" else assessment,
    )


def _number(text: str) -> str:
    value = float(text)
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
