"""What a headline rests on, and which missing figure would narrow it most.

Both are read off the runs of a fit, in which everything uncertain was drawn afresh, by linear rules:

- split: a headline's variance over runs, by the evidence grade of the parameters that move it (squares of
  standardised coefficients of a regression on all draws); what no draw explains is luck, and what is not linear.
- value of information: by how much the headline's standard deviation would shrink if a figure were known, beyond
  what the fitted figures tell already (Bayes linear adjustment, Goldstein & Wooff 2007; the regression estimate of
  the value of partial information of Strong, Oakley & Brennan 2014 in its linear form).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from calibration.figures.definitions import ASKED, FIGURES, HEADLINES
from calibration.figures.published import Published
from calibration.fit.priors import Prior, priors
from sim.engine.levers import Parameter
from sim.engine.random_streams import RandomStreams
from sim.model.environment.parameters import INITIAL
from sim.model.registry import PARAMETERS
from sim.policy.catalogue.catalogue import catalogue
from sim.policy.scenario.resolution import ratio

Floats = npt.NDArray[np.float64]
CHI2: Final = 10.83
"""Squared correlations below this over the number of runs may be chance (one in a thousand)."""
LUCK: Final = "luck"


@dataclass(frozen=True)
class Drawn:
    """Everything that was drawn in the runs of a fit.

    Attributes:
        names: ids; of a setting of the plan ``instrument.setting``.
        zh, en: what they are.
        grades: A to D.
        values: (run, name); of a setting its ratio to the catalogue.
        ours: whether the city can know it: numbers of the start, settings of its plan.
    """

    names: tuple[str, ...]
    zh: tuple[str, ...]
    en: tuple[str, ...]
    grades: tuple[str, ...]
    values: Floats
    ours: tuple[bool, ...]


def drawn(fitted: tuple[Prior, ...], values: Floats, seed: int) -> Drawn:
    """What the runs of a fit drew; the fitted parameters as the design has them.

    Args:
        fitted: their priors.
        values: their values (run, parameter).
        seed: of the runs.
    """
    stated = {prior.id: column for prior, column in zip(fitted, values.T, strict=True)}
    chances = [RandomStreams(seed, k) for k in range(len(values))]
    columns: list[Floats] = []
    about: list[tuple[str, str, str, str, bool]] = []
    declared: dict[str, Parameter] = {p.id: p for p in (*PARAMETERS.values(), *INITIAL)}
    for id_ in priors():
        p = declared[id_]
        column = stated.get(id_)
        if column is None:
            column = np.array([p.draw(c.one("parameter", id_), c.one("exists", id_)) for c in chances])
        columns.append(column)
        about.append((id_, p.zh, p.en, p.grade, id_.startswith("initial.")))
    plan = catalogue()
    for setting in (*plan.settings.values(), plan.delivery):
        column = np.array([ratio(setting, c) for c in chances])
        if column.std() > 0:
            instrument = plan.instruments.get(setting.instrument)
            zh = f"{instrument.zh}：{setting.zh}" if instrument else "服务落实率"
            en = f"{instrument.en}: {setting.en}" if instrument else "share of services that are delivered"
            columns.append(column)
            about.append((setting.id, zh, en, "D", True))
    names, zhs, ens, grades, ours = zip(*about, strict=True)
    return Drawn(names, zhs, ens, grades, np.column_stack(columns), ours)


def split(draws: Drawn, figures: Floats) -> dict[str, dict[str, float]]:
    """Shares of each headline's variance over runs by grade, and of luck (with what is not linear); they sum to 1."""
    spread = draws.values.std(axis=0)
    x = (draws.values - draws.values.mean(axis=0)) / spread
    n, p = x.shape
    found: dict[str, dict[str, float]] = {}
    for name in HEADLINES:
        y = figures[:, list(FIGURES).index(name)]
        if y.std() == 0 or n <= p + 10:
            continue
        y = (y - y.mean()) / y.std()
        slopes, *_ = np.linalg.lstsq(x, y, rcond=None)
        left = float(((y - x @ slopes) ** 2).sum() / (n - p - 1))
        error = left * np.diag(np.linalg.inv(x.T @ x))
        shares = slopes**2 - error  # what chance alone would give is taken away
        by_grade = {
            grade: max(0.0, float(shares[[g == grade for g in draws.grades]].sum())) for grade in "ABCD"
        }
        total = sum(by_grade.values()) + left
        found[name] = {key: value / total for key, value in (by_grade | {LUCK: left}).items()}
    return found


class Missing(NamedTuple):
    """Something that nobody publishes.

    Attributes:
        id, zh, en: what it is.
        kind: ``figure`` (a count the city has), ``ours`` (a number of the start or a setting of its plan), or
            ``research`` (a parameter of behaviour).
    """

    id: str
    zh: str
    en: str
    kind: str


@dataclass(frozen=True)
class Worth:
    """By how much knowing something would narrow a headline.

    Attributes:
        what: what would be known.
        narrowed: share by which the headline's standard deviation would shrink.
    """

    what: Missing
    narrowed: float


def worth(
    draws: Drawn, figures: Floats, known: tuple[Published, ...], most: int = 5
) -> dict[str, list[Worth]]:
    """For each headline what would narrow it most, beyond what is chance; the best first.

    Args:
        draws: what the runs drew.
        figures: what they came to (run, figure).
        known: figures that are published, with their tolerance.
        most: how many of each.
    """
    names = list(FIGURES)
    asked = [id_ for id_ in ASKED if id_ not in {p.id for p in known}]
    told = figures[:, [names.index(p.id) for p in known]]
    wanted = np.column_stack([figures[:, [names.index(id_) for id_ in asked]], draws.values])
    heads = figures[:, [names.index(id_) for id_ in HEADLINES]]
    t, h, c = (part - part.mean(axis=0) for part in (told, heads, wanted))
    n = len(t)
    inverse = np.linalg.inv(t.T @ t / n + np.diag([p.tolerance**2 for p in known]))

    def less(a: Floats, b: Floats) -> Floats:
        return np.asarray(a.T @ b / n - (a.T @ t / n) @ inverse @ (t.T @ b / n))

    of_heads = np.diag(less(h, h))
    of_wanted = (c**2).mean(axis=0) - np.einsum("tc,tu,uc->c", t.T @ c / n, inverse, t.T @ c / n)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = less(h, c) ** 2 / np.outer(of_heads, of_wanted)
    about = [Missing(id_, ASKED[id_].zh, ASKED[id_].en, "figure") for id_ in asked]
    about += [
        Missing(id_, zh, en, "ours" if ours else "research")
        for id_, zh, en, ours in zip(draws.names, draws.zh, draws.en, draws.ours, strict=True)
    ]
    found: dict[str, list[Worth]] = {}
    for row, head in zip(np.nan_to_num(shares), HEADLINES, strict=True):
        best = [k for k in np.argsort(-row) if row[k] > CHI2 / n][:most]
        found[head] = [Worth(about[k], 1 - float(np.sqrt(max(0.0, 1 - row[k])))) for k in best]
    return found
