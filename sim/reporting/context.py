"""What the sections of a report share: its sources and wording, and tables of results as tables of a page."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.reporting.charts.series import Series
from sim.reporting.document import Cell, Figure, Heading, Number, Paragraph, Table, Text
from sim.reporting.sources import NO_PLAN, NO_SUPPORT, ReportSources
from sim.reporting.tables import factor_labels
from sim.reporting.tables.data_table import DataTable, Row
from sim.reporting.tables.printing import heading
from sim.reporting.wording import Wording, format_number
from sim.texts import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

YEARS: Final = (2017, 2018, 2019, 2020)
LEVELS: Final = ("median", "p5", "p95", "of")
"""Columns of levels, not of means and differences: whole things are shown in whole numbers."""
OPTIONAL_STUDIES: Final = ("attribution", "discovery", "threshold", "robustness", "variance_decomposition")
"""Kinds of study that the report of a run uses where they are given, beside sensitivity analyses."""
MOST_COLUMNS: Final = 7
"""Columns of numbers, beside name and unit, that fit on a page."""


@dataclass(frozen=True)
class ReportContext:
    """Sources and wording of one report, with helpers for its sections.

    Attributes:
        sources: the results.
        words: texts and numbers in the report's language.
    """

    sources: ReportSources
    words: Wording

    @property
    def result(self) -> xr.Dataset:
        """The run that the report is about."""
        return self.sources.result

    def runs_to_compare(self) -> list[xr.Dataset]:
        """The report's run and the reference that figures show beside it, if there is one."""
        references = self.sources.references
        reference = references.get(NO_PLAN, references.get(NO_SUPPORT))
        return [self.result, *([reference] if reference is not None else [])]

    # --- blocks ---

    def heading(self, level: int, key: str, **fields: Any) -> Heading:
        """A heading with the text of a key."""
        return Heading(level, self.words.string(key, **fields))

    def paragraph(self, key: str, /, **fields: Any) -> Paragraph:
        """A paragraph with the text of a key."""
        return Paragraph(self.words.text(key, **fields))

    def note(self, key: str, /, **fields: Any) -> Paragraph:
        """A note with the text of a key."""
        return Paragraph(self.words.text(key, **fields), "note")

    def figure(self, name: str, draw: Callable[[], Drawing], alt: Text, **fields: Any) -> Figure:
        """A figure with the caption ``figure.NAME``."""
        return Figure(name, self.words.string(f"figure.{name}", **fields), alt, draw)

    def missing_sources(self) -> Iterator[Paragraph]:
        """A note that names the results for which the report of a run was given no file."""
        studies = self.sources.studies
        given = {
            "comparison": self.sources.comparisons,
            "sensitivity": [*studies.get("sobol", ()), *studies.get("morris", ())],
            **{kind: studies.get(kind, ()) for kind in OPTIONAL_STUDIES},
        }
        missing = [self.words.string(f"missing.{key}") for key, found in given.items() if not found]
        if missing:
            yield self.note("missing.summary", names=self.words.string("mark.list").join(missing))

    # --- names ---

    def title(self, dataset: xr.Dataset) -> str:
        """Title of a scenario or study."""
        return str(dataset.attrs[f"title_{self.words.lang}"])

    def reference_title(self, comparison: xr.Dataset) -> str:
        """Title of the reference of a comparison."""
        return str(comparison.attrs[f"reference_{self.words.lang}"])

    def label(self, dataset: xr.Dataset, dim: str, slug: Any) -> str:
        """Label of a coordinate."""
        name = f"{dim}_{self.words.lang}"
        return str(dataset[name].sel({dim: slug}).values) if name in dataset.coords else str(slug)

    def long_name(self, variable: xr.DataArray) -> str:
        """Name of a variable."""
        return str(variable.attrs["long_name_zh" if self.words.lang == "zh" else "long_name"])

    def element_label(self, one: xr.Dataset, dim: str) -> str:
        """Label of the single factor, outcome, scenario or player of a study's selection.

        Args:
            one: a study with one element selected along ``dim``.
            dim: the dimension.
        """
        if dim == "factor":
            return factor_labels.factor(one)
        name, slug = f"{dim}_{self.words.lang}", str(one[dim].values)
        return str(one[name].values) if name in one.coords else slug

    def labelled(self, label: str, number: Number | Text) -> Text:
        """A label followed by its number."""
        return self.words.text("mark.labelled", name=label, value=number)

    # --- units ---

    def column_unit(self, unit: str) -> tuple[str, float]:
        """Name of a unit in a table, and the divisor of its numbers."""
        if unit == "yuan":
            return say("unit.large_yuan"), 1e4 if self.words.lang == "zh" else 1e6
        return ("", 1.0) if unit == "share" else (self.words.unit_name(unit), 1.0)

    def counted_unit(self, unit: str, *names: str) -> str:
        """Unit of a count by the name of its row or table, where the results give only ``count``."""
        key = next((f"counted.{name}" for name in names if self.words.known(f"counted.{name}")), "")
        return self.words.string(key) if key else unit

    def outcome_unit(self, one: xr.Dataset) -> str:
        """Unit of a study's single outcome; a probability is a share."""
        unit = str(one.outcome_unit.values) if "outcome_unit" in one.coords else "1"
        return "share" if unit == "bool" else unit

    def divisor(self, unit: str) -> float:
        """Divisor of a study's numbers: 1 unless money is shown in large units."""
        return self.column_unit("yuan")[1] if unit in ("yuan", "yuan a year") else 1.0

    def axis_unit(self, unit: str) -> str:
        """Name of a study's unit on an axis."""
        if unit == "share":
            return "%"
        if self.divisor(unit) == 1:
            return "" if unit == "1" else self.words.unit_name(unit)
        large = self.column_unit("yuan")[0]
        return large if unit == "yuan" else self.words.string("mark.unit_per_year", unit=large)

    def factor_axis(self, unit: str) -> tuple[str, float]:
        """Name of a factor's unit on an axis, and the divisor of its values."""
        return ("%", 0.01) if unit.startswith("share") else (self.axis_unit(unit), self.divisor(unit))

    def outcome_axis(self, one: xr.Dataset) -> tuple[str, float]:
        """Name of the unit of a study's single outcome on an axis, and the divisor of its numbers."""
        unit = self.outcome_unit(one)
        return self.axis_unit(unit), 0.01 if unit == "share" else self.divisor(unit)

    def stacked_parts(self, dim: str, yearly: xr.DataArray, most: int = 7) -> list[Series]:
        """The largest parts of yearly amounts as series of a chart, and all others as one.

        Args:
            dim: dimension of the parts, beside ``year``.
            yearly: amounts.
            most: number of parts shown separately.
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
        """Convert a table of results for a page: without empty columns, in parts if it is too wide.

        Args:
            table: as the commands print it.
            keep: its columns to show; all if empty.
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
            unit = self.counted_unit(unit, row.name, table.name)
            cells = [self.cell(row, column, divisor) for column in columns]
            rows.append((Cell(row.label), Cell(unit), *cells))
        if not any(row[1].text for row in rows):
            del head[1]
            rows = [(row[0], *row[2:]) for row in rows]
        name = table.name if not number else f"{table.name}_{number + 1}"
        caption = table.title if not number else table.title + words.string("mark.continued")
        notes = (*self._remarks(table), *table.notes)
        return Table(name, caption, tuple(head), tuple(rows), notes)

    def _remarks(self, table: DataTable) -> list[str]:
        """Why numbers of a table are missing, one line for each reason."""
        labels: dict[str, list[str]] = {}
        for row in table.rows:
            if row.remark:
                labels.setdefault(row.remark, []).append(row.label)
        separator = self.words.string("mark.list")
        return [
            self.words.string("mark.missing", names=separator.join(names), reason=reason)
            for reason, names in labels.items()
        ]

    def cell(self, row: Row, column: str, divisor: float) -> Cell:
        """The cell of one number in a table of results."""
        value = row.numbers.get(column, math.nan)
        if column == "chance" and not math.isnan(value):
            return self._probability_cell(row)
        if column == "dry_first" and not math.isnan(value):
            year, month = divmod(int(value), 100)
            return Cell(self.words.string("mark.month", year=year, month=month))
        if row.unit == "share" or column == "dry":
            return self.words.cell(self.words.share(value), "share")
        if column in LEVELS and divisor == 1 and self.words.is_whole(row.unit):
            return self.words.cell(self.words.count(value, whole=True), row.unit)
        return self.words.cell(Number(value, format_number(value / divisor)), row.unit, divisor)

    def _probability_cell(self, row: Row) -> Cell:
        """How often a target is met, with the interval of the probability."""
        numbers = row.numbers
        met, of = self.words.count(numbers["met"]), self.words.count(numbers["of"])
        low, high = (self.words.share(numbers[f"chance_{end}"], 0) for end in ("low", "high"))
        text = self.words.text("mark.probability", met=met, of=of, low=low, high=high)
        return Cell(text.text, text.numbers)

    def share_cell(self, value: float, low: float, high: float) -> Cell:
        """A share with its interval; a dash where there is none."""
        numbers = [self.words.share(end, 0) for end in (value, low, high)]
        if any(math.isnan(number.value) for number in numbers):
            return self.words.cell(numbers[0])
        text = self.words.text("mark.median_range", middle=numbers[0], low=numbers[1], high=numbers[2])
        return Cell(text.text, text.numbers)


def find_table(several: Sequence[DataTable], name: str) -> DataTable | None:
    """The table of a name, or None if there is none."""
    return next((table for table in several if table.name == name), None)


def by_month(values: xr.DataArray) -> npt.NDArray[np.float64]:
    """Values of shape (replicate, month)."""
    return np.asarray(values.transpose("replicate", "month").values, dtype=np.float64)


def by_year(values: xr.DataArray) -> xr.DataArray:
    """Means over replicates, summed by calendar year."""
    return values.mean("replicate").groupby("month.year").sum()


def quantiles_at_end(values: xr.DataArray) -> tuple[float, float, float]:
    """The 5%, 50% and 95% quantiles over replicates in the last month."""
    low, middle, high = np.quantile(values.isel(month=-1).values, [0.05, 0.5, 0.95])
    return float(low), float(middle), float(high)
