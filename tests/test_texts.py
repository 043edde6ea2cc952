"""Texts in two languages, read from one file on first access."""

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
    loaded_on_access = Texts(file)
    file.write_text(FILE, encoding="utf-8")  # written only now, since the file is read on first access
    return loaded_on_access


def test_texts_are_known_by_section_and_key(sample: Texts) -> None:
    assert list(sample) == ["greeting.plain", "mark.comma"]
    assert len(sample) == 2
    assert sample["mark.comma"] == {"zh": "，", "en": ", "}


def test_a_text_is_returned_in_the_language_in_use(sample: Texts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZSIM_LANG", "en")
    assert sample.say("greeting.plain", name="Li") == "Hello Li"
    assert sample.in_language("zh", "greeting.plain", name="Li") == "你好，Li"


@pytest.mark.parametrize("key", ["greeting", "greeting.other", "plain"])
def test_an_unknown_key_or_a_missing_field_raises_a_key_error(sample: Texts, key: str) -> None:
    assert key not in sample
    with pytest.raises(KeyError, match=key):
        sample.say(key)
    with pytest.raises(KeyError, match="name"):
        sample.say("greeting.plain")


def test_the_simulators_texts_are_loaded() -> None:
    assert texts.known("table.chance_note")
    assert not texts.known("table.no_such_text")
    assert texts.in_language("en", "table.chance_note") == texts.TEXTS["table.chance_note"]["en"]
