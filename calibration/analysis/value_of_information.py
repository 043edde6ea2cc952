"""Sources of a headline's variance, and the missing figures that would narrow it most.

Both are computed from the runs of a fit, in which everything uncertain was drawn afresh, by linear rules:

- variance by grade: a headline's variance over runs, by the evidence grade of the parameters that move it (squares of
  standardised coefficients of a regression on all draws); the residual is random variation and nonlinearity.
- value of information: by how much the headline's standard deviation would shrink if a figure were known, beyond what
  the fitted figures already tell (Bayes linear adjustment, Goldstein & Wooff 2007; the regression estimate of the value
  of partial information of Strong, Oakley & Brennan 2014 in its linear form).
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from calibration.analysis.parameter_draws import ParameterDraws
from calibration.figures.definitions import FIGURES, HEADLINES, UNPUBLISHED
from calibration.figures.published import PublishedFigure

Floats = npt.NDArray[np.float64]
CHI2: Final = 10.83
"""Squared correlations below this over the number of runs may be due to chance (one in a thousand)."""
GRADES: Final = ("A", "B", "C", "D")
RESIDUAL: Final = "residual"


def variance_by_grade(draws: ParameterDraws, figures: Floats) -> dict[str, dict[str, float]]:
    """Shares of each headline's variance by grade and of the residual, which sum to 1.

    Args:
        draws: of the runs.
        figures: results of the runs (run, figure).
    """
    x = (draws.values - draws.values.mean(axis=0)) / draws.values.std(axis=0)
    n, p = x.shape
    shares: dict[str, dict[str, float]] = {}
    for name in HEADLINES:
        y = figures[:, list(FIGURES).index(name)]
        if y.std() == 0 or n <= p + 10:
            continue
        y = (y - y.mean()) / y.std()
        coefficients, *_ = np.linalg.lstsq(x, y, rcond=None)
        residual = float(((y - x @ coefficients) ** 2).sum() / (n - p - 1))
        error = residual * np.diag(np.linalg.inv(x.T @ x))
        explained = coefficients**2 - error  # without what chance alone would give
        by_grade = {
            grade: max(0.0, float(explained[[g == grade for g in draws.grades]].sum())) for grade in GRADES
        }
        total = sum(by_grade.values()) + residual
        shares[name] = {key: value / total for key, value in (by_grade | {RESIDUAL: residual}).items()}
    return shares


class Unknown(NamedTuple):
    """Quantity that is not published.

    Attributes:
        id, zh, en: name and labels.
        kind: ``figure`` (a count that the city has), ``city`` (an initial value or a setting of its plan), or
            ``research`` (a behavioural parameter).
    """

    id: str
    zh: str
    en: str
    kind: Literal["figure", "city", "research"]


class InformationValue(NamedTuple):
    """Value of knowing a quantity.

    Attributes:
        unknown: the quantity.
        sd_reduction: share by which the headline's standard deviation would shrink.
    """

    unknown: Unknown
    sd_reduction: float


def value_of_information(
    draws: ParameterDraws, figures: Floats, known: tuple[PublishedFigure, ...], most: int = 5
) -> dict[str, list[InformationValue]]:
    """For each headline the quantities that would narrow it most, the best first, without those due to chance.

    Args:
        draws: of the runs.
        figures: results of the runs (run, figure).
        known: published figures, with their tolerance.
        most: quantities listed per headline.
    """
    names = list(FIGURES)
    unpublished = [id_ for id_ in UNPUBLISHED if id_ not in {p.id for p in known}]
    published = figures[:, [names.index(p.id) for p in known]]
    candidates = np.column_stack([figures[:, [names.index(id_) for id_ in unpublished]], draws.values])
    headlines = figures[:, [names.index(id_) for id_ in HEADLINES]]
    shares = _variance_reduction(published, headlines, candidates, [p.tolerance for p in known])
    unknowns = [Unknown(id_, UNPUBLISHED[id_].zh, UNPUBLISHED[id_].en, "figure") for id_ in unpublished]
    unknowns += [
        Unknown(id_, zh, en, "city" if city else "research")
        for id_, zh, en, city in zip(draws.names, draws.zh, draws.en, draws.known_to_city, strict=True)
    ]
    values: dict[str, list[InformationValue]] = {}
    for row, headline in zip(np.nan_to_num(shares), HEADLINES, strict=True):
        best = [k for k in np.argsort(-row) if row[k] > CHI2 / len(figures)][:most]
        values[headline] = [
            InformationValue(unknowns[k], 1 - float(np.sqrt(max(0.0, 1 - row[k])))) for k in best
        ]
    return values


def _variance_reduction(
    published: Floats, headlines: Floats, candidates: Floats, tolerances: list[float]
) -> Floats:
    """Share (headline, candidate) of a headline's variance, given the published figures, that a candidate explains."""
    t, h, c = (part - part.mean(axis=0) for part in (published, headlines, candidates))
    n = len(t)
    inverse = np.linalg.inv(t.T @ t / n + np.diag([tolerance**2 for tolerance in tolerances]))

    def adjusted(a: Floats, b: Floats) -> Floats:
        return np.asarray(a.T @ b / n - (a.T @ t / n) @ inverse @ (t.T @ b / n))

    headline_variance = np.diag(adjusted(h, h))
    candidate_variance = (c**2).mean(axis=0) - np.einsum("tc,tu,uc->c", t.T @ c / n, inverse, t.T @ c / n)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(adjusted(h, c) ** 2 / np.outer(headline_variance, candidate_variance))
