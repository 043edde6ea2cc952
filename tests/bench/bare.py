"""The floor of a run: the same events in a bare SimPy loop, and one bare NumPy pass per rule and month."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from typing import Any, Final

import numpy as np
import simpy

from sim.engine.clock import DAYS
from sim.engine.random_streams import RandomStreams
from tests.bench.trace import Trace, length, rules

LONGEST: Final = 90  # days that a timeout of a file takes at most
KEPT: Final = 31 << 20  # bytes; glibc's limit is 32 MiB


def simpy_loop(events: Mapping[str, int]) -> float:
    """CPU seconds of a bare SimPy loop over as many events, alike in kind.

    As many processes are created, spread over the four years; plain events and timeouts are shared out
    among them, each waited for by its process.

    Args:
        events: number by kind: ``Initialize`` (a process begins), ``Process`` (it ends), ``Timeout``,
            ``Event``.
    """
    begun = max(1, events.get("Initialize", 0))
    plain, timeouts = events.get("Event", 0), events.get("Timeout", 0)
    env = simpy.Environment()

    def file(plain: int, timeouts: int, days: int) -> Generator[Any, None, None]:
        for _ in range(plain):
            desk = env.event()
            desk.succeed()
            yield desk
        for _ in range(timeouts):
            yield env.timeout(days)

    def share(total: int, k: int) -> int:
        return (k + 1) * total // begun - k * total // begun

    def pump() -> Generator[Any, None, None]:
        made = 0
        for day in range(DAYS):
            for k in range(made, (day + 1) * begun // DAYS):
                env.process(file(share(plain, k), share(timeouts - DAYS, k), 1 + k % LONGEST))
            made = (day + 1) * begun // DAYS
            yield env.timeout(1)

    start = time.process_time()
    env.process(pump())
    env.run()
    return time.process_time() - start


def numpy_passes(trace: Trace, *, kept: bool) -> dict[str, float]:
    """CPU seconds by rule (draws by kind) of one pass per rule and month over contiguous arrays.

    Each pass is a single call of the rule on arrays as long as all that it was given in that month:
    nothing is gathered, scattered, recorded or posted.

    Args:
        trace: of the run.
        kept: let glibc keep the memory of freed arrays, as a run does; else every pass pays for new
            pages, as a plain script would.
    """
    functions = rules()
    longest: dict[str, int] = {}
    for (name, _), n in trace.rules.items():
        longest[name] = max(n, longest.get(name, 0))
    pools = {name: _stretched(trace.samples[name], n) for name, n in longest.items()}
    spent = dict.fromkeys([*sorted(longest), *sorted({d for d, *_ in trace.draws})], 0.0)
    ids = np.arange(max(trace.draws.values(), default=0), dtype=np.int64)
    streams = RandomStreams(1, 0)
    passes: dict[int, list[tuple[str, str, int]]] = {}
    for (name, month), n in trace.rules.items():
        passes.setdefault(month, []).append((name, "", n))
    for (draw, purpose, month), n in trace.draws.items():
        passes.setdefault(month, []).append((draw, purpose, n))
    if kept:
        np.empty(KEPT, dtype=np.uint8)
    for month in sorted(passes):
        for name, purpose, n in passes[month]:
            if name in functions:
                cut = tuple(_cut(a, n) if is_long else a for a, is_long in pools[name])
                start = time.process_time()
                functions[name][1](*cut)
            else:
                who, draw = ids[:n], getattr(streams, name)
                start = time.process_time()
                draw(who, purpose, month)
            spent[name] += time.process_time() - start
    return spent


def _stretched(arguments: tuple[Any, ...], n: int) -> list[tuple[Any, bool]]:
    """Arguments with their long arrays repeated to a length, and whether each is or holds such arrays."""
    had = length(arguments)

    def is_long(a: Any) -> bool:
        return isinstance(a, np.ndarray) and a.ndim > 0 and len(a) == had

    stretched: list[tuple[Any, bool]] = []
    for a in arguments:
        if is_long(a):
            stretched.append((np.resize(a, (n, *a.shape[1:])), True))
        elif isinstance(a, Mapping) and a and all(map(is_long, a.values())):
            stretched.append(({key: np.resize(each, n) for key, each in a.items()}, True))
        else:
            stretched.append((a, False))
    return stretched


def _cut(argument: Any, n: int) -> Any:
    """First entries of a long array, or of each in a mapping."""
    if isinstance(argument, Mapping):
        return {key: each[:n] for key, each in argument.items()}
    return argument[:n]
