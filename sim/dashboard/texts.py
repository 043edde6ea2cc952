"""The texts of the page, in ``words.yaml``, in the language in use."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from sim.texts import language

FILE: Final = Path(__file__).with_name("texts.yaml")


@cache
def texts() -> dict[str, dict[str, str]]:
    """All texts by ``section.key``, then by language."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with FILE.open(encoding="utf-8") as file:
        sections = yaml.load(file, loader)
    return {f"{section}.{name}": text for section, named in sections.items() for name, text in named.items()}


def say(key: str, /, **fields: object) -> str:
    """The text of a key in the language in use, its ``{fields}`` filled in.

    Raises:
        KeyError: no such key, or a field is missing.
    """
    return told(language(), key, **fields)


def told(lang: str, key: str, /, **fields: object) -> str:
    """The text of a key in one language, whatever the language in use."""
    return texts()[key][lang].format(**fields)
