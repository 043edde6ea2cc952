"""Measure speed and memory, print a table: ``python -m tests.bench [--quick] [--markdown] [--details]``."""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bench.fresh import TaskError, command_cpu, in_turns, task

HELP: Final = "import sys; from sim.cli.main import main; sys.argv = ['zsim', '--help']; sys.exit(main())"
BASE_MIB: Final = 350


@dataclass(frozen=True)
class Size:
    """How much is measured.

    Attributes:
        scale: of the run that is measured.
        firms, months: in the comparison with plain Mesa.
        agents: in the comparison with Starsim.
        rounds: turns of each comparison.
        runs: of a study.
    """

    scale: float
    firms: int
    months: int
    agents: int
    rounds: int
    runs: int


FULL: Final = Size(scale=1.0, firms=30_000, months=24, agents=350_000, rounds=3, runs=200)
QUICK: Final = Size(scale=0.1, firms=3_000, months=6, agents=35_000, rounds=1, runs=8)


@dataclass(frozen=True)
class Line:
    """Line of the table; ``inside`` is None where there is no bound, or nothing was measured."""

    what: str
    measured: str
    bound: str = ""
    inside: bool | None = None
    note: str = ""


def bare_loop(size: Size, details: Callable[[str], None]) -> Iterator[Line]:
    """A run against the bare loop and the bare passes; its events; a tenth of it; its memory."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "trace.pickle")
        traced = task("trace", size.scale, file)
        measured = in_turns(
            {
                "run": ("run", str(size.scale)),
                "plain": ("bare", str(file), "plain"),
                "tenth": ("run", str(size.scale / 10)),
                "kept": ("bare", str(file), "kept"),
            },
            3 * size.rounds,  # the ratio lies near its bound, and three turns leave it 0.1 of noise
        )
    run, plain, kept, tenth = (measured[name] for name in ("run", "plain", "kept", "tenth"))
    for name, seconds in sorted(plain.items(), key=lambda item: -item[1]):
        details(f"bare {name}: {seconds:.3f} s, {kept[name]:.3f} s with freed memory kept")
    yield at_most(
        "full size / (bare SimPy loop + bare NumPy passes)", run["cpu"] / plain["cpu"], 2.5,
        f"{run['cpu']:.1f} s for {run['rows']:,.0f} rows; {plain['loop']:.2f} + "
        f"{plain['cpu'] - plain['loop']:.2f} s for {traced['events']:,.0f} events, "
        f"{traced['passes']:,.0f} passes")  # fmt: skip
    yield Line(
        "the same, the passes given the allocator's memory as in a run",
        f"{run['cpu'] / kept['cpu']:.2f}",
        note=f"{kept['loop']:.2f} + {kept['cpu'] - kept['loop']:.2f} s",
    )
    events = traced["events"]
    yield Line("SimPy events of a run", f"{events:,.0f}", "at most 2,500,000", events <= 2.5e6)
    yield at_most(
        "full size / one tenth", run["cpu"] / tenth["cpu"], 11,
        f"{tenth['cpu']:.1f} s for {tenth['rows']:,.0f} rows")  # fmt: skip
    bound = 500 * run["rows"] / 2**20 + BASE_MIB
    yield Line(
        "peak memory", f"{run['peak']:.0f} MiB", f"at most {bound:.0f} MiB", run["peak"] <= bound,
        "500 bytes a firm and 350 MiB")  # fmt: skip


def mesa(size: Size) -> Iterator[Line]:
    """Growth, cost, hiring and exit: agents against arrays."""
    arguments = (str(size.firms), str(size.months))
    measured = in_turns({"mesa": ("mesa", *arguments), "arrays": ("submodels", *arguments)}, size.rounds)
    agents, arrays = measured["mesa"], measured["arrays"]
    yield at_least(
        "plain Mesa / submodels: growth, cost, hiring, exit, per firm and month",
        agents["each"] / arrays["each"], 20,
        f"{agents['each'] * 1e6:.2f} / {arrays['each'] * 1e6:.3f} µs, {size.firms:,} firms; jobs "
        f"{agents['jobs']:.2f} / {arrays['jobs']:.2f} a firm, closures {agents['closures']:.2%} / "
        f"{arrays['closures']:.2%} a month")  # fmt: skip


def starsim(size: Size) -> Iterator[Line]:
    """Births, deaths and one monthly update: Starsim against the engine."""
    python = os.path.abspath(os.environ.get("STARSIM_PYTHON") or sys.executable)
    try:
        task("has_starsim", python=python)
    except (TaskError, OSError) as missing:
        yield Line("Starsim / engine", "not measured", "at least 1", None, str(missing))
        return
    agents = str(size.agents)
    measured = in_turns(
        {
            "keyed": ("starsim", agents, "keyed"),
            "engine": ("engine", agents),
            "stream": ("starsim", agents, "stream"),
        },
        size.rounds,
        {"keyed": python, "stream": python},
    )
    engine = measured["engine"]
    for name, how in (("keyed", "common random numbers, its default"), ("stream", "without them")):
        theirs = measured[name]
        yield at_least(
            f"Starsim ({how}) / engine, births, deaths, one update", theirs["cpu"] / engine["cpu"], 1,
            f"{theirs['cpu']:.2f} / {engine['cpu']:.2f} s, 48 months; alive at the end "
            f"{theirs['alive']:,.0f} / {engine['alive']:,.0f}")  # fmt: skip


def studies(size: Size) -> Iterator[Line]:
    """A study of many runs against the runs alone; two workers against one; the parent's memory."""
    runs = (str(size.runs), "0.1")
    alone, one, two = (
        task("plain_runs", *runs),
        task("study_runs", *runs, "1"),
        task("study_runs", *runs, "2"),
    )
    each = alone["cpu"] / size.runs
    yield at_most(
        "a study's CPU / that of its runs alone", one["cpu"] / one["runs"] / each, 1.1,
        f"{size.runs} runs at scale 0.1, {each:.2f} s each")  # fmt: skip
    yield at_least(
        "one worker / two, wall time", one["wall"] / two["wall"], 1.7,
        f"{one['wall']:.0f} / {two['wall']:.0f} s")  # fmt: skip
    yield Line(
        "growth of the parent from the first quarter of the runs to the last", f"{two['grown']:.0f} MiB",
        "at most 20 MiB", two["grown"] <= 20)  # fmt: skip


