"""The generated parts of the documentation agree with the code, and all cited evidence exists."""

import csv
import io
import re
from pathlib import Path

import pytest

from sim.docs import model_tables
from sim.model import registry

ROOT = Path(__file__).resolve().parents[2]
GENERATED = dict(model_tables.PAGES)
PAGES = [*GENERATED, ROOT / "sim" / "README.md", ROOT / "calibration" / "README.md"]
IDS = {
    row["id"]
    for file in (ROOT / "calibration" / "evidence").glob("*.csv")
    for row in csv.DictReader(io.StringIO(file.read_text(encoding="utf-8")))
}
PREFIXES = "|".join(sorted({re.sub(r"\d", "", id_) for id_ in IDS}))
CITED = re.compile(rf"\b({PREFIXES})(\d+)((?:[-/]\d+\b)*)")


def _id(page: Path) -> str:
    return f"{page.parent.name}-{page.stem}"


def cited(text: str) -> set[str]:
    """Return the ids of evidence in a text; a range such as JOB16-17 gives its ends."""
    return {
        prefix + number
        for prefix, first, more in CITED.findall(text)
        for number in (first, *re.findall(r"\d+", more))
    }


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of a submodel's page that a test may modify."""
    source = model_tables.MODEL / "firms" / "README.md"
    copy = tmp_path / "README.md"
    copy.write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(model_tables, "PAGES", {copy: GENERATED[source]})
    return copy


@pytest.mark.parametrize("path", GENERATED, ids=_id)
def test_generated_tables_agree_with_the_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert model_tables.faults(text, GENERATED[path]) == []
    assert model_tables.renewed(text, GENERATED[path]) == text


def test_a_stale_table_is_reported_and_updated(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = page.read_text(encoding="utf-8")
    assert model_tables.main(["--check"]) == 0
    page.write_text(re.sub(r"(\| `growth\.young_share` \| )[\d.]+", r"\g<1>0.99", text), encoding="utf-8")
    assert model_tables.main(["--check"]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert "parameters of firms: stale" in line
    assert model_tables.main([]) == 0
    assert page.read_text(encoding="utf-8") == text


def test_a_table_that_is_missing_or_unknown_is_named() -> None:
    source = model_tables.MODEL / "government" / "README.md"
    text = source.read_text(encoding="utf-8").replace("generated: windows", "generated: doors")
    assert model_tables.faults(text, GENERATED[source]) == ["doors: no such part", "windows: missing"]


@pytest.mark.parametrize("name", registry.SUBMODELS)
def test_a_submodel_page_lists_its_levers_and_parameters_and_names_its_evidence(name: str) -> None:
    module = registry.SUBMODELS[name]
    text = (model_tables.MODEL / name / "README.md").read_text(encoding="utf-8")
    assert [d.id for d in (*module.LEVERS, *module.PARAMETERS) if f"| `{d.id}` |" not in text] == []
    assert cited(text)


def test_every_lever_and_parameter_is_declared_by_one_submodel() -> None:
    declared = [d.id for m in registry.SUBMODELS.values() for d in (*m.LEVERS, *m.PARAMETERS)]
    assert len(declared) == len(set(declared))
    assert set(declared) == {*registry.LEVERS, *registry.PARAMETERS}
    for name in registry.SUBMODELS:
        assert (ROOT / "tests" / "model" / name / "rules.yaml").is_file(), name


@pytest.mark.parametrize("path", PAGES, ids=_id)
def test_only_evidence_that_exists_is_named(path: Path) -> None:
    assert cited(path.read_text(encoding="utf-8")) - IDS == set()


def test_a_wrong_id_would_be_seen() -> None:
    assert cited("JOB16-17, ZS045; SURV01-05 and ENTRY05/06/09, not M06 or INCH") == {
        "JOB16", "JOB17", "ZS045", "SURV01", "SURV05", "ENTRY05", "ENTRY06", "ENTRY09"}  # fmt: skip
    assert cited("see SURV99") - IDS == {"SURV99"}


@pytest.mark.parametrize(
    "page", [ROOT / "sim" / "README.md", ROOT / "sim" / "MODULES.md"], ids=lambda p: p.name
)
def test_every_link_of_the_map_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    assert len(links) > 50
    assert [link for link in links if not (page.parent / link).exists()] == []


def anchors(page: Path) -> set[str]:
    """Anchors of the headings of a page, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_every_section_that_the_map_names_exists() -> None:
    page = ROOT / "sim" / "README.md"
    links = re.findall(r"\]\(([^)#:]+)#([^)]+)\)", page.read_text(encoding="utf-8"))
    assert len(links) > 20
    assert [f"{to}#{anchor}" for to, anchor in links if anchor not in anchors(page.parent / to)] == []


def test_every_name_on_the_map_is_where_the_map_says() -> None:
    """In the form "``name`` in [``module``](link)", the module must contain the name."""
    text = (ROOT / "sim" / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"`(\w*[_.A-Z]\w*)`[^|`;]*? in \[`[\w/.]+`\]\(([\w/.]+)\)", text)
    assert len(named) >= 5
    missing = [(name, at) for name, at in named if name.split(".")[-1] not in (ROOT / "sim" / at).read_text()]
    assert missing == []


def test_every_module_is_listed_with_what_it_holds() -> None:
    text = (ROOT / "sim" / "MODULES.md").read_text(encoding="utf-8")
    modules = [p for p in (ROOT / "sim").rglob("*.py") if not p.name.startswith("__")]
    assert [str(p) for p in modules if f"]({p.relative_to(ROOT / 'sim')}): " not in text] == []
    assert re.findall(r"\.py\): *$", text, re.M) == []
