"""Read the result files of a report, classify them, and check that they belong together.

The type of a result is inferred from its dataset: a run has the variable ``target_value``, a comparison the
dimension ``headline``, and a study the dimensions of its kind. Sections without results are omitted from the
report, and a note lists them.
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

NO_PLAN, NO_SUPPORT = "no_plan", "no_support"
"""Names of the reference scenarios without the plan and without any support."""
MUST_AGREE: Final = ("seed", "scale", "version", "uncertainty")
STUDY_KINDS: Final[Mapping[str, str]] = {
    "attribution": "player",
    "discovery": "box",
    "threshold": "way",
    "sobol": "total",
    "morris": "effect",
    "robustness": "criterion",
    "variance_decomposition": "part",
}
"""Kinds of study that have their own section, each with a dimension or variable that identifies the kind."""
TABULATED_KINDS: Final = ("sweep", "ensemble", "search")
"""Kinds of study for which the report shows the tables that the command prints."""


@dataclass(frozen=True)
class ReportSources:
    """Results used in a report.

    Attributes:
        result: run that the report describes, or the first study if no run is given.
        references: runs of the reference scenarios, by name.
        comparisons: comparisons of the report's scenario with each reference, by name of the reference.
        studies: studies, by kind.
        unused: names of files that the report does not use.
    """

    result: xr.Dataset
    references: Mapping[str, xr.Dataset] = field(default_factory=dict)
    comparisons: Mapping[str, xr.Dataset] = field(default_factory=dict)
    studies: Mapping[str, Sequence[xr.Dataset]] = field(default_factory=dict)
    unused: Sequence[str] = ()

    @property
    def has_run(self) -> bool:
        """Whether the report describes a run rather than studies only."""
        return "target_value" in self.result

    @property
    def replicates(self) -> int:
        """Number of replicates of the run or study."""
        return int(self.result.sizes["replicate"] if self.has_run else self.result.attrs["replicates"])

    def datasets(self) -> list[xr.Dataset]:
        """Return every dataset that the report uses."""
        studies = (study for several in self.studies.values() for study in several)
        runs = [self.result] if self.has_run else []
        return [*runs, *self.references.values(), *self.comparisons.values(), *studies]


def read_sources(given: Iterable[str | Path | xr.Dataset]) -> ReportSources:
    """Read and classify the files of a report.

    Args:
        given: files, folders of files, or datasets.

    Raises:
        InputError: files are not results, are given twice or do not belong together, or there is no run or
            study; the message has one line for each fault.
    """
    seen: set[Path] = set()

    def expand(source: str | Path | xr.Dataset) -> list[tuple[str, xr.Dataset]]:
        if isinstance(source, xr.Dataset):
            return [(str(source.attrs.get("name", "xarray.Dataset")), source)]
        path = Path(source)
        inside = sorted(path.glob("*.nc")) if path.is_dir() else [path]
        if not inside:
            raise InputError([say("error.no_results", path=path)])
        return files.each(read, inside)

    def read(path: Path) -> tuple[str, xr.Dataset]:
        if path.resolve() in seen:
            raise InputError([say("error.named_twice", path=path)])
        seen.add(path.resolve())
        return str(path), results.read(path)

    return classify([dataset for datasets in files.each(expand, given) for dataset in datasets])


def classify(given: Sequence[tuple[str, xr.Dataset]]) -> ReportSources:
    """Classify the datasets of a report, which describes the first run that is not a reference.

    Args:
        given: file names and their datasets.

    Raises:
        InputError: there are two runs of one scenario, no run or study, or datasets that cannot be compared.
    """
    runs: dict[str, tuple[str, xr.Dataset]] = {}
    compared: list[tuple[str, xr.Dataset]] = []
    studies: dict[str, list[xr.Dataset]] = {}
    unknown: list[str] = []
    duplicates: list[str] = []
    for path, dataset in given:
        if "headline" in dataset.dims:
            compared.append((path, dataset))
        elif "target_value" in dataset:
            name = str(dataset.attrs["name"])
            if name in runs:
                duplicates.append(say("error.two_runs", first=runs[name][0], second=path, name=name))
            runs[name] = path, dataset
        elif kind := _study_kind(dataset):
            studies.setdefault(kind, []).append(dataset)
        else:
            unknown.append(Path(path).name)
    if duplicates:
        raise InputError(duplicates)
    references = {str(c.attrs["reference"]) for _, c in compared} | {NO_PLAN, NO_SUPPORT}
    subjects = [name for name in runs if name not in references] or list(runs)
    if not subjects and studies and not compared:
        first, *_ = (study for several in studies.values() for study in several)
        return ReportSources(first, studies=studies, unused=unknown)
    if not subjects:
        raise InputError([say("error.no_run")])
    name = subjects[0]
    path, result = runs[name]
    _check_agreement(path, result, [*runs.values(), *compared])
    reference_runs = {n: dataset for n, (_, dataset) in runs.items() if n != name and n in references}
    unused = [Path(p).name for n, (p, _) in runs.items() if n != name and n not in reference_runs] + unknown
    comparisons = _comparisons(name, result, compared, reference_runs)
    return ReportSources(result, reference_runs, comparisons, studies, unused)


def _comparisons(
    name: str,
    result: xr.Dataset,
    compared: Iterable[tuple[str, xr.Dataset]],
    references: Mapping[str, xr.Dataset],
) -> dict[str, xr.Dataset]:
    """Return the comparisons of a scenario by reference; a missing one is computed from the two runs."""
    comparisons = {}
    for _, dataset in compared:
        if name in dataset.scenario.values:
            comparisons[str(dataset.attrs["reference"])] = dataset.sel(scenario=name)
    for reference, dataset in references.items():
        if reference not in comparisons:  # omits variables that require firm data of both arms
            comparisons[reference] = paired_comparison.assemble(dataset, [result], None).sel(scenario=name)
    return dict(sorted(comparisons.items(), key=_reference_order))


def _reference_order(item: tuple[str, xr.Dataset]) -> tuple[int, str]:
    """Return a sort key that places the two standard references first."""
    standard = (NO_PLAN, NO_SUPPORT)
    return (standard.index(item[0]) if item[0] in standard else len(standard), item[0])


def _study_kind(dataset: xr.Dataset) -> str:
    kind = str(dataset.attrs.get("kind", ""))
    if kind in STUDY_KINDS or kind in TABULATED_KINDS:
        return kind
    names = {*map(str, dataset.dims), *map(str, dataset.variables)}
    return next((kind for kind, name in STUDY_KINDS.items() if name in names), "")


def _check_agreement(path: str, result: xr.Dataset, others: Iterable[tuple[str, xr.Dataset]]) -> None:
    """Raise an InputError with a line for each dataset whose run settings differ from those of the result."""

    def check(other: tuple[str, xr.Dataset]) -> None:
        for setting in MUST_AGREE:
            ours, theirs = (str(dataset.attrs.get(setting)) for dataset in (result, other[1]))
            if ours != theirs:
                fields = {"first": path, "second": other[0], "what": setting, "one": ours, "other": theirs}
                raise InputError([say("error.unpaired", **fields)])

    files.each(check, others)
