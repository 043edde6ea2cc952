"""Validation of the parts of scenario and study files: mappings with known keys, lists, words and amounts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sim.policy.catalogue.entities import Unit
from sim.policy.reading.names import names
from sim.policy.reading.yaml_reader import List, Map, Node, Report, Text, is_file, read
from sim.policy.scenario.content import FORMER_WORDS
from sim.policy.scenario.quantities import UNITS_WRITTEN, QuantityError, allowed, quantity, unit_names
from sim.texts import language

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")

# Chinese names of the keys, for suggesting the nearest key.
CHINESE_KEYS: Final = {
    "name": "名称",
    "title": "标题",
    "question": "问题",
    "source": "来源",
    "extends": "继承",
    "without": "撤回",
    "off": "取消",
    "policy": "政策",
    "world": "外部环境",
    "run": "运行",
    "replicates": "重复次数",
    "seed": "随机种子",
    "scale": "抽样比例",
    "uncertainty": "不确定性",
    "macro": "宏观经济",
    "shocks": "冲击",
    "initial": "期初数据",
    "structure": "规则结构",
    "from": "日期",
    "value": "数值",
}


class Shapes:
    """Reader of nodes; invalid content is reported and omitted, and reading continues."""

    def __init__(self, report: Report) -> None:
        self.report = report

    def entries(
        self, node: Node, known: Mapping[str, str] | tuple[str, ...], allowed: str = ""
    ) -> list[tuple[Text, Node]]:
        """Return the known entries of a mapping; unknown keys are reported."""
        listed = allowed or self.listed(known)
        if not isinstance(node, Map):
            if not self.empty(node) and type(node) is not Node:
                self.report.add(node, "not_a_mapping", allowed=listed)
            return []
        spelt = known if isinstance(known, dict) else names(known)
        entries = []
        for key, value in node.pairs:
            if key.text in (known if isinstance(known, tuple) else spelt.values()):
                entries.append((key, value))
            else:
                among = {**spelt, **{CHINESE_KEYS[k]: k for k in spelt if k in CHINESE_KEYS}}
                self.report.add(key, "unknown_key", among, name=key.text, allowed=listed)
        return entries

    def items(self, node: Node, allowed: str) -> list[Node]:
        """Return the items of a list; an empty value is an empty list."""
        if isinstance(node, List):
            return list(node.items)
        if not self.empty(node) and type(node) is not Node:
            self.report.add(node, "not_a_list", allowed=allowed)
        return []

    def words(self, node: Node) -> Text | None:
        """Return the node of a scalar that is not empty, or None if it is invalid."""
        if isinstance(node, Text) and node.text.strip():
            return node
        if type(node) is not Node:
            self.report.add(node, "not_text")
        return None

    def text(self, node: Node) -> str | None:
        """Return the text of a scalar that is not empty, or None if it is invalid."""
        scalar = self.words(node)
        return scalar.text.strip() if scalar else None

    @staticmethod
    def empty(node: Node) -> bool:
        """Return whether a key has no value."""
        return isinstance(node, Text) and not node.quoted and node.text in ("", "~", "null")

    @staticmethod
    def listed(known: Mapping[str, str] | tuple[str, ...]) -> str:
        """Return the allowed names in one line."""
        return ", ".join(dict.fromkeys(known if isinstance(known, tuple) else known.values()))

    def one_of(self, node: Node, choices: tuple[str, ...]) -> str | None:
        """Return a scalar that must be one of ``choices``, or None if it is invalid."""
        if (text := self.words(node)) is None:
            return None
        word = FORMER_WORDS.get(text.text, text.text)
        if word in choices:
            return word
        among = names(choices)
        self.report.add(text, "unknown_value", among, name=text.text, allowed=self.listed(choices))
        return None

    def named(self, node: Node, stem: str | None) -> str | None:
        """Return the name of a scenario or study, which must be the stem of its file."""
        if (name := self.words(node)) is None:
            return None
        if not NAME.fullmatch(name.text):
            self.report.add(name, "bad_name", name=name.text, allowed=NAME.pattern)
        elif stem is not None and not NAME.fullmatch(stem):
            self.report.add(name, "rename", stem=stem, allowed=f"{name.text}.yaml")
        elif stem is not None and name.text != stem:
            self.report.add(name, "other_name", name=name.text, allowed=stem)
        else:
            return name.text
        return None

    def bilingual(self, node: Node) -> dict[str, str] | None:
        """Return a text in both languages; a text given only once is used for both."""
        if isinstance(node, Text):
            text = None if self.empty(node) else self.text(node)
            return {"zh": text, "en": text} if text else None
        entries = self.entries(node, ("zh", "en"))
        texts = {key.text: text for key, value in entries if (text := self.text(value))}
        if not entries and isinstance(node, Map):
            self.report.add(node, "missing", name="zh / en", allowed="zh, en")
        return {k: texts.get(k) or next(iter(texts.values())) for k in ("zh", "en")} if texts else None

    def amount(self, node: Node, unit: Unit, low: float, high: float) -> float | None:
        """Return a number in a unit, within its range, or None if it is invalid."""
        if not isinstance(node, Text):
            if type(node) is not Node:
                self.report.add(node, "not_a_value", allowed=spellings(unit))
            return None
        shown = unit.zh if language() == "zh" else unit.en
        try:
            value = quantity(node.text, unit)
        except QuantityError as error:
            words = {"name": node.text, **error.words, "unit": shown, "allowed": spellings(unit)}
            among = names(UNITS_WRITTEN) if error.key == "unknown_unit" else None
            self.report.add(node, error.key, among, **words)
            return None
        if not low <= value <= high:
            words = {"name": node.text, "unit": shown, "low": f"{low:.12g}", "high": f"{high:.12g}"}
            if unit.kind == "share" and "%" not in node.text and value > 1 and low <= value / 100 <= high:
                self.report.add(node, "per_cent", **words, near=f"{value:.12g}%")
            else:
                self.report.add(node, "out_of_range", **words)
            return None
        return value


def spellings(unit: Unit) -> str:
    """Return the ways in which amounts in a unit can be written; in English, English words come first.

    >>> spellings(Unit("yuan a year", "元/年", "yuan a year", "money", "year"))
    '元 万元 亿元 yuan /年'
    """
    if language() == "zh":
        return allowed(unit)
    words = [word for word in UNITS_WRITTEN if word.isascii() and _is_of(f"1{word}", unit)]
    words = [word for word in words if f"{word}s" not in words]
    words += [f"/{per}" for per in sorted(unit_names(unit)[1]) if per.isascii()]
    return " ".join(dict.fromkeys([*words, *allowed(unit).split()]))


def _is_of(text: str, unit: Unit) -> bool:
    try:
        quantity(text, unit)
    except QuantityError:
        return False
    return True


def is_study(path: Path) -> bool:
    """Return whether a file is a study rather than a scenario: only a study states its ``kind``."""
    root = read(path, Report(str(path))) if is_file(path) else None
    return root is not None and root.get("kind") is not None
