"""Detection of full-width punctuation where YAML requires ASCII: ``name：``, ``[M31，M32]``, ``“run”:``.

YAML reads such characters (signs) as letters, so its own error message would point to the wrong place. A
colon that is not followed by a space, as in ``name:x``, is treated in the same way.
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
_KEY: Final = re.compile(  # start of an entry, its key, the colon, and a bracket after it
    r"""(?P<before>(?:^|-\s|[\[{,｛［【，、])\s*)
    (?P<key>["'“”‘’＂＇]?[^\W\d]\w*["'“”‘’＂＇]?\s*[:：](?P<gap>\s*)[｛［【]?)""",
    re.VERBOSE,
)
_ITEM: Final = re.compile(r"(?P<before>[\[,]\s*)(?P<key>[A-Za-z]\w*\s*[，、])")
_MOST: Final = 100
_LONGEST: Final = 8 * 1024
"""Maximum length of a text that is repaired, in characters; finding each sign requires parsing the text."""


@dataclass(frozen=True)
class Sign:
    """Full-width signs in one line of a file.

    Attributes:
        column: column of the first sign, counted from 1.
        written: text around each sign of the line.
        kinds: ``colon``, ``comma``, ``pause``, ``quote``, ``bracket``, ``space``; empty if the fault is an
            ASCII colon without a space after it.
    """

    column: int
    written: tuple[str, ...]
    kinds: tuple[str, ...]


def find(text: str) -> dict[int, Sign]:
    r"""Return the full-width signs in a text where YAML requires ASCII, by line number counted from 1.

    >>> find("name: a, b\nrun：\n  seed： 3")[2]
    Sign(column=1, written=('run：',), kinds=('colon',))
    """
    signs: dict[int, Sign] = {}
    for number, line in enumerate(text.split("\n"), 1):
        places = [] if line.lstrip().startswith("#") else _places(line)
        if places:
            kinds = (_KINDS[c][0] for m in places for c in m[0] if c in _KINDS)
            first = places[0].start("key") + 1
            signs[number] = Sign(first, tuple(_written(m, line) for m in places), tuple(dict.fromkeys(kinds)))
        if len(signs) == _MOST:
            break
    return signs


def _places(line: str) -> list[re.Match[str]]:
    keys = [m for m in _KEY.finditer(line) if any(c in _KINDS for c in m[0]) or _narrow(m, line)]
    return sorted([*keys, *_ITEM.finditer(line)], key=re.Match.start)


def _written(entry: re.Match[str], line: str) -> str:
    """Return the key or item that contains a sign, as YAML reads it."""
    return entry["key"].strip() if _narrow(entry, line) else entry["key"].strip().rstrip(":")


def _narrow(entry: re.Match[str], line: str) -> bool:
    """Return whether the space after a colon is missing; JSON keys (``"name":``) and URLs need none."""
    following = line[entry.end() : entry.end() + 1]
    gap = entry.groupdict().get("gap")
    return gap == "" and entry["key"][0].isalpha() and following.strip() not in ("", "/", "\\")


def _repaired(line: str) -> str:
    def half(entry: re.Match[str]) -> str:
        before, key = (entry[name].translate(_HALF) for name in ("before", "key"))
        head, colon, rest = key.partition(":")
        return f"{before}{head}{colon} {rest.lstrip()}"

    bad = {m.start() for m in _places(line)}
    whole = _KEY.sub(lambda m: half(m) if m.start() in bad else m[0], line)
    return whole.translate(_BRACKETS) if set(line) & set("｛［【") else whole


def repaired(
    text: str, signs: Mapping[int, Sign], stops: Callable[[str], float]
) -> tuple[str, tuple[int, ...]]:
    """Replace the signs that prevent a text from being parsed; return the new text and the changed lines.

    Args:
        text: content of the file.
        signs: full-width signs by line.
        stops: function that returns the line at which parsing stops; infinity if the whole text is parsed.
    """
    at = stops(text) if signs and len(text) <= _LONGEST else math.inf
    if at == math.inf:
        return text, ()
    lines = text.split("\n")
    original = {line: lines[line - 1] for line in signs}
    for line in signs:
        lines[line - 1] = _repaired(original[line])
    then = stops("\n".join(lines))
    if then <= at:
        return text, ()
    for line in signs:  # restore signs that do not prevent parsing: they are part of a text
        replaced, lines[line - 1] = lines[line - 1], original[line]
        if stops("\n".join(lines)) != then:
            lines[line - 1] = replaced
    return "\n".join(lines), tuple(line for line in signs if lines[line - 1] != original[line])
