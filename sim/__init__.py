"""Impact simulator of Zhongshan's 2017 plan for entrepreneurship and innovation.

>>> import sim
>>> result = sim.run("as_enacted", replicates=2, scale=0.01)  # doctest: +SKIP
>>> difference = sim.compare("no_plan", "as_enacted", replicates=10)  # doctest: +SKIP

Names are looked up when first used, so that ``import sim`` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim.version import __version__

if TYPE_CHECKING:
    from sim.policy.scenario import load_scenario
    from sim.studies.compare import compare
    from sim.studies.run import run, run_many
    from sim.studies.story import story
    from sim.studies.study import study
    from sim.studies.trial import trial

_WHERE = {
    "load_scenario": "sim.policy.scenario",
    "run": "sim.studies.run",
    "run_many": "sim.studies.run",
    "compare": "sim.studies.compare",
    "story": "sim.studies.story",
    "study": "sim.studies.study",
    "trial": "sim.studies.trial",
}

__all__ = ["__version__", "compare", "load_scenario", "run", "run_many", "story", "study", "trial"]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_WHERE[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
