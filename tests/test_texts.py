"""Texts in two languages, read from one file when the first of them is asked for."""

from pathlib import Path

import pytest

from sim import texts
from sim.texts import Texts

FILE = """
greeting:
  plain: {zh: "你好，{name}", en: "Hello {name}"}
mark:
  comma: {zh: "，", en: ", "}
"""


@pytest.fixture
def sample(tmp_path: Path) -> Texts:
    file = tmp_path / "texts.yaml"
    found = Texts(file)
    file.write_text(FILE, encoding="utf-8")  # not read before
    return found


def test_texts_are_known_by_section_and_key(sample: Texts) -> None:
    assert list(sample) == ["greeting.plain", "mark.comma"]
    assert len(sample) == 2
    assert sample["mark.comma"] == {"zh": "，", "en": ", "}


def test_a_text_is_said_in_the_language_in_use(sample: Texts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZSIM_LANG", "en")
    assert sample.say("greeting.plain", name="Li") == "Hello Li"
    assert sample.in_language("zh", "greeting.plain", name="Li") == "你好，Li"


@pytest.mark.parametrize("key", ["greeting", "greeting.other", "plain"])
def test_an_unknown_key_or_a_missing_field_is_a_fault_of_the_code(sample: Texts, key: str) -> None:
    assert key not in sample
    with pytest.raises(KeyError, match=key):
        sample.say(key)
    with pytest.raises(KeyError, match="name"):
        sample.say("greeting.plain")


def test_the_simulators_own_texts_are_such_texts() -> None:
    assert texts.known("table.chance_note")
    assert not texts.known("table.nothing_of_the_kind")
    assert texts.in_language("en", "table.chance_note") == texts.TEXTS["table.chance_note"]["en"]
