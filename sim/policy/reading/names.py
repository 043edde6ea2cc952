"""Suggestion of the known name nearest to an unknown one, for messages."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from typing import Final

LEAST_SIMILARITY: Final = 0.25
"""Minimum similarity of a suggested name."""


def plain(text: str) -> str:
    """Return a name in lower case and half width, with words joined by underscores, for comparison."""
    return unicodedata.normalize("NFKC", text).casefold().strip().replace("-", "_").replace(" ", "_")


def nearest(name: str, among: Mapping[str, str]) -> str | None:
    """Return the known name that is most similar to another; None if none is similar enough.

    Args:
        name: the name as written.
        among: known name for each accepted spelling.

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
    """Map each name to itself, for the argument ``among`` of :func:`nearest`."""
    return {choice: choice for choice in choices}
