"""Tests of heading numbers."""

from __future__ import annotations

from sim.reporting.layout import chinese_number


def test_chinese_numbers_of_headings() -> None:
    numbers = {1: "一", 10: "十", 11: "十一", 20: "二十", 21: "二十一", 99: "九十九"}
    assert {number: chinese_number(number) for number in numbers} == numbers
