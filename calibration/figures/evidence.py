"""Rows of the tables in ``evidence/``, and the ids by which other files cite them."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from calibration import FOLDER, csv_table

FILES: Final = ("zhongshan.csv", "effects.csv")
CITED: Final = re.compile(r"\b([A-Z]{2,})(\d+)(?:-(\d+))?")


@cache
def rows(*names: str) -> dict[str, dict[str, str]]:
    """Return the rows of evidence tables, keyed by id.

    Args:
        names: names of files; all of :data:`FILES` by default.
    """
    by_id: dict[str, dict[str, str]] = {}
    for name in names or FILES:
        by_id |= {row["id"]: row for row in csv_table.read(FOLDER / "evidence" / name)}
    return by_id


def cited(text: str) -> set[str]:
    """Return the ids of evidence cited in a text; a range such as JOB16-17 includes all ids between its ends.

    >>> sorted(cited("CRED05-07, ZS138"))
    ['CRED05', 'CRED06', 'CRED07', 'ZS138']
    """
    ids = set()
    for prefix, first, last in CITED.findall(text):
        ids |= {f"{prefix}{n:0{len(first)}d}" for n in range(int(first), int(last or first) + 1)}
    return ids
