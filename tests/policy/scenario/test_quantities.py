"""Tests of the parsing of numbers with units."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sim.policy.catalogue.catalogue import catalogue
from sim.policy.catalogue.entities import Unit
from sim.policy.scenario.quantities import WRITTEN, QuantityError, quantity
from sim.policy.scenario.shapes import spellings
from sim.texts import use

UNITS = catalogue().units


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("6亿元", "yuan", 6e8),
        ("6 亿元", "yuan", 6e8),
        ("６００万元", "yuan", 6e6),
        ("3000 yuan", "yuan", 3000),
        ("1500万元/年", "yuan a year", 1.5e7),
        ("1500万元", "yuan a year", 1.5e7),
        ("5000元", "yuan per job", 5000),
        ("1.0%", "share a year", 0.01),
        ("1.5％/年", "share a year", 0.015),
        ("0.03%/天", "share a day", 0.0003),
        ("30%", "share", 0.3),
        ("95%", "ratio", 0.95),
        ("10倍", "times", 10),
        ("20工作日", "workdays", 20),
        ("20 workdays", "workdays", 20),
        ("15天", "days", 15),
        ("15 days", "days", 15),
        ("36个月", "months", 36),
        ("3年", "months", 36),
        ("36 months", "years", 3),
        ("95万㎡", "m2", 950_000),
        ("120000 m2/年", "m2 a year", 120_000),
        ("30人", "clerks", 30),
        ("6000人/年", "persons a year", 6000),
        ("3家", "branches", 3),
        ("8个", "platforms", 8),
        ("48场/年", "lectures a year", 48),
        ("010", "days", 10),
        ("1e6", "yuan", 1_000_000),
        (".5", "share", 0.5),
        ("no", "switch", 0),
        ("是", "switch", 1),
        ("-0", "yuan", 0),
        ("5,000元/户", "yuan per firm", 5000),
        ("0.5 万元／户", "yuan per firm", 5000),
        ("5000 yuan per firm", "yuan per firm", 5000),
        ("5000 yuan/firm", "yuan per firm", 5000),
        ("200 元/次", "yuan per visit", 200),
        ("30万元/家", "yuan per listing", 300_000),
        ("3千万元", "yuan", 3e7),
        ("10,000 yuan", "yuan", 10_000),
        ("600 10,000 yuan", "yuan", 6e6),
        ("1.5 million yuan a year", "yuan a year", 1.5e6),
        ("2.5% a year", "share a year", 0.025),
        ("2.5 per cent per year", "share a year", 0.025),
        ("0.025 share a year", "share a year", 0.025),
        ("12 clerks", "clerks", 12),
        ("1 clerk", "clerks", 1),
        ("8 working days", "workdays", 8),
        ("48 lectures a year", "lectures a year", 48),
        ("yes", "switch", 1),
    ],
)
def test_quantities(text, unit, value):
    assert quantity(text, UNITS[unit]) == value


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_spelling_that_a_message_allows_is_accepted(lang):
    use(lang)
    for unit in UNITS.values():
        spelt = spellings(unit).split()
        for word in spelt:
            quantity(word if unit.kind == "switch" else f"1{word}", unit)
        if lang == "en" and unit.kind in ("money", "days", "span", "area", "persons", "hours"):
            assert spelt[0].isascii()


@pytest.mark.parametrize(
    ("text", "unit", "key"),
    [
        ("10天", "share a year", "wrong_unit"),
        ("15天", "workdays", "wrong_unit"),
        ("5000元/年", "yuan", "wrong_unit"),
        ("1%/天", "share a year", "wrong_unit"),
        ("3家", "clerks", "wrong_unit"),
        ("60:30", "days", "not_a_number"),
        ("0x10", "days", "unknown_unit"),
        ("1_000", "yuan", "not_a_number"),
        ("1,00", "yuan", "not_a_number"),
        ("1,0000", "yuan", "not_a_number"),
        ("60010,000", "yuan", "not_a_number"),
        ("5000元/家", "yuan per firm", "wrong_unit"),
        ("5000 yuan per visit", "yuan per firm", "wrong_unit"),
        ("12 mentors", "clerks", "unknown_unit"),
        ("yes or no", "switch", "not_a_switch"),
        (".inf", "yuan", "not_a_number"),
        ("", "yuan", "not_a_number"),
        ("no", "yuan", "not_a_number"),
        ("٣", "yuan", "not_a_number"),
        ("5 元 元", "yuan", "unknown_unit"),
        ("2.5", "clerks", "not_whole"),
        ("maybe", "switch", "not_a_switch"),
    ],
)
def test_what_is_no_quantity(text, unit, key):
    with pytest.raises(QuantityError) as caught:
        quantity(text, UNITS[unit])
    assert caught.value.key == key


@given(st.text(max_size=80), st.sampled_from(sorted(UNITS)))
@example("1e999999999999", "yuan")
@example("9" * 64, "yuan")
def test_any_text_is_a_number_or_none(text, unit):
    try:
        value = quantity(text, UNITS[unit])
    except QuantityError:
        return
    assert isinstance(value, float)


def test_every_kind_of_unit_can_be_written():
    assert {u.kind for u in UNITS.values()} == set(WRITTEN)
    for unit in UNITS.values():
        for word in WRITTEN[unit.kind].split():
            text = word if unit.kind == "switch" else f"12{word}"
            assert quantity(text, unit) >= 0
    assert quantity("12", Unit("x", "", "", "money")) == 12
