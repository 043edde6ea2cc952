"""Everything the simulator says to people, in Chinese and in English.

The texts stand in ``words.yaml``; code names them by key. The bottom floor: it knows nothing else.
"""

from __future__ import annotations

import os
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

LANGUAGES: Final = ("zh", "en")

_language: ContextVar[str | None] = ContextVar("language", default=None)


def language() -> str:
    """The language in use: what :func:`use` chose, else ``ZSIM_LANG``, else ``zh``."""
    chosen = _language.get() or os.environ.get("ZSIM_LANG", "")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def use(lang: str) -> None:
    """Speak ``zh`` or ``en`` from now on, in this thread or task.

    Raises:
        ValueError: any other language.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"language {lang!r}: {' or '.join(LANGUAGES)}")
    _language.set(lang)


@cache
def _texts() -> dict[str, dict[str, str]]:
    """All texts by ``section.key``, then by language."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where it exists
    with Path(__file__).with_name("texts.yaml").open(encoding="utf-8") as file:
        sections = yaml.load(file, loader)
    return {f"{section}.{name}": text for section, texts in sections.items() for name, text in texts.items()}


def known(key: str) -> bool:
    """Whether there is a text of this key."""
    return key in _texts()


def say(key: str, /, **fields: object) -> str:
    """The text of a key in the language in use, its ``{fields}`` filled in.

    Raises:
        KeyError: no such key, or a field is missing.
    """
    return told(language(), key, **fields)


def told(lang: str, key: str, /, **fields: object) -> str:
    """The text of a key in one language, whatever the language in use: results carry both.

    Raises:
        KeyError: no such key or language, or a field is missing.
    """
    return _texts()[key][lang].format(**fields)
