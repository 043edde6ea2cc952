"""Published causal effects beside what the model makes of the same treatment.

``python -m calibration.effects`` lives the arms that ``effects.yaml`` lists, keeps every number as it comes,
and writes ``effects_found.csv`` and the table in ``README.md``; ``--table`` makes the table alone. Nothing is
fitted here, and the rule of the verdict stands in ``effects.yaml``, written before the first run.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import yaml

from calibration import FOLDER
from calibration.effects import counterfactual_measures as counterparts
from calibration.effects.counterfactual_measures import MEASURES, Lived, Look, Pair, Register
from calibration.figures import evidence
from sim.docs import model_tables
from sim.model.registry import PARAMETERS
from sim.policy.scenario.content import Stated
from sim.policy.scenario.scenario import Scenario, load_scenario
from sim.studies.adapters.evaluator import Job
from sim.studies.execution import results, store
from sim.studies.execution.fingerprint import acts, fingerprint
from sim.studies.methods import intervals
from sim.studies.run import simulate
from sim.studies.trials import observational_estimate

HERE: Final = FOLDER
LIST: Final = HERE / "effects.yaml"
FOUND: Final = HERE / "effects_found.csv"
README: Final = HERE / "README.md"
PART: Final = "published effects"
REPLICATES: Final = 6
"""Wanted: to tell 20 points of survival (SUB05) from the 5 that SUB15 leaves open. Six brought it: 120 runs of 3 s."""
SCALE: Final = 0.1
COLUMNS: Final = (
    "id", "also", "part", "unit", "published", "model", "low", "high", "treated", "replicates", "verdict", "reason")  # fmt: skip
ARM: Final = frozenset({"scenario", "none", "without", "policy", "from", "until", "stated"})


@dataclass(frozen=True)
class Arm:
    """What is lived: a scenario, and parameters that are stated."""

    scenario: Scenario
    stated: Mapping[str, float]


@dataclass(frozen=True)
class Published:
    """What a study found: an interval, or a sign; of a sign ``zero``, the band that counts as none."""

    unit: str
    low: float = np.nan
    high: float = np.nan
    sign: str = ""
    within: float = np.nan

    def __str__(self) -> str:
        if self.sign == "zero":
            return f"none (within {_told(self.within, self.unit)})"
        if self.sign:
            return self.sign
        if self.low == self.high:
            return _told(self.low, self.unit)
        if np.isinf(self.high):
            return f"above {_told(self.low, self.unit)}"
        return f"{_told(self.low, self.unit)} to {_told(self.high, self.unit)}"


@dataclass(frozen=True)
class Effect:
    """One published finding and its counterpart; attributes as in ``effects.yaml``."""

    id: str
    part: str
    treated: str
    arms: tuple[str, str]
    look: Look
    published: Published
    differs: str
    also: tuple[str, ...] = ()
    claim: bool = False
    rule: bool = False


@cache
def declared() -> dict[str, Any]:
    """The list as it stands."""
    found: dict[str, Any] = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    return found


def effects() -> tuple[Effect, ...]:
    """All findings that have a counterpart."""
    found = []
    for entry in declared()["effects"]:
        look: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry["look"].items()}
        said: dict[str, Any] = {
            "arms": tuple(entry["arms"]),
            "look": Look(**look),
            "published": Published(**entry["published"]),
            "also": tuple(entry.get("also", ())),
        }
        found.append(Effect(**{**entry, **said}))
    return tuple(found)


def arm(name: str, scale: float) -> Arm:
    """An arm by its name."""
    said = declared()["arms"][name]
    if unknown := said.keys() - ARM:
        raise ValueError(f"{LIST.name}, arm {name}: unknown {sorted(map(str, unknown))}")
    scenario = load_scenario(said.get("scenario", "as_enacted")).with_run(scale=scale, replicates=1)
    since = said.get("from", dt.date(2017, 1, 1))
    until = said.get("until")
    policy = {
        id_: Stated("none", ((since, float(value)), *(((until, 0.0),) if until else ())))
        for id_, value in said.get("policy", {}).items()
    }
    back = {"off": said.get("none", ()), "without": said.get("without", ())}
    changed = scenario.changed(name, policy=policy, **back)
    return Arm(changed, said.get("stated", {}))


def enters(id_: str) -> list[str]:
    """Parameters whose belief names a row of the evidence: of these the model was told."""
    return [p.id for p in PARAMETERS.values() if id_ in evidence.cited(p.source)]


def judge(published: Published, value: float, low: float, high: float) -> str:
    """The verdict of ``effects.yaml``.

    Args:
        published: what the study found.
        value: the model's mean.
        low: of its 95% interval.
        high: of its 95% interval.

    >>> judge(Published("share", 0.1, 0.2), 0.15, 0.0, 0.3), judge(Published("share", sign="up"), 0.0, 0.0, 0.0)
    ('agrees', 'disagrees')
    """
    if np.isnan([value, low, high]).any():
        return "unclear"
    if published.sign == "zero":
        inside, outside = (
            -published.within <= low and high <= published.within,
            low > published.within or high < -published.within,
        )
        return "agrees" if inside else "disagrees" if outside else "unclear"
    if published.sign:
        turned = (low, high) if published.sign == "up" else (-high, -low)
        return "agrees" if turned[0] > 0 else "disagrees" if turned[1] < 0 or low == high == 0 else "unclear"
    if published.low <= value <= published.high:
        return "agrees"
    return "disagrees" if high < published.low or low > published.high else "unclear"


class Kept:
    """Numbers of finished replicates, kept so that the same command goes on where it stopped."""

    def __init__(self, folder: Path) -> None:
        code = "".join(
            acts(Path(str(m.__file__)).read_text(encoding="utf-8"))
            for m in (counterparts, observational_estimate)
        )
        self._code = hashlib.sha256(code.encode()).hexdigest()
        self._store = store.Store(folder, fingerprint())
        self._store.check()

    def get(self, effect: Effect, jobs: Sequence[Job]) -> tuple[float, float, float] | None:
        """Numerator, denominator and treated of a replicate, if they are there."""
        content = self._store.get(self._key(effect, jobs))
        return None if content is None else tuple(store.Unpacked(content)["numbers"].tolist())

    def put(self, effect: Effect, jobs: Sequence[Job], numbers: Sequence[float]) -> None:
        """Keep them."""
        arrays = {"numbers": np.asarray(numbers, dtype=np.float64)}
        self._store.put(self._key(effect, jobs), store.packed(arrays, {"id": effect.id, "part": effect.part}))

    def _key(self, effect: Effect, jobs: Sequence[Job]) -> str:
        said = json.dumps([repr(effect.look), self._code, *(job.key for job in jobs)])
        return hashlib.sha256(said.encode()).hexdigest()


def replicate(number: int, scale: float, kept: Kept) -> Iterator[tuple[int, tuple[float, float, float]]]:
    """Numbers of every effect in one replicate; arms are lived when they are asked for, and shared."""
    lived: dict[str, Lived] = {}

    def live(name: str) -> Lived:
        if name not in lived:
            one, register = arm(name, scale), Register()
            history = simulate(one.scenario, number, False, register, stated=one.stated)
            lived[name] = Lived(history, register)
        return lived[name]

    listed = effects()
    last = {name: i for i, effect in enumerate(listed) for name in effect.arms}
    for i, effect in enumerate(listed):
        jobs = [
            Job(one.scenario, one.stated, number, number)
            for one in (arm(name, scale) for name in effect.arms)
        ]
        numbers = kept.get(effect, jobs)
        if numbers is None:
            reference, policy = (live(name) for name in effect.arms)
            pair = Pair(policy, reference)
            over, under = MEASURES[effect.look.measure](pair, effect.look)
            numbers = over, under, _treated(pair, effect.look)
            kept.put(effect, jobs, numbers)
        for name in [name for name in lived if last[name] <= i]:
            del lived[name]
        yield i, numbers


def run(replicates: int, scale: float, folder: Path) -> dict[int, list[tuple[float, float, float]]]:
    """Numbers by effect, a triple a replicate (see :func:`replicate`)."""
    kept = Kept(folder)
    found: dict[int, list[tuple[float, float, float]]] = {}
    for number in range(replicates):
        for i, numbers in replicate(number, scale, kept):
            found.setdefault(i, []).append(numbers)
        print(f"replicate {number + 1} of {replicates}", file=sys.stderr, flush=True)
    return found


def rows(found: Mapping[int, Sequence[tuple[float, float, float]]], seed: int) -> Iterator[dict[str, str]]:
    """What is written of each finding, compared or not."""
    for i, effect in enumerate(effects()):
        numbers = np.array(found[i])
        estimate = estimated(effect.look.measure, numbers, seed)
        yield {
            "id": effect.id,
            "also": " ".join(effect.also),
            "part": effect.part,
            "unit": effect.published.unit,
            "published": str(effect.published),
            "model": _plain(estimate[0]),
            "low": _plain(estimate[1]),
            "high": _plain(estimate[2]),
            "treated": _plain(float(numbers[:, 2].sum())),
            "replicates": str(len(numbers)),
            "verdict": judge(effect.published, *estimate),
            "reason": effect.differs,
        }
    for id_, reason in declared()["not_comparable"].items():
        yield dict.fromkeys(COLUMNS, "") | {"id": id_, "verdict": "can't be compared", "reason": reason}


def estimated(measure: str, numbers: npt.NDArray[np.float64], seed: int) -> tuple[float, float, float]:
    """Mean and 95% interval of a measure.

    A cost of a job is judged by its inverse, the jobs for the money, which stays finite where there is hardly
    a job; a cost without end means that none can be told.

    Args:
        measure: its name.
        numbers: a row a replicate: numerator, denominator, treated.
        seed: of the run.
    """
    over, under = numbers[:, 0], numbers[:, 1]
    if not measure.endswith("_per_job"):
        value, low, high, _ = intervals.ratio(over, under, seed)
        return value, low, high
    jobs = intervals.ratio(under, over, seed)
    value, low, high = (1 / x if x > 0 else np.inf for x in (jobs.value, jobs.high, jobs.low))
    return (value, low, high) if not np.isnan(jobs.low) else (value, np.nan, np.nan)


def write(lines: Iterator[dict[str, str]], scale: float, seed: int, path: Path = FOUND) -> None:
    """The table of findings, with how it was made above it."""
    made = results.provenance(0)
    head = f"# as_enacted and arms of effects.yaml, scale {scale:g}, seed {seed}, uncertainty all, "
    head += f"model {fingerprint()}, version {made['version']}, {str(made['date'])[:10]}\n"
    with results.whole(path) as aside, aside.open("w", encoding="utf-8", newline="") as file:
        file.write(head)
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)


def read(path: Path = FOUND) -> tuple[str, list[dict[str, str]]]:
    """How the findings were made, and the findings."""
    head, _, text = path.read_text(encoding="utf-8").partition("\n")
    return head.removeprefix("# "), list(csv.DictReader(text.splitlines()))


def table(path: Path = FOUND) -> str:
    """The findings for people, as Markdown."""
    if not path.exists():
        return "Not run yet.\n"
    head, found = read(path)
    listed = {(effect.id, effect.part): effect for effect in effects()}
    lines = []
    for row in found:
        if effect := listed.get((row["id"], row["part"])):
            numbers = [_told(float(row[key] or "nan"), row["unit"]) for key in ("model", "low", "high")]
            verdict = row["verdict"] if row["verdict"] != "disagrees" else "**disagrees**"
            told = [f"`{p}`" for id_ in (effect.id, *effect.also) for p in enters(id_)]
            told += ["rule"] if effect.rule else []
            model = f"{numbers[0]} ({numbers[1]} to {numbers[2]})"
            what = f"{effect.part}: {effect.treated}"
            ids = ", ".join((effect.id, *effect.also))
            lines.append(
                (ids, what, str(effect.published), model, verdict, ", ".join(told) or "–", effect.differs)
            )
    compared = model_tables.grid(
        "evidence | what, of whom | published | model, mean (95%) | verdict | told to the model | differs from the study",
        lines,
    )
    others = model_tables.grid(
        "evidence | can't be compared, because", ((r["id"], r["reason"]) for r in found if not r["part"])
    )
    counts = Counter(row["verdict"] for row in found)
    summed = ", ".join(f"{verdict} {n}" for verdict, n in counts.items())
    return f"{head.strip()}; {found[0]['replicates']} replicates. Findings: {summed}.\n\n{compared}\n{others}"


def main(argv: Sequence[str] | None = None) -> int:
    """Live the arms, write the findings, make the table anew. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m calibration.effects", description=__doc__)
    parser.add_argument("--replicates", type=int, default=REPLICATES)
    parser.add_argument("--scale", type=float, default=SCALE)
    parser.add_argument(
        "--store", type=Path, default=HERE / "effects_store", help="folder of finished numbers"
    )
    parser.add_argument("--table", action="store_true", help="make the table in README.md only")
    asked = parser.parse_args(argv)
    if asked.replicates < 1:
        parser.error("--replicates: 1 or more")
    if not 0 < asked.scale <= 1:
        parser.error("--scale: above 0, at most 1")
    if not asked.table:
        seed = load_scenario("as_enacted").run.seed
        write(rows(run(asked.replicates, asked.scale, asked.store), seed), asked.scale, seed)
    text = README.read_text(encoding="utf-8")
    README.write_text(model_tables.fresh(text, {PART: table}), encoding="utf-8", newline="\n")
    return 0


def _treated(pair: Pair, look: Look) -> float:
    """Firms of the city that were treated; NaN where the whole city is."""
    if not (look.paid or look.event):
        return float("nan")
    return float(pair.policy.history.firms["weight"][counterparts.treated(pair, look).row].sum())


def _plain(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.6g}"


def _told(value: float, unit: str) -> str:
    """A number in its unit, for people."""
    if np.isnan(value):
        return "–"
    if np.isinf(value):
        return "∞"
    if unit == "share":
        return f"{100 * value:.3g}%"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    sys.exit(main())
