"""Cost of executing and storing runs beside the runs themselves: CPU, wall time, memory of the parent."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import psutil


def plain(number: int, scale: float) -> dict[str, float]:
    """CPU of so many runs of the plan as enacted, one after the other, nothing stored."""
    from sim.policy.scenario.scenario import load_scenario
    from sim.studies.execution.simulation import simulate

    scenario = load_scenario("as_enacted").with_run(scale=scale)
    simulate(scenario, number, False)  # imports and the first use of everything
    cpu, wall = time.process_time(), time.perf_counter()
    for replicate in range(number):
        simulate(scenario, replicate, False)
    return {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}


def study(number: int, scale: float, workers: int) -> dict[str, float]:
    """The same runs as a study: CPU of the parent and its workers, wall time, growth of the parent."""
    from sim.policy.scenario.scenario import load_scenario
    from sim.studies.execution.progress import SilentProgress
    from sim.studies.execution.simulation import city_model, simulate
    from sim.studies.specification.study_file import load_study
    from sim.studies.study import study as run_study

    simulate(load_scenario("as_enacted").with_run(scale=scale), number, False)
    me = psutil.Process()
    memory: list[int] = []

    class MemoryOfParent(SilentProgress):
        """Records the parent's memory at every run."""

        def finished(self) -> None:
            """Record the memory."""
            memory.append(me.memory_info().rss)

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "bench.yaml")
        file.write_text(
            "name: bench\nkind: ensemble\nscenario: as_enacted\nuncertainty: all\n"
            f"outcomes: [jobs_driven_by_startups, public_spending]\nreplicates: {number}\nscale: {scale}\n"
        )
        specification = load_study(file, city_model())
        before, wall = _spent(), time.perf_counter()
        run_study(specification, workers=workers, store=Path(folder, "store"), progress=MemoryOfParent())
        wall = time.perf_counter() - wall
    quarter = len(memory) // 4
    return {
        "cpu": _spent() - before,
        "wall": wall,
        "runs": float(len(memory)),
        "grown": (max(memory[-quarter:]) - max(memory[:quarter])) / 2**20,
    }


def _spent() -> float:
    """CPU seconds of this process and of children that have ended."""
    import resource

    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)
