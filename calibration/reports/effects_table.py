"""Markdown tables of published effects and their counterparts in the model, from ``effects_results.csv``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from calibration import csv_table
from calibration.effects import results
from calibration.effects.studies import Finding, findings, number, parameters_citing
from sim.docs import model_tables

COMPARED: Final = "evidence | effect: treated group | published | model, mean (95%) | assessment | input to the model | difference from the study"
NOT_COMPARED: Final = "evidence | reason for not being comparable"


def part(path: Path = results.TABLE) -> str:
    """Generate the section of ``README.md`` with the settings of the runs and the tables."""
    rows = csv_table.read(path)
    listed = {(finding.id, finding.part): finding for finding in findings()}
    compared = [row for row in rows if row["part"]]
    first = compared[0]
    made = (
        f"Arms of effects.yaml, all uncertain parameters drawn from their priors, scale {first['scale']}, seed {first['seed']}, "
        f"{first['replicates']} replicates, model {first['model_digest']}, version {first['version']}, {first['date']}."
    )
    counts = Counter(row["assessment"] for row in rows)
    summary = ", ".join(f"{assessment} {count}" for assessment, count in counts.items())
    table = model_tables.grid(COMPARED, [_cells(row, listed[row["id"], row["part"]]) for row in compared])
    others = model_tables.grid(NOT_COMPARED, [(row["id"], row["reason"]) for row in rows if not row["part"]])
    return f"{made} Findings: {summary}.\n\n{table}\n{others}"


def _cells(row: Mapping[str, str], finding: Finding) -> tuple[str, ...]:
    value, low, high = (number(float(row[key] or "nan"), row["unit"]) for key in ("model", "low", "high"))
    assessment = row["assessment"]
    ids = (finding.id, *finding.also)
    inputs = [f"`{parameter}`" for id_ in ids for parameter in parameters_citing(id_)]
    inputs += ["rule"] if finding.rule else []
    return (
        ", ".join(ids),
        f"{finding.part}: {finding.treated}",
        str(finding.published),
        f"{value} ({low} to {high})",
        "**disagrees**" if assessment == "disagrees" else assessment,
        ", ".join(inputs) or "–",
        finding.differs,
    )
