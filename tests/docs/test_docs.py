"""The model description says what the code holds, and its tables cannot go stale unseen."""

import csv
import io
import re
from pathlib import Path

import pytest

from sim.docs import model_tables
from sim.model import registry

ROOT = Path(__file__).resolve().parents[2]
TEXT = model_tables.FILE.read_text(encoding="utf-8")
ROOMS = [room.__name__.rpartition(".")[2] for room in registry.ROOMS]
PAGES = [model_tables.FILE, ROOT / "sim" / "README.md", ROOT / "calibration" / "README.md"]
IDS = {
    row["id"]
    for file in (ROOT / "calibration" / "evidence").glob("*.csv")
    for row in csv.DictReader(io.StringIO(file.read_text(encoding="utf-8")))
}
PREFIXES = "|".join(sorted({re.sub(r"\d", "", id_) for id_ in IDS}))
CITED = re.compile(rf"\b({PREFIXES})(\d+)((?:[-/]\d+\b)*)")


def section(title: str, text: str = TEXT) -> str:
    """What stands under a heading, up to the next of its rank or above."""
    found = re.search(rf"^(#+) {title}$(.*?)(?=^#{{1,3}} |\Z)", text, re.M | re.S)
    assert found is not None, f"no section {title!r}"
    return found[2]


def cited(text: str) -> set[str]:
    """Ids of evidence in a text; of a range, JOB16-17, its ends."""
    return {
        prefix + number
        for prefix, first, more in CITED.findall(text)
        for number in (first, *re.findall(r"\d+", more))
    }


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the description, to break."""
    copy = tmp_path / "README.md"
    copy.write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr(model_tables, "FILE", copy)
    return copy


def test_the_tables_are_those_of_the_code() -> None:
    assert model_tables.stale(TEXT) == []
    assert model_tables.fresh(TEXT) == TEXT


def test_a_stale_part_is_found_and_made_anew(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert model_tables.main(["--check"]) == 0
    broken = re.sub(r"(\| `growth\.young_share` \| )[\d.]+", r"\g<1>0.99", TEXT)
    page.write_text(broken.replace("| `grants` | budget |", "| `grants` | treasury |"), encoding="utf-8")
    assert model_tables.main(["--check"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [re.search(r": (.+?):", line)[1] for line in lines] == ["parameters of growth", "accounts"]  # type: ignore[index]
    assert model_tables.main([]) == 0
    assert page.read_text(encoding="utf-8") == TEXT


def test_a_part_that_is_missing_or_unknown_is_found() -> None:
    assert model_tables.stale(TEXT.replace("generated: windows", "generated: doors")) == [
        "doors: no such part",
        "windows: missing",
    ]


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_its_section_with_its_sockets_and_parameters(room: str) -> None:
    module = next(m for m in registry.ROOMS if m.__name__.endswith(f".{room}"))
    text = section(room.capitalize())
    owned = [each.id for each in (*module.LEVERS, *module.PARAMETERS)]
    assert [id_ for id_ in owned if f"| `{id_}` |" not in text] == []
    assert "Evidence:" in text


@pytest.mark.parametrize("title", ["Government", "World", "Census", "Targets"])
def test_what_is_no_room_has_its_section_too(title: str) -> None:
    assert len(section(title)) > 500


def test_every_socket_and_parameter_is_of_a_room() -> None:
    rooms = {*ROOMS, "debt"}  # the loan book stands below the rooms and has parameters of its own
    assert {id_.partition(".")[0] for id_ in (*registry.LEVERS, *registry.PARAMETERS)} <= rooms


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.parent.name)
def test_only_evidence_that_exists_is_named(path: Path) -> None:
    assert cited(path.read_text(encoding="utf-8")) - IDS == set()


def test_a_wrong_id_would_be_seen() -> None:
    assert cited("JOB16-17, ZS045; SURV01-05 and ENTRY05/06/09, not M06 or INCH") == {
        "JOB16", "JOB17", "ZS045", "SURV01", "SURV05", "ENTRY05", "ENTRY06", "ENTRY09"}  # fmt: skip
    assert cited("see SURV99") - IDS == {"SURV99"}
