"""What tests of several folders share."""

from pathlib import Path

import pytest

from sim.policy.catalogue import PLAN


@pytest.fixture
def half_built_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The plan while a room is still to be built, in use; returns the setting that does not act."""
    text = PLAN.read_text(encoding="utf-8")
    text = text.replace("moves: {claims.fraud_found: value}", "moves: {claims.not_built: value}")
    text = text.replace("planned: {}", "planned: {claims.not_built: {unit: share, zh: 待建, en: not built}}")
    folder = tmp_path / "plan"
    folder.mkdir()
    (folder / "measures.yaml").write_text(text, encoding="utf-8")
    (folder / "clauses.yaml").write_bytes(PLAN.with_name("clauses.yaml").read_bytes())
    monkeypatch.setenv("ZSIM_PLAN", str(folder / "measures.yaml"))
    return "risk_based_inspection.fraud_found"
