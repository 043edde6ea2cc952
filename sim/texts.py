"""User-facing texts in Chinese and English.

The texts are stored in ``texts.yaml`` and looked up by key. :class:`Texts` also reads the text files of the
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
    """Return the current language: the one set by :func:`use`, otherwise ``ZSIM_LANG``, otherwise ``zh``."""
    chosen = _language.get() or os.environ.get("ZSIM_LANG", "")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def use(lang: str) -> None:
    """Set the language of all subsequent texts in this thread or task.

    Args:
        lang: ``zh`` or ``en``.

    Raises:
        ValueError: the language is not supported.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"language {lang!r} is not supported; use {' or '.join(LANGUAGES)}")
    _language.set(lang)


class Texts(Mapping[str, Mapping[str, str]]):
    """Texts from a YAML file, as a mapping from ``section.key`` to the text in each language.

    Args:
        file: YAML file with the levels section, key and language; it is read on first use.
    """

    def __init__(self, file: Path) -> None:
        self.file = file

    @cached_property
    def _by_key(self) -> dict[str, dict[str, str]]:
        loader: Any = getattr(
            yaml, "CSafeLoader", yaml.SafeLoader
        )  # ten times faster, but not always available
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
        """Return the text stored under ``key`` in the current language, with its ``{fields}`` filled in.

        Raises:
            KeyError: the key is unknown or a field is missing.
        """
        return self.in_language(language(), key, **fields)

    def in_language(self, lang: str, key: str, /, **fields: object) -> str:
        """Return the text stored under ``key`` in a given language, with its ``{fields}`` filled in.

        Raises:
            KeyError: the key or language is unknown, or a field is missing.
        """
        return self[key][lang].format(**fields)


TEXTS: Final = Texts(Path(__file__).with_name("texts.yaml"))
"""Texts of the simulator itself; the reports and the dashboard have their own text files."""
say, in_language = TEXTS.say, TEXTS.in_language


def known(key: str) -> bool:
    """Whether a text with this key exists."""
    return key in TEXTS
