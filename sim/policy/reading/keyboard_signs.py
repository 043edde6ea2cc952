"""Signs of a Chinese keyboard where YAML wants ASCII: ``name：``, ``[M31，M32]``, ``“run”:``; and ``name:x``.

YAML takes them for letters, so that what it then says of the file is far from what is wrong.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

_KINDS: Final = {
    **dict.fromkeys("：", ("colon", ":")),
    **dict.fromkeys("，", ("comma", ",")),
    **dict.fromkeys("、", ("pause", ",")),
    **dict.fromkeys("“”＂", ("quote", '"')),
    **dict.fromkeys("‘’＇", ("quote", "'")),
    **dict.fromkeys("｛", ("bracket", "{")),
    **dict.fromkeys("｝", ("bracket", "}")),
    **dict.fromkeys("［【", ("bracket", "[")),
    **dict.fromkeys("］】", ("bracket", "]")),
    **dict.fromkeys("\u3000\u00a0", ("space", " ")),
}
_HALF: Final = str.maketrans({sign: half for sign, (_, half) in _KINDS.items()})
_BRACKETS: Final = str.maketrans({sign: half for sign, (kind, half) in _KINDS.items() if kind == "bracket"})
_KEY: Final = re.compile(  # an entry's beginning, its key, the colon, and a bracket after it
    r"""(?P<before>(?:^|-\s|[\[{,｛［【，、])\s*)
    (?P<key>["'“”‘’＂＇]?[^\W\d]\w*["'“”‘’＂＇]?\s*[:：](?P<gap>\s*)[｛［【]?)""",
    re.VERBOSE,
)
_ITEM: Final = re.compile(r"(?P<before>[\[,]\s*)(?P<key>[A-Za-z]\w*\s*[，、])")
_MOST: Final = 100
_LONGEST: Final = 8 * 1024
"""Of texts up to this length it is found out which signs they stumble over; each try reads them once."""


@dataclass(frozen=True)
class Sign:
    """The first place of a line where such signs stand.

    Attributes:
        column: 1-based.
        written: what stands there; of every such place in the line.
        kinds: ``colon``, ``comma``, ``pause``, ``quote``, ``bracket``, ``space``; none where a colon of
            ASCII lacks the space after it.
    """

    column: int
    written: tuple[str, ...]
    kinds: tuple[str, ...]


def find(text: str) -> dict[int, Sign]:
    r"""Lines of a text, counted from 1, with signs where the grammar of YAML wants others.

    >>> find("name: a, b\nrun：\n  seed： 3")[2]
    Sign(column=1, written=('run：',), kinds=('colon',))
    """
    found: dict[int, Sign] = {}
    for number, line in enumerate(text.split("\n"), 1):
        places = [] if line.lstrip().startswith("#") else _places(line)
        if places:
            kinds = (_KINDS[c][0] for m in places for c in m[0] if c in _KINDS)
            first = places[0].start("key") + 1
            found[number] = Sign(first, tuple(_written(m, line) for m in places), tuple(dict.fromkeys(kinds)))
        if len(found) == _MOST:
            break
    return found


def _places(line: str) -> list[re.Match[str]]:
    keys = [m for m in _KEY.finditer(line) if any(c in _KINDS for c in m[0]) or _narrow(m, line)]
    return sorted([*keys, *_ITEM.finditer(line)], key=re.Match.start)


def _written(entry: re.Match[str], line: str) -> str:
    """What YAML takes for letters, or the key they belong to."""
    return entry["key"].strip() if _narrow(entry, line) else entry["key"].strip().rstrip(":")


def _narrow(entry: re.Match[str], line: str) -> bool:
    """Whether the space after a colon is missing; JSON's ``"name":`` and addresses need none."""
    following = line[entry.end() : entry.end() + 1]
    gap = entry.groupdict().get("gap")
    return gap == "" and entry["key"][0].isalpha() and following.strip() not in ("", "/", "\\")


def _mended(line: str) -> str:
    def half(entry: re.Match[str]) -> str:
        before, key = (entry[name].translate(_HALF) for name in ("before", "key"))
        head, colon, rest = key.partition(":")
        return f"{before}{head}{colon} {rest.lstrip()}"

    bad = {m.start() for m in _places(line)}
    whole = _KEY.sub(lambda m: half(m) if m.start() in bad else m[0], line)
    return whole.translate(_BRACKETS) if set(line) & set("｛［【") else whole


def stumbled(
    text: str, found: Mapping[int, Sign], stops: Callable[[str], float]
) -> tuple[str, tuple[int, ...]]:
    """Lines whose signs alone keep a text from being read, and the text with these mended.

    Args:
        text: of the file.
        found: its lines with signs.
        stops: the line where a text can't be read on; infinity where it is whole.
    """
    at = stops(text) if found and len(text) <= _LONGEST else math.inf
    if at == math.inf:
        return text, ()
    lines = text.split("\n")
    original = {line: lines[line - 1] for line in found}
    for line in found:
        lines[line - 1] = _mended(original[line])
    then = stops("\n".join(lines))
    if then <= at:
        return text, ()
    for line in found:  # what was no hindrance stays: it is somebody's text
        mended, lines[line - 1] = lines[line - 1], original[line]
        if stops("\n".join(lines)) != then:
            lines[line - 1] = mended
    return "\n".join(lines), tuple(line for line in found if lines[line - 1] != original[line])
