"""Reader of YAML written by hand: returns a tree of nodes with positions, and reports all faults at once.

PyYAML's event parser handles the grammar. The tree is built here so that duplicate keys, tags, anchors and
depth can be checked, and so that no object is constructed and no scalar is interpreted (YAML 1.1 converts
``no``, ``010`` and ``60:30``): scalars remain text until they are interpreted in the catalogue unit.
"""

from __future__ import annotations

import codecs
import errno
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from sim.engine.errors import Fault, InputError
from sim.policy.reading import keyboard_signs
from sim.policy.reading.names import nearest
from sim.texts import say

MOST_BYTES: Final = 256 * 1024
MOST_DEPTH: Final = 16
LARGE: Final = 64 * 1024
"""Length, in characters, above which libyaml (if installed) is used because it is ten times faster. PyYAML
parses shorter files, since its positions of grammar faults are more precise and the same on every machine."""
_WIDTHS: Final = {"allowed": 110, "kinds": 110, "here": 110, "files": 200}
"""Maximum length of the longer fields of a message, in characters."""
_THOUSANDS: Final = re.compile(r"[0-9]{3}(?:[^0-9].*)?")
MOST_NAMES: Final = 300
"""Maximum number of unknown names for which a suggestion is looked up; at most a hundred faults are shown."""


@dataclass(frozen=True)
class Node:
    """Node at a 1-based line and column; a plain ``Node`` replaces content with a reported fault."""

    line: int
    column: int


@dataclass(frozen=True)
class Text(Node):
    """Scalar as written; ``quoted`` is true if it was in quotes or a block scalar."""

    text: str
    quoted: bool = False


