"""Glossary: terms from ``sim/glossary.yaml``, and the tables of ``sim/GLOSSARY.md`` generated from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

SOURCE: Final = Path(__file__).parents[1] / "glossary.yaml"
PAGE: Final = SOURCE.with_name("GLOSSARY.md")


@dataclass(frozen=True)
class Term:
    """A glossary term in Chinese and English.

    Attributes:
        id: permanent identifier.
        section: section of the glossary page.
        zh: Chinese term.
        en: English term.
        means: definition, by language.
        used: places in which the term appears.
        forms: other accepted forms, by language.
        avoid: words to avoid for this concept, by language.
        generic: whether the term also has an everyday meaning, so that its use is not checked.
    """

    id: str
    section: str
    zh: str
    en: str
    means: Mapping[str, str]
    used: str
    forms: Mapping[str, list[str]] = field(default_factory=dict)
    avoid: Mapping[str, list[str]] = field(default_factory=dict)
    generic: bool = False

    def accepted(self, lang: str) -> list[str]:
        """Return the term and its other accepted forms in a language."""
        return [self.zh if lang == "zh" else self.en, *self.forms.get(lang, ())]


@cache
def _source() -> dict[str, Any]:
    with SOURCE.open(encoding="utf-8") as file:
        return dict(yaml.safe_load(file))


def terms() -> list[Term]:
    """Return all terms in the order of the glossary page."""
    sections = _source()["terms"].items()
    return [Term(id_, section, **entry) for section, entries in sections for id_, entry in entries.items()]


def avoided(lang: str) -> list[str]:
    """Return the words to avoid in a language; a final ``*`` matches any ending."""
    return [*(word for term in terms() for word in term.avoid.get(lang, ())), *_source()["avoid"][lang]]


def page() -> str:
    """Return the tables of the glossary page in Markdown, one per section."""
    lines: list[str] = []
    for section, title in _source()["sections"].items():
        lines += [f"## {title['zh']} / {title['en']}", ""]
        lines += ["| 术语 | term | 含义 | definition | 出现处 / used in |", "|---|---|---|---|---|"]
        for term in terms():
            if term.section == section:
                cells = (f"**{term.zh}**", f"**{term.en}**", term.means["zh"], term.means["en"], term.used)
                lines.append("| " + " | ".join(cells) + " |")
        lines.append("")
    return "\n".join(lines[:-1]) + "\n"
