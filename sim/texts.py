"""Texts for users, in Chinese and in English.

The texts are in ``texts.yaml`` and are used by key. :class:`Texts` reads this file, and those of the
reports and the dashboard. This module imports no other module of the simulator.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from functools import cached_property
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
    """Set the language of all texts from now on, in this thread or task.

    Raises:
        ValueError: any other language.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"language {lang!r}: {' or '.join(LANGUAGES)}")
    _language.set(lang)


class Texts(Mapping[str, Mapping[str, str]]):
    """The texts of a YAML file (section, key, language) by ``section.key``, then by language.

    Args:
        file: read when the first text is used.
    """

    def __init__(self, file: Path) -> None:
        self.file = file

    @cached_property
    def _by_key(self) -> dict[str, dict[str, str]]:
        loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where it exists
        with self.file.open(encoding="utf-8") as file:
            sections = yaml.load(file, loader)
        parts = ((section, key, text) for section, texts in sections.items() for key, text in texts.items())
        return {f"{section}.{key}": text for section, key, text in parts}

    def __getitem__(self, key: str) -> Mapping[str, str]:
        return self._by_key[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_key)

    def __len__(self) -> int:
        return len(self._by_key)

    def say(self, key: str, /, **fields: object) -> str:
        """The text of a key in the language in use, its ``{fields}`` filled in.

        Raises:
            KeyError: no such key, or a field is missing.
        """
        return self.in_language(language(), key, **fields)

    def in_language(self, lang: str, key: str, /, **fields: object) -> str:
        """The text of a key in one language, independently of the language in use.

        Raises:
            KeyError: no such key or language, or a field is missing.
        """
        return self[key][lang].format(**fields)


TEXTS: Final = Texts(Path(__file__).with_name("texts.yaml"))
"""The texts of the simulator itself; reports and the dashboard have files of their own."""
say, in_language = TEXTS.say, TEXTS.in_language


def known(key: str) -> bool:
    """Whether there is a text of this key."""
    return key in TEXTS