@dataclass(frozen=True)
class List(Node):
    """Sequence of nodes."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Map(Node):
    """Mapping with distinct text keys."""

    pairs: tuple[tuple[Text, Node], ...]

    def get(self, key: str) -> Node | None:
        """Return the value of a key, or None if the mapping does not contain it."""
        return next((value for name, value in self.pairs if name.text == key), None)


START: Final = Node(1, 1)


@dataclass
class Report:
    """Faults found in one file."""

    path: str
    faults: list[Fault] = field(default_factory=list)
    signs: dict[int, keyboard_signs.Sign] = field(default_factory=dict)
    _names: int = 0

    def add(self, node: Node, key: str, among: Mapping[str, str] | None = None, /, **words: object) -> None:
        """Add a fault with the message ``fault.KEY``, and suggest the allowed name nearest to ``name``.

        Args:
            node: position of the fault.
            key: key of the message.
            among: allowed names, by spelling.
            words: fields of the message; strings are shortened and stripped of control characters.
        """
        if isinstance(node, Text) and self.holds_sign(node):
            self.sign(node.line)
            return
        shown = {k: shorten(v, _WIDTHS.get(k, 60)) if isinstance(v, str) else v for k, v in words.items()}
        message = say(f"fault.{key}", **shown).strip()
        if among:
            self._names += 1
            near = nearest(str(words["name"]), among) if self._names <= MOST_NAMES else None
            if near:
                message += say("fault.nearest", near=near)
        path = "".join(c if c.isprintable() else "?" for c in self.path)
        fault = Fault(path, node.line, node.column, message)
        if fault not in self.faults[-1:]:
            self.faults.append(fault)

    def holds_sign(self, node: Text) -> bool:
        """Return whether a scalar contains full-width signs meant as YAML syntax."""
        sign = self.signs.get(node.line)
        return sign is not None and not node.quoted and any(place in node.text for place in sign.written)

    def sign(self, line: int) -> None:
        """Add a fault for the full-width signs in a line."""
        sign = self.signs[line]
        kinds = say("fault.and").join(say(f"fault.sign_{kind}") for kind in sign.kinds)
        key = "full_width" if kinds else "colon_space"
        self.add(Node(line, sign.column), key, name=sign.written[0].strip("“”‘’"), kinds=kinds)

    def check(self) -> None:
        """Raise an error if there are faults.

        Raises:
            InputError: there are faults; the error lists all of them.
        """
        if self.faults:
            raise InputError(self.faults)


def shorten(text: str, most: int = 60) -> str:
    """Return a text for a message: on one line, and shortened to ``most`` characters."""
    line = "".join(c if c.isprintable() else "\\" + f"x{ord(c):02x}" for c in text[: most + 1])
    return line if len(line) <= most else line[: most - 1] + "…"


def is_file(path: Path) -> bool:
    """Return whether a path is a file; False if its name is too long.

    Raises:
        OSError: the folder cannot be read.
    """
    return _exists(path.is_file)


def is_there(path: Path) -> bool:
    """Return whether a path exists, including folders and broken links."""
    return _exists(path.exists) or _exists(path.is_symlink)


def _exists(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return False
        raise


def read(path: Path, report: Report) -> Map | None:
    """Return the tree of a file, or None if it cannot be parsed; faults are added to the report.

    Raises:
        OSError: the file exists and cannot be read.
    """
    if not path.is_file():  # reading a pipe would block
        report.add(START, "folder")
        return None
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    return parse(data, report)


def parse(data: bytes, report: Report) -> Map | None:
    """Return the tree of a file's bytes, or None if they cannot be parsed; faults are added to the report."""
    if len(data) > MOST_BYTES:
        report.add(START, "too_large", most=MOST_BYTES // 1024)
        return None
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        report.add(_place(data[: error.start].decode("utf-8")), "not_utf8")
        return None
    odd = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if odd:
        key = "nul" if odd.group() == "\0" else "control"
        report.add(_place(text[: odd.start()]), key, code=f"U+{ord(odd.group()):04X}")
        return None
    report.signs = keyboard_signs.find(text)
    text, repaired = keyboard_signs.repaired(text, report.signs, _stops)
    for line in repaired:
        report.sign(line)
    try:
        root = _Builder(text, report).document()
    except yaml.MarkedYAMLError as error:
        spot = _spot_of(error)
        problem = "tab" if "\\t" in (error.problem or "") else "grammar"
        if problem == "grammar" and spot.line in report.signs:
            report.sign(spot.line)
        else:
            report.add(spot, problem, problem=str(error.problem or error.context or ""))
        return None
    except _TooDeepError as error:
        report.add(error.node, "too_deep", most=MOST_DEPTH)
        return None
    if root is None or (isinstance(root, Text) and not root.text and not root.quoted):
        report.add(START, "empty")
        return None
    if not isinstance(root, Map):
        report.add(root, "not_a_scenario")
        return None
    return root


def _stops(text: str) -> float:
    """Return the line at which parsing stops or of the first full-width sign in a key; otherwise infinity."""
    report = Report("", signs=keyboard_signs.find(text))
    try:
        root = _Builder(text, report).document()
    except yaml.MarkedYAMLError as error:
        return _spot_of(error).line
    except _TooDeepError:
        return math.inf
    if not isinstance(root, Map):
        return root.line if root else math.inf
    return min((key.line for key in _keys(root) if report.holds_sign(key)), default=math.inf)


def _keys(node: Node) -> Iterable[Text]:
    """Yield all keys inside a node."""
    if isinstance(node, Map):
        for key, value in node.pairs:
            yield key
            yield from _keys(value)
    elif isinstance(node, List):
        for item in node.items:
            yield from _keys(item)


def _spot_of(error: yaml.MarkedYAMLError) -> Node:
    mark: Any = error.problem_mark or error.context_mark
    return Node(mark.line + 1, mark.column + 1) if mark else START


def _place(before: str) -> Node:
    """Return the position of the character after ``before``."""
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return Node(len(lines), len(lines[-1]) + 1)


class _TooDeepError(Exception):
    def __init__(self, node: Node) -> None:
        self.node = node


class _Builder:
    """Builder of the tree of one document from parser events."""

    def __init__(self, text: str, report: Report) -> None:
        large: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self.events: Any = large(text) if len(text) > LARGE else yaml.SafeLoader(text)
        self.report = report

    def document(self) -> Node | None:
        self.events.get_event()  # start of the stream
        if self.events.check_event(yaml.StreamEndEvent):
            return None
        self.events.get_event()
        root = self.node(1)
        self.events.get_event()
        if not self.events.check_event(yaml.StreamEndEvent):
            self.report.add(_spot(self.events.peek_event()), "several_documents")
        return root

    def node(self, depth: int) -> Node:
        event = self.events.get_event()
        spot = _spot(event)
        if isinstance(event, yaml.AliasEvent):
            self.report.add(spot, "alias", name=f"*{event.anchor}")
            return spot
        if event.anchor is not None:
            self.report.add(spot, "anchor", name=f"&{event.anchor}")
        if event.tag is not None:
            self.report.add(spot, "tag", name=str(event.tag))
        if isinstance(event, yaml.ScalarEvent):
            return Text(spot.line, spot.column, event.value, bool(event.style))
        if depth > MOST_DEPTH:
            raise _TooDeepError(spot)
        if isinstance(event, yaml.SequenceStartEvent):
            return List(spot.line, spot.column, tuple(self.sequence(depth)))
        return Map(spot.line, spot.column, tuple(self.mapping(depth)))

    def sequence(self, depth: int) -> Iterable[Node]:
        while not self.events.check_event(yaml.SequenceEndEvent):
            yield self.node(depth + 1)
        self.events.get_event()

    def mapping(self, depth: int) -> Iterable[tuple[Text, Node]]:
        seen: dict[str, int] = {}
        for key, value in self.uncut(depth):
            if not isinstance(key, Text):
                if type(key) is not Node:
                    self.report.add(key, "key_not_text")
            elif key.text in seen:
                self.report.add(key, "duplicate_key", name=key.text, first=seen[key.text])
            else:
                seen[key.text] = key.line
                yield key, value
        self.events.get_event()

    def uncut(self, depth: int) -> list[tuple[Node, Node]]:
        """Return the pairs of a mapping; report ``{fees: 1,000}`` as a comma in a number."""
        pairs: list[tuple[Node, Node]] = []
        while not self.events.check_event(yaml.MappingEndEvent):
            key, value = self.node(depth + 1), self.node(depth + 1)
            rest = isinstance(key, Text) and isinstance(value, Text) and not value.text and key.text
            number = pairs[-1][1] if pairs else key
            if not rest or not _THOUSANDS.fullmatch(rest) or number is key:
                pairs.append((key, value))
            elif isinstance(number, Text) and number.text[-1:].isdigit():
                self.report.add(number, "comma_in_number", name=f"{number.text},{rest}")
                pairs[-1] = pairs[-1][0], Node(number.line, number.column)
            elif type(number) is not Node:  # otherwise these are further digits of the same number
                pairs.append((key, value))
        return pairs


def _spot(event: Any) -> Node:
    return Node(event.start_mark.line + 1, event.start_mark.column + 1)
