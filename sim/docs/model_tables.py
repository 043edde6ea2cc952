"""Generated tables of the model description and of the study pages.

``python -m sim.docs`` updates the tables, and ``--check`` lists stale ones. The README of each submodel
contains tables of its levers, parameters, constants and outcomes, so that documentation and code agree.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import numpy as np

from sim import shipped
from sim.docs import glossary, module_map, study_pages
from sim.engine import clock
from sim.engine.declarations import Assumption, described
from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome
from sim.model.city import RULES
from sim.model.coordinates import COORDS
from sim.model.entry import parameters as entry_parameters
from sim.model.environment import parameters as environment_parameters
from sim.model.firms import parameters as firms_parameters
from sim.model.government import parameters as government_parameters
from sim.model.government.flows import FLOWS
from sim.model.incubation import parameters as incubation_parameters
from sim.model.registry import SUBMODELS
from sim.model.rule_variants import STRUCTURES
from sim.model.subsidies import parameters as subsidies_parameters
from sim.policy.catalogue.catalogue import Measure, catalogue
from sim.policy.scenario.resolution import settings
from sim.policy.scenario.scenario import load_scenario
from sim.studies.trials import observational_estimate, quantities, results

PART: Final = re.compile(r"(<!-- generated: (.+?) -->\n)(.*?)(<!-- end -->\n)", re.S)
WORKING_DAYS: Final = 250
"""Working days in a year, used for the annual capacity of a service desk."""
LONGEST_CELL: Final = 400
"""Maximum length in characters of a constant's value in a table."""
NOT_RUN: Final = "Not run yet: `make trials`.\n"


def number(value: float) -> str:
    """Format a number with thousands separators and without trailing zeros."""
    return f"{float(value):,.10g}"


def span(low: float, high: float) -> str:
    """Format a range as ``low to high``, or as ``fixed`` if it is a single number."""
    return f"{number(low)} to {number(high)}" if low < high else "fixed"


