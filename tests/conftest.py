"""Fixtures shared by the tests of several folders."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim import texts
from sim.policy.catalogue.catalogue import PLAN


@pytest.fixture(autouse=True)
def _default_language() -> Iterator[None]:
    """Start in the default language, whatever another test in the same process has chosen."""
    token = texts._language.set(None)
    yield
    texts._language.reset(token)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start Chromium; without it, the tests that need it fail."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.fail("Chromium not found: apt-get install chromium, or set CHROMIUM to its path")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=chromium)
        yield launched
        launched.close()


@pytest.fixture
def half_built_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Use a plan with a lever that no submodel implements; return the setting without effect."""
    text = PLAN.read_text(encoding="utf-8")
    text = text.replace("moves: {claims.fraud_found: value}", "moves: {claims.not_built: value}")
    text = text.replace("planned: {}", "planned: {claims.not_built: {unit: share, zh: 待建, en: not built}}")
    folder = tmp_path / "plan"
    folder.mkdir()
    (folder / "measures.yaml").write_text(text, encoding="utf-8")
    (folder / "clauses.yaml").write_bytes(PLAN.with_name("clauses.yaml").read_bytes())
    monkeypatch.setenv("ZSIM_PLAN", str(folder / "measures.yaml"))
    return "risk_based_inspection.fraud_found"
