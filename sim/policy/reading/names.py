"""The nearest known name to one that is not known, for messages."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from typing import Final

LEAST_SIMILARITY: Final = 0.25
"""A name that is less similar than this is no help."""


def plain(text: str) -> str:
    """Return a name in lower case and half width, words joined by underscores, for comparison."""
    return unicodedata.normalize("NFKC", text).casefold().strip().replace("-", "_").replace(" ", "_")


def nearest(name: str, among: Mapping[str, str]) -> str | None:
    """Return the known name that is most similar to another; None where nothing is similar.

    Args:
        name: as it was written.
        among: the known name for each of its spellings.

    >>> nearest("guarantee_fees", {"guarantee_fee": "guarantee_fee", "担保费率": "guarantee_fee"})
    'guarantee_fee'
    """
    written = plain(name[:80])
    best, closest = LEAST_SIMILARITY, None
    matcher = SequenceMatcher(None, "", written, autojunk=False)
    for spelling, known in among.items():
        matcher.set_seq1(plain(spelling))
        if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best:
            ratio = matcher.ratio()
            if ratio > best:
                best, closest = ratio, known
    return closest


def names(choices: Iterable[str]) -> dict[str, str]:
    """Return the table for :func:`nearest` of names that have one spelling each."""
    return {choice: choice for choice in choices}
