"""What all sections share: sources, words, and how a table of a study becomes one of a report."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.reporting.document import Cell, Figure, Heading, Number, Paragraph, Said, Table
from sim.reporting.sources import Sources
from sim.reporting.tables import factor_labels, tables
from sim.reporting.tables.printing import heading
from sim.reporting.wording import Wording, plain
from sim.texts import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

Floats = npt.NDArray[np.float64]
YEARS: Final = (2017, 2018, 2019, 2020)
WHOLE: Final = ("median", "p5", "p95", "of")
"""Columns of what there is, not of means and differences: incubators are told as whole ones."""
OTHER_PARTS: Final = ("attribution", "discovery", "threshold", "robustness", "split")
"""Kinds of study that a report of a run tells where they are given, beside the sensitivity studies."""
MOST_COLUMNS: Final = 7
"""Of numbers, beside the name and the unit, that fit on a page."""


@dataclass(frozen=True)
class Book:
    """Sources and words of one report."""

    sources: Sources
    words: Wording

    @property
    def result(self) -> xr.Dataset:
        """The scenario that the report is about."""
        return self.sources.result

    def heading(self, level: int, key: str, **fields: Any) -> Heading:
        """A heading."""
        return Heading(level, self.words.text(key, **fields))

    def paragraph(self, key: str, /, **fields: Any) -> Paragraph:
        """A paragraph from the words."""
        return Paragraph(self.words.say(key, **fields))

    def note(self, key: str, /, **fields: Any) -> Paragraph:
        """A small one."""
        return Paragraph(self.words.say(key, **fields), "note")

    def figure(self, name: str, draw: Callable[[], Drawing], alt: Said, **fields: Any) -> Figure:
        """A figure; its caption is ``figure.NAME``."""
        return Figure(name, self.words.text(f"figure.{name}", **fields), alt, draw)

    def title(self, dataset: xr.Dataset) -> str:
        """What a scenario is called."""
        return str(dataset.attrs[f"title_{self.words.lang}"])

    def reference(self, comparison: xr.Dataset) -> str:
        """What the reference of a comparison is called."""
        return str(comparison.attrs[f"reference_{self.words.lang}"])

    def label(self, dataset: xr.Dataset, dim: str, slug: Any) -> str:
        """What a coordinate is called."""
        name = f"{dim}_{self.words.lang}"
        return str(dataset[name].sel({dim: slug}).values) if name in dataset.coords else str(slug)

    def long_name(self, variable: xr.DataArray) -> str:
        """What a variable is called."""
        return str(variable.attrs["long_name_zh" if self.words.lang == "zh" else "long_name"])

    # --- tables ---

    def tables_of(self, table: tables.DataTable, keep: Sequence[str] = ()) -> Iterator[Table]:
        """A table of the studies for a page: cut in two where it is too wide; without empty columns.

        Args:
            table: as the commands print it.
            keep: its columns wanted; all if none are named.
        """
        columns = [c for c in table.columns if not keep or c in keep]
        columns = [c for c in columns if any(not math.isnan(r.numbers.get(c, math.nan)) for r in table.rows)]
        for number, start in enumerate(range(0, len(columns), MOST_COLUMNS)):
            yield self._table_of(table, columns[start : start + MOST_COLUMNS], number)

    def _table_of(self, table: tables.DataTable, columns: Sequence[str], number: int) -> Table:
        head = [
            self.words.text("head.item"),
            say("column.unit"),
            *(heading(table, c) for c in columns),
        ]
        rows = []
        for row in table.rows:
            unit, size = self.scaled(row.unit)
            unit = self.counted(unit, row.name, table.name)
            cells = [self.told_cell(row, column, size) for column in columns]
            rows.append((Cell(self.words.instead(row.label)), Cell(unit), *cells))
        if not any(row[1].text for row in rows):
            del head[1]
            rows = [(row[0], *row[2:]) for row in rows]
        reasons: dict[str, list[str]] = {}
        for row in table.rows:
            if row.remark:
                reasons.setdefault(row.remark, []).append(self.words.instead(row.label))
        remarks = [
            self.words.text("mark.why", names=self.words.text("mark.list").join(labels), reason=reason)
            for reason, labels in reasons.items()
        ]
        name = table.name if not number else f"{table.name}_{number + 1}"
        caption = table.title if not number else table.title + self.words.text("mark.continued")
        notes = tuple(self.words.instead(note) for note in (*remarks, *table.notes))
        return Table(name, self.words.instead(caption), tuple(head), tuple(rows), notes)

    def counted(self, unit: str, *names: str) -> str:
        """What a row counts, by its name or its table's, where the results only say that it is a number."""
        own = next((f"counted.{name}" for name in names if self.words.known(f"counted.{name}")), "")
        return self.words.text(own) if own else unit

    def scaled(self, unit: str) -> tuple[str, float]:
        """What a unit is called in a table's column, and by what its numbers are divided."""
        if unit == "yuan":
            return say("unit.large_yuan"), 1e4 if self.words.lang == "zh" else 1e6
        return ("", 1.0) if unit == "share" else (self.words.unit(unit), 1.0)

    def called(self, one: xr.Dataset, dim: str) -> str:
        """What the one label of a study's dimension is called: a factor, an outcome, a scenario, a player."""
        if dim == "factor":
            return factor_labels.factor(one)
        name, slug = f"{dim}_{self.words.lang}", str(one[dim].values)
        return str(one[name].values) if name in one.coords else slug

    def unit(self, one: xr.Dataset) -> str:
        """The unit of a study's one outcome; a chance is a share."""
        unit = str(one.outcome_unit.values) if "outcome_unit" in one.coords else "1"
        return "share" if unit == "bool" else unit

    def scale(self, unit: str) -> float:
        """By what a study's numbers are divided where money is told in large units."""
        return self.scaled("yuan")[1] if unit in ("yuan", "yuan a year") else 1.0

    def unit_name(self, unit: str) -> str:
        """What a study's unit is called on an axis."""
        if unit == "share":
            return "%"
        if self.scale(unit) == 1:
            return "" if unit == "1" else self.words.unit(unit)
        large = self.scaled("yuan")[0]
        return large if unit == "yuan" else self.words.text("mark.a_year", unit=large)

    def setting(self, unit: str) -> tuple[str, float]:
        """The same of a factor's unit."""
        return ("%", 0.01) if unit.startswith("share") else (self.unit_name(unit), self.scale(unit))

    def axis(self, one: xr.Dataset) -> tuple[str, float]:
        """Name of the axis of a study's one outcome, and by what its numbers are divided."""
        unit = self.unit(one)
        return self.unit_name(unit), 0.01 if unit == "share" else self.scale(unit)

    def told_cell(self, row: tables.Row, column: str, size: float) -> Cell:
        """One number of a studies' table."""
        value = row.numbers.get(column, math.nan)
        if column == "chance" and not math.isnan(value):
            return self.chance_cell(row)
        if column == "dry_first" and not math.isnan(value):
            year, month = divmod(int(value), 100)
            return Cell(self.words.text("mark.month", year=year, month=month))
        if row.unit == "share" or column == "dry":
            return self.words.cell(self.words.share(value), "share")
        if column in WHOLE and size == 1 and self.words.whole(row.unit):
            return self.words.cell(self.words.count(value, whole=True), row.unit)
        return self.words.cell(Number(value, plain(value / size)), row.unit, size)

    def chance_cell(self, row: tables.Row) -> Cell:
        """Met how often, and between what and what the chance lies."""
        of = row.numbers
        met, runs = self.words.count(of["met"]), self.words.count(of["of"])
        low, high = (self.words.share(of[f"chance_{end}"], 0) for end in ("low", "high"))
        said = self.words.say("mark.chance", met=met, of=runs, low=low, high=high)
        return Cell(said.text, said.numbers)

    def share_cell(self, value: float, low: float, high: float) -> Cell:
        """A share with its interval; a dash where there is none."""
        told = [self.words.share(end, 0) for end in (value, low, high)]
        if any(math.isnan(number.value) for number in told):
            return self.words.cell(told[0])
        said = self.words.say("mark.spread", middle=told[0], low=told[1], high=told[2])
        return Cell(said.text, said.numbers)

    def spread(self, values: xr.DataArray, unit: str) -> list[Cell]:
        """Median, 5% and 95% over replicates as cells, money in the table's unit."""
        size = self.scaled(unit)[1]
        low, middle, high = np.quantile(np.asarray(values, dtype=np.float64), [0.05, 0.5, 0.95])
        row = tables.Row("", "", unit, {"median": float(middle), "p5": float(low), "p95": float(high)})
        return [self.told_cell(row, column, size) for column in ("median", "p5", "p95")]

    def named(self, label: str, number: Number | Said) -> Said:
        """A name with its number."""
        return self.words.say("mark.named", name=label, value=number)

    def absent(self) -> Iterator[Paragraph]:
        """One sentence: what a report of a run might tell, was it given."""
        studies = self.sources.studies
        there = {
            "comparison": self.sources.comparisons,
            "sensitivity": [*studies.get("sobol", ()), *studies.get("morris", ())],
            **{kind: studies.get(kind, ()) for kind in OTHER_PARTS},
        }
        lacking = [self.words.text(f"absent.{key}") for key, found in there.items() if not found]
        if lacking:
            yield self.note("absent.said", names=self.words.text("mark.list").join(lacking))


def by_name(found: Sequence[tables.DataTable], name: str) -> tables.DataTable | None:
    """The table of this name, if it has any rows."""
    return next((table for table in found if table.name == name), None)
