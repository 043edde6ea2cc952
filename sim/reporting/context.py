"""Context shared by the sections of a report: sources, wording, and helpers that create blocks and tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.reporting.charts.series import Series
from sim.reporting.counted_units import shown_unit
from sim.reporting.document import Cell, Figure, Heading, Number, Paragraph, Table, Text
from sim.reporting.sources import NO_PLAN, NO_SUPPORT, ReportSources
from sim.reporting.tables import factor_labels
from sim.reporting.tables.data_table import DataTable, Row
from sim.reporting.tables.printing import heading, in_points, remarks
from sim.reporting.wording import Wording, format_number
from sim.texts import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

YEARS: Final = (2017, 2018, 2019, 2020)
LEVELS: Final = ("median", "p5", "p95", "of")
"""Columns that contain levels rather than means or differences; their counts are shown as whole numbers."""
OPTIONAL_STUDIES: Final = ("attribution", "discovery", "threshold", "robustness", "variance_decomposition")
"""Kinds of study that a report on a run can include in addition to sensitivity analyses."""
MOST_COLUMNS: Final = 7
"""Maximum number of numeric columns that fit on a page next to the columns for name and unit."""


@dataclass(frozen=True)
class ReportContext:
    """Sources and wording of one report, with helpers for its sections.

    Attributes:
        sources: results used in the report.
        words: texts and number formats in the report's language.
    """

    sources: ReportSources
    words: Wording

    @property
    def result(self) -> xr.Dataset:
        """Run that the report describes, or the first study if there is no run."""
        return self.sources.result

    def runs_to_compare(self) -> list[xr.Dataset]:
        """Return the report's run and, if available, the reference run that figures show next to it."""
        references = self.sources.references
        reference = references.get(NO_PLAN, references.get(NO_SUPPORT))
        return [self.result, *([reference] if reference is not None else [])]

    # --- blocks ---

    def heading(self, level: int, key: str, **fields: Any) -> Heading:
        """Create a heading from the text stored under ``key``."""
        return Heading(level, self.words.string(key, **fields))

    def paragraph(self, key: str, /, **fields: Any) -> Paragraph:
        """Create a paragraph from the text stored under ``key``."""
        return Paragraph(self.words.text(key, **fields))

    def note(self, key: str, /, **fields: Any) -> Paragraph:
        """Create a note from the text stored under ``key``."""
        return Paragraph(self.words.text(key, **fields), "note")

    def figure(self, name: str, draw: Callable[[], Drawing], alt: Text, **fields: Any) -> Figure:
        """Create a figure; its caption is the text stored under ``figure.NAME``."""
        return Figure(name, self.words.string(f"figure.{name}", **fields), alt, draw)

    def missing_sources(self) -> Iterator[Paragraph]:
        """Yield a note that lists the optional results that were not given, unless all were given."""
        studies = self.sources.studies
        given = {
            **{name: name in self.sources.comparisons for name in (NO_PLAN, NO_SUPPORT)},
            "sensitivity": "sobol" in studies or "morris" in studies,
            **{kind: kind in studies for kind in OPTIONAL_STUDIES},
        }
        missing = [self.words.string(f"missing.{key}") for key, present in given.items() if not present]
        if missing:
            yield self.note("missing.summary", names=self.words.string("mark.list").join(missing))

    # --- names ---

    def title(self, dataset: xr.Dataset) -> str:
        """Return the title of a scenario or study."""
        return str(dataset.attrs[f"title_{self.words.lang}"])

    def reference_title(self, comparison: xr.Dataset) -> str:
        """Return the title of the reference in a comparison."""
        return str(comparison.attrs[f"reference_{self.words.lang}"])

    def label(self, dataset: xr.Dataset, dim: str, slug: Any) -> str:
        """Return the label of a coordinate value."""
        name = f"{dim}_{self.words.lang}"
        return str(dataset[name].sel({dim: slug}).values) if name in dataset.coords else str(slug)

    def long_name(self, variable: xr.DataArray) -> str:
        """Return the long name of a variable."""
        return str(variable.attrs["long_name_zh" if self.words.lang == "zh" else "long_name"])

    def element_label(self, selected: xr.Dataset, dim: str) -> str:
        """Return the label of the factor, outcome, scenario or player selected in a study.

        Args:
            selected: study with one element selected along ``dim``.
            dim: dimension of the element.
        """
        if dim == "factor":
            return factor_labels.factor(selected)
        name, slug = f"{dim}_{self.words.lang}", str(selected[dim].values)
        return str(selected[name].values) if name in selected.coords else slug

    def labelled(self, label: str, number: Number | Text) -> Text:
        """Return a label followed by its number."""
        return self.words.text("mark.labelled", name=label, value=number)

    # --- units ---

    def column_unit(self, unit: str) -> tuple[str, float]:
        """Return the name of a unit as printed in tables, and the divisor of the numbers in this unit."""
        if unit == "yuan":
            return say("unit.large_yuan"), 1e4 if self.words.lang == "zh" else 1e6
        return ("", 1.0) if unit == "share" else (self.words.unit_name(unit), 1.0)

    def outcome_unit(self, selected: xr.Dataset) -> str:
        """Return the unit in which the outcome selected in a study is shown."""
        if "outcome_unit" not in selected.coords:
            return "1"
        return shown_unit(str(selected.outcome_unit.values), str(selected.outcome.values))

    def divisor(self, unit: str) -> float:
        """Return the divisor of a study's numbers: the size of the large unit for money, otherwise 1."""
        return self.column_unit("yuan")[1] if unit in ("yuan", "yuan a year") else 1.0

    def axis_unit(self, unit: str) -> str:
        """Return the axis label for a unit in a study."""
        if unit == "share":
            return "%"
        if self.divisor(unit) == 1:
            return "" if unit == "1" else self.words.unit_name(unit)
        large = self.column_unit("yuan")[0]
        return large if unit == "yuan" else self.words.string("mark.unit_per_year", unit=large)

    def factor_axis(self, unit: str) -> tuple[str, float]:
        """Return the axis label for a factor's unit, and the divisor of the factor's values."""
        return ("%", 0.01) if unit.startswith("share") else (self.axis_unit(unit), self.divisor(unit))

    def outcome_axis(self, selected: xr.Dataset) -> tuple[str, float]:
        """Return the axis label for the unit of the selected outcome, and the divisor of its values."""
        unit = self.outcome_unit(selected)
        return self.axis_unit(unit), 0.01 if unit == "share" else self.divisor(unit)

    def stacked_parts(self, dim: str, yearly: xr.DataArray, most: int = 7) -> list[Series]:
        """Return the largest parts of yearly amounts as chart series, with all other parts combined.

        Args:
            dim: dimension of the parts.
            yearly: amounts by part and year.
            most: maximum number of parts shown separately.
        """
        total = yearly.sum("year").sortby(yearly.sum("year"), ascending=False)
        names = [name for name in total[dim].values if float(total.sel({dim: name})) > 0]
        parts = [
            Series(self.label(self.result, dim, name), yearly.sel({dim: name}).values)
            for name in names[:most]
        ]
        if len(names) > most:
            rest = yearly.sel({dim: names[most:]}).sum(dim).values
            parts.append(Series(self.words.string("axis.others"), rest))
        return parts

    # --- tables ---

    def page_tables(self, table: DataTable, keep: Sequence[str] = ()) -> Iterator[Table]:
        """Convert a table of results for a page: drop empty columns, and split the table if it is too wide.

        Args:
            table: table as printed by the commands.
            keep: columns to show; all if empty.
        """
        columns = [c for c in table.columns if not keep or c in keep]
        columns = [c for c in columns if any(not math.isnan(r.numbers.get(c, math.nan)) for r in table.rows)]
        for number, start in enumerate(range(0, len(columns), MOST_COLUMNS)):
            yield self._page_table(table, columns[start : start + MOST_COLUMNS], number)

    def _page_table(self, table: DataTable, columns: Sequence[str], number: int) -> Table:
        words = self.words
        head = [words.string("head.item"), say("column.unit"), *(heading(table, c) for c in columns)]
        rows = []
        for row in table.rows:
            unit, divisor = self.column_unit(row.unit)
            cells = [self.cell(row, column, divisor) for column in columns]
            rows.append((Cell(row.label), Cell(unit), *cells))
        if not any(row[1].text for row in rows):
            del head[1]
            rows = [(row[0], *row[2:]) for row in rows]
        name = table.name if not number else f"{table.name}_{number + 1}"
        caption = table.title if not number else table.title + words.string("mark.continued")
        notes = (*remarks(table), *table.notes)
        return Table(name, caption, tuple(head), tuple(rows), notes)

    def cell(self, row: Row, column: str, divisor: float) -> Cell:
        """Format one number of a row as a table cell."""
        value = row.numbers.get(column, math.nan)
        if column == "chance" and not math.isnan(value):
            return self._probability_cell(row)
        if column == "dry_first" and not math.isnan(value):
            year, month = divmod(int(value), 100)
            return Cell(self.words.string("mark.month", year=year, month=month))
        if row.unit == "share" or column == "dry":
            text = in_points(self.words.share(value).text, row, column)
            return self.words.cell(Number(value, text), "share")
        if column in LEVELS and divisor == 1 and self.words.is_whole(row.unit):
            return self.words.cell(self.words.count(value, whole=True), row.unit)
        return self.words.cell(Number(value, format_number(value / divisor)), row.unit, divisor)

    def _probability_cell(self, row: Row) -> Cell:
        """Format the number of replicates that meet a target and the interval of the probability."""
        numbers = row.numbers
        met, of = self.words.count(numbers["met"]), self.words.count(numbers["of"])
        low, high = (self.words.share(numbers[f"chance_{end}"], 0) for end in ("low", "high"))
        text = self.words.text("mark.probability", met=met, of=of, low=low, high=high)
        return Cell(text.text, text.numbers)

    def share_cell(self, value: float, low: float, high: float) -> Cell:
        """Format a share with its interval if this is complete; a missing share is printed as a dash."""
        numbers = [self.words.share(end, 0) for end in (value, low, high)]
        if any(math.isnan(number.value) for number in numbers):
            return self.words.cell(numbers[0])
        text = self.words.text("mark.median_range", middle=numbers[0], low=numbers[1], high=numbers[2])
        return Cell(text.text, text.numbers)


def find_table(several: Sequence[DataTable], name: str) -> DataTable | None:
    """Return the table with the given name, or None if there is no such table."""
    return next((table for table in several if table.name == name), None)


def by_month(values: xr.DataArray) -> npt.NDArray[np.float64]:
    """Return values as an array of shape (replicate, month)."""
    return np.asarray(values.transpose("replicate", "month").values, dtype=np.float64)


def by_year(values: xr.DataArray) -> xr.DataArray:
    """Return means over replicates, summed by calendar year."""
    return values.mean("replicate").groupby("month.year").sum()


def quantiles_at_end(values: xr.DataArray) -> tuple[float, float, float]:
    """Return the 5%, 50% and 95% quantiles over replicates in the last month."""
    low, middle, high = np.quantile(values.isel(month=-1).values, [0.05, 0.5, 0.95])
    return float(low), float(middle), float(high)