def grid(head: str, rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table; ``head`` gives the column headings, separated by ``|``."""
    lines = [f"| {head} |", "|" + "---|" * (head.count("|") + 1)]
    lines += ["| " + " | ".join(str(cell).replace("|", "/") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def lever_table(submodel: ModuleType) -> str:
    """Return the table of a submodel's levers and of the instruments that change each lever."""
    movers: dict[str, dict[str, None]] = {}
    for setting in catalogue().settings.values():
        for move in setting.moves:
            movers.setdefault(move.lever, {})[setting.instrument] = None
    return grid(
        "lever | unit | base | range | how combined | 中文 | English | moved by",
        (
            (f"`{s.id}`", s.unit, number(s.base), span(s.low, s.high), s.combiner, s.zh, s.en,
             ", ".join(f"`{m}`" for m in movers.get(s.id, ())) or "–")
            for s in submodel.LEVERS
        ),
    )  # fmt: skip


def parameter_table(parameters: Sequence[Parameter]) -> str:
    """Return the table of uncertain parameters with value, range, source and grade of evidence."""
    return grid(
        "parameter | value | low to high | potency | unit | source | grade | 中文 | English",
        (
            (f"`{p.id}`", number(p.value), span(p.low, p.high), number(p.potency), p.unit, p.source, p.grade,
             p.zh, p.en)
            for p in parameters
        ),
    )  # fmt: skip


def constant_table(module: ModuleType) -> str:
    """Return the table of a module's constants, including assumptions without a range."""
    rows = (
        (f"`{name}`", _cell(value), about.unit, about.source,
         "assumption" if isinstance(about, Assumption) else "constant", about.meaning)
        for name, value, about in described(module)
    )  # fmt: skip
    return grid("constant | value | unit | source | kind | what", rows)


def _cell(value: Any) -> str:
    """Format the value of a constant, or refer to ``parameters.py`` if it is too long for a table."""
    text = _plain(value) or str(value)
    return text if len(text) <= LONGEST_CELL else "see `parameters.py`"


def _plain(value: Any) -> str:
    """Format one or several numbers as text; return an empty string for values of other types."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number(value)
    if isinstance(value, Mapping):
        each = {key: _plain(part) for key, part in value.items() if isinstance(key, str)}
        return ", ".join(f"{key} {text}" for key, text in each.items()) if all(each.values()) else ""
    if isinstance(value, (tuple, np.ndarray)):
        values = (part.item() if isinstance(part, np.generic) else part for part in value)
        parts = [_plain(part) for part in values]
        return ", ".join(parts) if all(parts) else ""
    return ""


def service_desk_table() -> str:
    """Return the table of service desks, with posts under the plan at the end of 2020 and annual capacity."""
    staffed: dict[str, tuple[PolicyLever, Parameter | float]] = {
        "registry": (entry_parameters.REGISTRY_CLERKS, entry_parameters.REGISTRY_FILES_A_DAY),
        "licence": (entry_parameters.LICENCE_CLERKS, entry_parameters.LICENCES_A_DAY),
        "deregistration": (
            firms_parameters.DEREGISTRATION_CLERKS,
            firms_parameters.DEREGISTRATION_FILES_A_DAY,
        ),
        "claims": (subsidies_parameters.CLAIMS_CLERKS, subsidies_parameters.CLAIMS_FILES_A_DAY),
        "accreditation": (
            incubation_parameters.REVIEWERS,
            incubation_parameters.FILES_A_DAY["accreditation"],
        ),
        "conversion": (
            incubation_parameters.CONVERSION_CLERKS,
            incubation_parameters.FILES_A_DAY["conversion"],
        ),
    }
    enacted, labels = settings(load_scenario("as_enacted")), COORDS["window"]
    rows = []
    for name, zh, en in zip(government_parameters.DESKS, labels.zh or (), labels.en or (), strict=True):
        if name not in staffed:  # no lever sets the staff of banks, investors, IP centres and others
            continue
        posts, rate = staffed[name]
        n = enacted.at(posts, clock.DAYS - 1)
        if isinstance(rate, Parameter):
            a_day, bounds, source = rate.value, span(rate.low, rate.high), rate.id
        else:
            a_day, bounds, source = rate, "fixed", "incubator.FILES_A_DAY"
        a_year = number(round(n * a_day * WORKING_DAYS))
        rows.append(
            (f"`{name}`", zh, en, f"`{posts.id}`", number(n), f"`{source}`", number(a_day), bounds, a_year)
        )
    return grid(
        "window | 中文 | English | lever | posts | rate | per post and day | low to high | per year", rows
    )


def account_table() -> str:
    """Return the chart of accounts, i.e. every kind of payment with its payer and payee."""
    rows = ((f"`{f.name}`", f.source, f.target, f.zh, f.en) for f in FLOWS)
    return grid("flow | from | to | 中文 | English", rows)


def outcome_table(outcomes: Sequence[Outcome]) -> str:
    """Return the table of result variables, without their common first dimension ``replicate``."""
    return grid(
        "outcome | dimensions | unit | kind | 中文 | English",
        ((f"`{o.name}`", ", ".join(o.dims) or "–", o.unit, o.kind, o.zh, o.en) for o in outcomes),
    )


def acting_table() -> str:
    """Return the table of measures, listing the instruments with and without an effect in the model."""

    def instruments(measure: Measure, acting: bool) -> str:
        return ", ".join(f"`{i.id}`" for i in measure.instruments if i.acting == acting) or "–"

    return grid(
        "measure | 中文 | English | acts | not yet",
        (
            (m.id, m.zh, m.en, instruments(m, True), instruments(m, False))
            for m in catalogue().measures.values()
        ),
    )


def read_trials(against: str) -> tuple[str, dict[str, dict[tuple[str, str], dict[str, str]]]]:
    """Return the header of the results of all trials, and their rows by trial, then by quantity and group."""
    file = shipped.calibration() / f"trials_{against}.csv"
    if not file.exists():
        return "", {}
    head, _, text = file.read_text(encoding="utf-8").partition("\n")
    trials: dict[str, dict[tuple[str, str], dict[str, str]]] = {}
    for line in csv.DictReader(text.splitlines()):
        trials.setdefault(line["trial"], {})[line["quantity"], line["group"]] = line
    return head.removeprefix("# "), trials


def _effect(line: Mapping[str, str] | None) -> str:
    """Format an effect with its interval and its assessment."""
    if line is None or line["word"] in ("", "no_addition", "not_acting"):
        return "" if line is None else line["word"]
    percent = line["unit"].partition(" ")[0] == "share"

    def printed(text: str) -> str:
        value = 100 * float(text) if percent else float(text)
        digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 1 else 3
        return f"{value:,.{digits}f}" + ("%" if percent else "")

    if line["word"] == "zero":
        return "zero"
    interval = f" [{printed(line['low'])}, {printed(line['high'])}]" if line["low"] else ""
    return f"{printed(line['difference'])}{interval} {line['word']}"


def trial_table(against: str) -> str:
    """Return the results table of all trials: first-order outcome, survival, net job-years and outlay."""
    head, trials = read_trials(against)
    if not trials:
        return NOT_RUN
    fixed = [("survival_24", "eligible"), ("job_years_net", "all"), ("outlay", "all")]
    rows = []
    for name, lines in trials.items():
        subject = catalogue().instruments.get(name) or catalogue().measures[name]
        others = [q for q, group in lines if group == "all" and q not in quantities.declared()["quantities"]]
        first = "; ".join(f"{q.partition('.')[0]} {_effect(lines[q, 'all'])}".strip() for q in others)
        runs = next(iter(lines.values()))["replicates"]
        effects = [_effect(lines.get(q, lines.get((q[0], "all")))) for q in fixed]
        rows.append((f"`{name}`", subject.zh, first or "–", *effects, runs))
    columns = "trial | 中文 | first-order outcome | survival at 24 months, eligible | net job-years"
    return f"{head}\n\n" + grid(f"{columns} | outlay, yuan | runs", rows)


def evaluation_table() -> str:
    """Return the table of observational estimates of effects on survival, compared with the true effects."""
    rows = []
    for name, lines in read_trials("off")[1].items():
        for approach in observational_estimate.APPROACHES:
            key = f"{results.OBSERVATIONAL}.{approach}"
            numbers = [lines.get((key, number)) for number in ("estimate", "truth", "bias")]
            cells = [_effect({**line, "word": " "}).strip() if line else "" for line in numbers]
            if any(cells):
                rows.append((f"`{name}`", approach, *cells))
    return grid("programme | approach | estimate | truth | bias", rows) if rows else NOT_RUN


def structure_table() -> str:
    """Return the table of rules with several variants: names in scenario files and implementing functions."""
    return grid(
        "rule | way | 中文 | English | function",
        (
            (f"`{name}`", f"`{way}`" + (" (usual)" if way == rule.usual else ""), zh, en,
             f"`{_basename(sys.modules[RULES[name][way].__module__])}.{RULES[name][way].__name__}`")
            for name, rule in STRUCTURES.items()
            for way, (zh, en) in rule.ways.items()
        ),
    )  # fmt: skip


def criteria_table() -> str:
    """Return the table of the criteria that a facility must meet for a title, by kind and level of title."""
    return grid(
        "kind | level | area from, m2 | tenants from | years open from | source",
        (
            (kind, incubation_parameters.LEVELS[level], number(c.area), c.tenants, number(c.years), c.source)
            for (kind, level), alternatives in incubation_parameters.CRITERIA.items()
            for c in alternatives
        ),
    )


def _basename(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


MODEL: Final = Path(__file__).parents[1] / "model"


def _of_submodel(name: str, module: ModuleType) -> dict[str, Callable[[], str]]:
    """Return functions that generate the tables on a submodel's page, keyed by the names in the markers."""
    tables: dict[str, Callable[[], str]] = {
        "levers": partial(lever_table, module),
        "parameters": partial(parameter_table, module.PARAMETERS),
        "constants": partial(constant_table, module),
        "outcomes": partial(outcome_table, module.OUTCOMES),
    }
    empty = {
        "levers": not module.LEVERS,
        "parameters": not module.PARAMETERS,
        "outcomes": not module.OUTCOMES,
    }
    return {f"{kind} of {name}": table for kind, table in tables.items() if not empty.get(kind)}


OWN_TABLES: Final[Mapping[str, dict[str, Callable[[], str]]]] = {
    "government": {"windows": service_desk_table, "accounts": account_table},
    "incubation": {"criteria": criteria_table},
}
"""Functions that generate additional tables, by submodel and name in the markers."""

PAGES: Final[Mapping[Path, Mapping[str, Callable[[], str]]]] = {
    MODEL / "README.md": {"structures": structure_table},
    MODEL.parent / "policy" / "README.md": {"measures": acting_table},
    **{
        MODEL / name / "README.md": _of_submodel(name, module) | OWN_TABLES.get(name, {})
        for name, module in {**SUBMODELS, "environment": environment_parameters}.items()
    },
    glossary.PAGE: {"glossary": glossary.page},
    MODEL.parent / "studies" / "trials" / "README.md": {
        "trials without": partial(trial_table, "without"),
        "trials off": partial(trial_table, "off"),
        "observational estimates": evaluation_table,
    },
    module_map.PAGE: {
        f"modules of {package}": partial(module_map.module_table, package)
        for package in (*module_map.PACKAGES, module_map.SHARED)
    },
}
"""Functions that generate the parts of each page, keyed by the names in the markers."""


Parts = Mapping[str, Callable[[], str]]


def renewed(text: str, parts: Parts) -> str:
    """Return a text with all generated parts updated."""
    return PART.sub(lambda m: f"{m[1]}{parts[m[2]]() if m[2] in parts else m[3]}{m[4]}", text)


def faults(text: str, parts: Parts) -> list[str]:
    """List the stale, missing and unknown generated parts of a text, with one line per part."""
    present = {m[2]: m[3] for m in PART.finditer(text)}
    lines = [f"{name}: no such part" for name in present if name not in parts]
    for name, make in parts.items():
        if name not in present:
            lines.append(f"{name}: missing")
        elif present[name] != make():
            lines.append(f"{name}: stale")
    return lines


def main(argv: Sequence[str] | None = None) -> int:
    """Update the generated parts, or list stale ones with ``--check``; return the exit status."""
    check, wrong = "--check" in (sys.argv[1:] if argv is None else argv), 0
    files = {**PAGES, **{page: study_pages.parts(page) for page in study_pages.pages()}}
    for file, parts in files.items():
        text = file.read_text(encoding="utf-8")
        if not check:
            file.write_text(renewed(text, parts), encoding="utf-8", newline="\n")
            continue
        lines = faults(text, parts)
        for line in lines:
            print(f"{file.parent.name}/{file.name}: {line}; `make docs` updates stale parts")
        wrong += len(lines)
    return min(1, wrong)


if __name__ == "__main__":
    sys.exit(main())
