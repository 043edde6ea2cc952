"""What a report is made of: result files, told apart by what they hold.

Of each file its dataset says what it is: a run has ``target_value``, a comparison the dimension
``headline``, and a study the dimensions of its kind. Whatever is not among the files is left out of the
report, with one sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import xarray as xr

from sim.engine.errors import InputError
from sim.studies.comparison import paired_comparison
from sim.studies.execution import files, results
from sim.texts import say

PLAN, SUPPORT = "no_plan", "no_support"
"""References with a meaning: what the plan adds is told against the first, all support against the second."""
TERMS: Final = ("seed", "scale", "version", "uncertainty")
STUDIES: Final[Mapping[str, str]] = {
    "attribution": "player",
    "discovery": "box",
    "threshold": "way",
    "sobol": "total",
    "morris": "effect",
    "robustness": "criterion",
    "split": "part",
}
"""Kinds of study with a part of their own, and the name of a dimension or variable that only theirs have."""
OTHERS: Final = ("sweep", "ensemble", "search")
"""Kinds of which the tables are told as they are."""


@dataclass(frozen=True)
class Sources:
    """The files of a report, read.

    Args:
        result: of the scenario that the report is about; where no run is among the files, the first study.
        references: results of what it is compared with, by name.
        comparisons: with each reference, by its name; the scenario of the report is selected.
        studies: by kind.
        unused: names of files that are none of these.
    """

    result: xr.Dataset
    references: Mapping[str, xr.Dataset] = field(default_factory=dict)
    comparisons: Mapping[str, xr.Dataset] = field(default_factory=dict)
    studies: Mapping[str, Sequence[xr.Dataset]] = field(default_factory=dict)
    unused: Sequence[str] = ()

    @property
    def of_a_run(self) -> bool:
        """Whether there is a run to report on, and not studies alone."""
        return "target_value" in self.result

    @property
    def replicates(self) -> int:
        """Number of replicates."""
        return int(self.result.sizes["replicate"] if self.of_a_run else self.result.attrs["replicates"])

    def all(self) -> list[xr.Dataset]:
        """Every dataset that the report draws on."""
        studies = (one for several in self.studies.values() for one in several)
        runs = [self.result] if self.of_a_run else []
        return [*runs, *self.references.values(), *self.comparisons.values(), *studies]


def gather(paths: Iterable[str | Path | xr.Dataset]) -> Sources:
    """Read files, and folders of files, and tell which is which; a dataset is taken as it is.

    Raises:
        InputError: files are not ours or named twice, neither a run nor a study is among them, or some
            cannot stand in one report; a line each.
    """
    seen: set[Path] = set()

    def taken(one: str | Path | xr.Dataset) -> list[tuple[str, xr.Dataset]]:
        if isinstance(one, xr.Dataset):
            return [(str(one.attrs.get("name", "xarray.Dataset")), one)]
        given = Path(one)
        inside = sorted(given.glob("*.nc")) if given.is_dir() else [given]
        if not inside:
            raise InputError([say("error.no_results", path=given)])
        return files.each(read, inside)

    def read(path: Path) -> tuple[str, xr.Dataset]:
        if path.resolve() in seen:
            raise InputError([say("error.named_twice", path=path)])
        seen.add(path.resolve())
        return str(path), results.read(path)

    return sorted_out([one for several in files.each(taken, paths) for one in several])


def sorted_out(found: Sequence[tuple[str, xr.Dataset]]) -> Sources:
    """Datasets by what they are; the first run that nothing is compared with is what the report is about.

    Args:
        found: names of files, and what they hold.
    """
    runs: dict[str, tuple[str, xr.Dataset]] = {}
    compared: list[tuple[str, xr.Dataset]] = []
    studies: dict[str, list[xr.Dataset]] = {}
    strange: list[str] = []
    doubled: list[str] = []
    for path, dataset in found:
        if "headline" in dataset.dims:
            compared.append((path, dataset))
        elif "target_value" in dataset:
            name = str(dataset.attrs["name"])
            if name in runs:
                doubled.append(say("error.two_runs", first=runs[name][0], second=path, name=name))
            runs[name] = path, dataset
        elif kind := _kind(dataset):
            studies.setdefault(kind, []).append(dataset)
        else:
            strange.append(Path(path).name)
    if doubled:
        raise InputError(doubled)
    references = {str(c.attrs["reference"]) for _, c in compared} | {PLAN, SUPPORT}
    subjects = [name for name in runs if name not in references] or list(runs)
    if not subjects and studies and not compared:
        first, *_ = (one for several in studies.values() for one in several)
        return Sources(first, studies=studies, unused=strange)
    if not subjects:
        raise InputError([say("error.no_run")])
    path, result = runs[subjects[0]]
    _agree(path, result, [*runs.values(), *compared])
    name = subjects[0]
    comparisons = {}
    for _, dataset in compared:
        if name in dataset.scenario.values:
            comparisons[str(dataset.attrs["reference"])] = dataset.sel(scenario=name)
    kept = {n: d for n, (_, d) in runs.items() if n != name and n in references}
    for reference, dataset in kept.items():
        if reference not in comparisons:  # without the firms of both arms, so with less in it
            comparisons[reference] = paired_comparison.assemble(dataset, [result], None).sel(scenario=name)
    unused = [Path(p).name for n, (p, _) in runs.items() if n != name and n not in kept] + strange
    return Sources(result, kept, dict(sorted(comparisons.items(), key=_usual)), studies, unused)


def _usual(item: tuple[str, xr.Dataset]) -> tuple[int, str]:
    """The two references of every report first."""
    known = (PLAN, SUPPORT)
    return (known.index(item[0]) if item[0] in known else len(known), item[0])


def _kind(dataset: xr.Dataset) -> str:
    said = str(dataset.attrs.get("kind", ""))
    if said in STUDIES or said in OTHERS:
        return said
    names = {*map(str, dataset.dims), *map(str, dataset.variables)}
    return next((kind for kind, name in STUDIES.items() if name in names), "")


def _agree(path: str, result: xr.Dataset, others: Iterable[tuple[str, xr.Dataset]]) -> None:
    def agreed(other: tuple[str, xr.Dataset]) -> None:
        for term in TERMS:
            one, two = (str(d.attrs.get(term)) for d in (result, other[1]))
            if one != two:
                fields = {"first": path, "second": other[0], "what": term, "one": one, "other": two}
                raise InputError([say("error.unpaired", **fields)])

    files.each(agreed, others)