def command_line() -> Iterator[Line]:
    """``zsim --help`` over the bare interpreter."""
    commands = {"zsim": [sys.executable, "-c", HELP], "bare": [sys.executable, "-c", "pass"]}
    spent: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(10):
        for name, command in commands.items():
            seconds = command_cpu(command)
            if turn:  # the first writes compiled modules
                spent[name].append(seconds)
    zsim, bare = (statistics.median(spent[name]) for name in commands)
    yield Line(
        "`zsim --help` over bare Python", f"{zsim - bare:.3f} s", "at most 0.15 s",
        zsim - bare <= 0.15, f"{zsim:.3f} less {bare:.3f} s")  # fmt: skip


def at_most(what: str, ratio: float, bound: float, note: str) -> Line:
    """A ratio that must not be larger."""
    return Line(what, f"{ratio:.2f}", f"at most {bound:g}", ratio <= bound, note)


def at_least(what: str, ratio: float, bound: float, note: str) -> Line:
    """A ratio that must not be smaller."""
    return Line(what, f"{ratio:.1f}", f"at least {bound:g}", ratio >= bound, note)


def inside(line: Line, quick: bool) -> str:
    """``yes``, ``NO``, or nothing where there is no bound for what was measured."""
    return "" if quick or line.inside is None else "yes" if line.inside else "NO"


def markdown(lines: list[Line], quick: bool) -> str:
    """Table for a README."""
    rows = [
        f"| {line.what} | {line.measured} | {line.bound} | {inside(line, quick)} | {line.note} |"
        for line in lines
    ]
    head = ["| CPU time, memory | measured | bound | inside | |", "|---|---:|---|---|---|"]
    return "\n".join([*head, *rows])


def text(lines: list[Line], quick: bool) -> str:
    """Table for a terminal: two rows for each line."""
    width = max(len(line.what) for line in lines)
    return "\n".join(
        f"{line.what:<{width}}  {line.measured:>12}  {line.bound:<18} {inside(line, quick)}".rstrip()
        + (f"\n    {line.note}" if line.note else "")
        for line in lines
    )


def main() -> None:
    """Measure all and print the table; progress goes to standard error."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, to which no bound applies")
    parser.add_argument("--markdown", action="store_true", help="as a Markdown table")
    parser.add_argument("--details", action="store_true", help="the bare passes one by one")
    options = parser.parse_args()
    size = QUICK if options.quick else FULL

    def details(note: str) -> None:
        if options.details:
            print(note, file=sys.stderr)

    lines: list[Line] = []
    for part in (bare_loop(size, details), mesa(size), starsim(size), studies(size), command_line()):
        for line in part:
            lines.append(line)
            print(f"  {line.what}: {line.measured}", file=sys.stderr, flush=True)
    print((markdown if options.markdown else text)(lines, options.quick))


if __name__ == "__main__":
    main()
