"""Sources of variance of the headline outcomes, and the unknown quantities that contribute most to their uncertainty.

Both are estimated by linear methods from the runs of a fit, each of which has new draws of all uncertain parameters:

- Variance by grade: the variance of a headline over runs is attributed to the evidence grades of the parameters (squared
  standardised coefficients of a regression on all draws); the residual is random variation and nonlinearity.
- Value of information: the reduction in the standard deviation of a headline if a quantity were known in addition to the
  published figures (Bayes linear adjustment, Goldstein & Wooff 2007; the linear form of the regression estimator for the
  value of partial information, Strong, Oakley & Brennan 2014).
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
"""Critical value of chi-squared with one degree of freedom (p = 0.001), for the number of runs times a squared correlation."""
GRADES: Final = ("A", "B", "C", "D")
RESIDUAL: Final = "residual"


def variance_by_grade(draws: ParameterDraws, figures: Floats) -> dict[str, dict[str, float]]:
    """Decompose the variance of each headline into shares by evidence grade and a residual share, which sum to 1.

    Args:
        draws: parameter draws of the runs.
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
        explained = coefficients**2 - error  # less the part expected from sampling error
        by_grade = {
            grade: max(0.0, float(explained[[g == grade for g in draws.grades]].sum())) for grade in GRADES
        }
        total = sum(by_grade.values()) + residual
        shares[name] = {key: value / total for key, value in (by_grade | {RESIDUAL: residual}).items()}
    return shares


class Unknown(NamedTuple):
    """Quantity whose value is unpublished or uncertain.

    Attributes:
        id, zh, en: name, and labels in Chinese and English.
        kind: ``figure`` (statistic that the city has), ``city`` (initial value or setting of the plan that the city
            knows), or ``research`` (behavioural parameter).
    """

    id: str
    zh: str
    en: str
    kind: Literal["figure", "city", "research"]


class InformationValue(NamedTuple):
    """Information value of an unknown quantity for a headline outcome.

    Attributes:
        unknown: unknown quantity.
        sd_reduction: share by which the headline's standard deviation would shrink.
    """

    unknown: Unknown
    sd_reduction: float


def value_of_information(
    draws: ParameterDraws, figures: Floats, known: tuple[PublishedFigure, ...], most: int = 5
) -> dict[str, list[InformationValue]]:
    """Return the quantities with the highest information value for each headline, in descending order.

    Quantities whose correlation with the headline may be due to chance are left out (see :data:`CHI2`).

    Args:
        draws: parameter draws of the runs.
        figures: results of the runs (run, figure).
        known: published figures, with their tolerances.
        most: maximum number of quantities per headline.
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
    """Return the share of variance (headline, candidate) that a candidate explains, given the published figures."""
    t, h, c = (part - part.mean(axis=0) for part in (published, headlines, candidates))
    n = len(t)
    inverse = np.linalg.inv(t.T @ t / n + np.diag([tolerance**2 for tolerance in tolerances]))

    def adjusted(a: Floats, b: Floats) -> Floats:
        return np.asarray(a.T @ b / n - (a.T @ t / n) @ inverse @ (t.T @ b / n))

    headline_variance = np.diag(adjusted(h, h))
    candidate_variance = (c**2).mean(axis=0) - np.einsum("tc,tu,uc->c", t.T @ c / n, inverse, t.T @ c / n)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(adjusted(h, c) ** 2 / np.outer(headline_variance, candidate_variance))
