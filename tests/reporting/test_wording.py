"""Tests of sentences about effects and of number formats."""

import math

import pytest

from sim.model.registry import PARAMETERS
from sim.reporting.document import Number
from sim.reporting.wording import TEXTS, Wording

ZH, EN = Wording("zh"), Wording("en")


def test_every_text_has_both_languages_and_the_same_fields() -> None:
    import string

    for key, text in TEXTS.items():
        assert set(text) == {"zh", "en"}, key
        if key.startswith("measured."):
            continue  # English names are in the table itself
        fields = [{f for _, f, _, _ in string.Formatter().parse(text[lang]) if f} for lang in ("zh", "en")]
        assert fields[0] == fields[1], key


@pytest.mark.parametrize(
    ("value", "low", "high", "base", "word"),
    [
        (0, 0, 0, math.nan, "没有变化"),
        (120, -30, 270, math.nan, "未见显著变化"),
        (120, 0, 240, math.nan, "未见显著变化"),
        (120, 20, 220, math.nan, "增加120人"),
        (-120, -220, -20, math.nan, "减少120人（95%区间为20至220人）"),
        (120, 20, 220, 1e6, "增加120人，占2012年以来创办企业就业人年总量的0.01%"),
        (-120, -220, -20, 1e6, "减少120人，占2012年以来创办企业就业人年总量的0.01%"),
        (120, 20, 220, 2000, "增加120人"),
        (120, math.nan, math.nan, math.nan, "无法给出区间"),
    ],
)
def test_sentences_about_effects(value: float, low: float, high: float, base: float, word: str) -> None:
    assert word in ZH.effect("就业", value, low, high, "persons", base).text


def test_an_interval_with_zero_is_no_change() -> None:
    text = EN.effect("Jobs", 5000, -1, 10001, "persons").text
    assert "no significant change" in text
    assert "increase of" not in text


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (0.92, 1, "可能性极大"),
        (0.51, 1, "可能性较大"),
        (0, 0.49, "可能性较小"),
        (0, 0.08, "可能性极小"),
        (0.3, 0.95, "尚难判断"),
    ],
)
def test_likelihood_in_words(low: float, high: float, word: str) -> None:
    assert ZH.likelihood(low, high) == word


def test_money_and_large_counts() -> None:
    assert ZH.yuan(316676565.3).text == "3.17亿元"
    assert ZH.yuan(84392626.6).text == "8,439万元"
    assert EN.yuan(316676565.3).text == "317 million yuan"
    assert ZH.count(1180128.8).text == "118万"
    assert EN.count(1180128.8).text == "1,180,129"
    assert ZH.quantity(0.0356, "share").text == "3.6%"
    assert EN.count(-0.0000001).text == "0"


def test_a_text_keeps_the_numbers_of_its_fields() -> None:
    one, two = Number(1.25, "1.3"), Number(2.0, "2")
    inner = ZH.interval(one, two)
    text = ZH.text("effect.up", name="就业", value=Number(7.0, "7"), interval=inner)
    assert text.text == "就业增加7（95%区间为1.3至2）。"
    assert text.numbers == (Number(7.0, "7"), one, two)


def test_every_submodel_has_a_name() -> None:
    """A new submodel needs an entry in section ``submodel`` of ``texts.yaml``."""
    names = {f"submodel.{id_.partition('.')[0]}" for id_ in PARAMETERS}
    assert sorted(names - TEXTS.keys()) == []
