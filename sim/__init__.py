"""Impact simulator of Zhongshan's 2017 plan for entrepreneurship and innovation.

>>> import sim
>>> result = sim.run("as_enacted", replicates=2, scale=0.01)  # doctest: +SKIP
>>> difference = sim.compare("no_plan", "as_enacted", replicates=10)  # doctest: +SKIP
>>> sim.show(difference)  # doctest: +SKIP

Names are imported on first use, so that ``import sim`` is fast.

=================  ===============================================================================
inputs             :func:`load_scenario`, :func:`read_scenario` (from text), :func:`load_study`,
                   :func:`diff` (settings in which two scenarios differ), :func:`catalogue` (the plan)
simulation         :func:`run`, :func:`run_many`, :func:`compare`, :func:`trial`, :func:`study`,
                   :func:`story` (case history)
presentation       :func:`show` (tables), :func:`pages` (figures and tables of the report),
                   :func:`styled` (colours and fonts of the report for your own figures),
                   :func:`use` (language: zh, en)
files              :func:`write`, :func:`read` (results as NetCDF), :func:`report`
errors             :class:`InputError` (one line for each fault)
=================  ===============================================================================
"""

import copyreg
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim.engine import errors
from sim.version import __version__

if TYPE_CHECKING:
    from sim.engine.errors import InputError
    from sim.policy.catalogue.catalogue import catalogue
    from sim.policy.scenario.differences import difference as diff
    from sim.policy.scenario.scenario import load_scenario, read_scenario
    from sim.reporting.charts.style import styled
    from sim.reporting.notebook import pages, show
    from sim.reporting.report import report
    from sim.studies.case_history import story
    from sim.studies.compare import compare
    from sim.studies.execution.results import read, write
    from sim.studies.run import run, run_many
    from sim.studies.specification.study_file import load_study
    from sim.studies.study import study
    from sim.studies.trials.trial import trial
    from sim.texts import use

_MODULES = {
    "InputError": "sim.engine.errors",
    "catalogue": "sim.policy.catalogue.catalogue",
    "compare": "sim.studies.compare",
    "diff": "sim.policy.scenario.differences:difference",
    "load_scenario": "sim.policy.scenario.scenario",
    "load_study": "sim.studies.specification.study_file",
    "pages": "sim.reporting.notebook",
    "read": "sim.studies.execution.results",
    "read_scenario": "sim.policy.scenario.scenario",
    "report": "sim.reporting.report",
    "run": "sim.studies.run",
    "run_many": "sim.studies.run",
    "show": "sim.reporting.notebook",
    "story": "sim.studies.case_history",
    "study": "sim.studies.study",
    "styled": "sim.reporting.charts.style",
    "trial": "sim.studies.trials.trial",
    "use": "sim.texts",
    "write": "sim.studies.execution.results",
}

__all__ = [
    "InputError",
    "__version__",
    "catalogue",
    "compare",
    "diff",
    "load_scenario",
    "load_study",
    "pages",
    "read",
    "read_scenario",
    "report",
    "run",
    "run_many",
    "show",
    "story",
    "study",
    "styled",
    "trial",
    "use",
    "write",
]


def _reduce(error: errors.InputError) -> tuple[type[errors.InputError], tuple[Any, ...], Any]:
    """Return the class, arguments and state from which pickle rebuilds an error raised in another process."""
    return errors.InputError, (error.faults,), error.__dict__


copyreg.pickle(errors.InputError, _reduce)
# defined outside the class: the model's fingerprint covers the engine, but pickling does not affect results


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    module, _, attribute = _MODULES[name].partition(":")
    value = globals()[name] = getattr(import_module(module), attribute or name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
