"""Workbooks: cell types, units and sheet names."""

import io
from pathlib import Path
from typing import Any

import openpyxl

from sim import texts
from sim.reporting.tables import workbook
from sim.reporting.tables.data_table import DataTable, Row
from sim.table import Cell, Number, Table

TRAPS = ("=1+1", "=HYPERLINK(A1)", "#N/A", "+3", "1,234", "TRUE")


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def number(value: float, unit: str = "yuan", scale: float = 1.0) -> Cell:
    text = f"{value / scale:g}"
    return Cell(text, (Number(value, text),), unit, scale)


def test_texts_are_not_read_as_formulas_or_numbers() -> None:
    """Texts on the front sheet and in captions, heads, cells and notes remain texts."""
    rows = tuple((Cell(text), Cell(text)) for text in TRAPS)
    made = [Table(f"t{i}", text, (text, text), rows, (text,)) for i, text in enumerate(TRAPS)]
    book = opened(workbook.render(workbook.Front("f", TRAPS, contents=True), made))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in book["f"]["A"]] == [*TRAPS, *TRAPS]
    assert [cell.value for cell in book["t0"]["A"]] == ["=1+1", "=1+1", *TRAPS, "=1+1"]


def test_numbers_in_displayed_or_base_units() -> None:
    row = (Cell("a"), number(2.5e6, scale=1e4), number(0.125, "share"), Cell("3 (1 to 5)"), Cell(""))
    table = Table("t", "t", ("", "a", "b", "c", "d"), (row,))
    front = workbook.Front("f", ())
    shown, plain = (opened(workbook.render(front, [table], plain=plain))["t"][3] for plain in (False, True))
    assert [c.value for c in shown] == ["a", 250, 0.125, "3 (1 to 5)", None]
    assert [c.number_format for c in shown[1:3]] == ["#,##0", "0.0%"]
    assert [c.number_format for c in plain[1:3]] == ["General", "0.0%"]


def test_sheet_names_are_valid_and_unique() -> None:
    long = "a name of more than thirty-one letters"
    names = ["a/b", "A b", "a:b", long, long, "[]", "front"]
    made = [Table(name, name, ("",), ((Cell("x"),),)) for name in names]
    book = opened(workbook.render(workbook.Front("Front", ("line",), contents=True), made))
    assert book.sheetnames == [
        "Front", "a b", "A b 2", "a b 3", long[:31], f"{long[:27]} 2", "table", "front 2"]  # fmt: skip
    links = [cell.hyperlink.target for cell in book["Front"]["A"][1:]]
    assert links == [f"#'{name}'!A1" for name in book.sheetnames[1:]]


def test_study_in_base_units_with_reasons_for_missing_numbers(tmp_path: Path) -> None:
    texts.use("en")
    rows = (
        Row("x", "spending", "yuan", {"mean": 2_500_000.5, "low": float("nan")}, "one replicate"),
        Row("y", "survival", "share", {"mean": 0.25}),
    )
    table = DataTable("id", "as_enacted", "Title", ("mean", "low"), rows, ("a note",), sheet="for people")
    workbook.write([table], ["carried"], tmp_path / "x.xlsx", [])
    book = opened((tmp_path / "x.xlsx").read_bytes())
    assert book[book.sheetnames[0]]["A1"].value == "carried"
    values = [[cell.value for cell in row] for row in book["for people"].iter_rows()]
    assert values[0][0] == "Title"
    assert values[2] == ["spending", "yuan", 2_500_000.5, None, "one replicate"]
    assert values[3][2:] == [0.25, None, None]
    assert values[4][0] == "a note"
