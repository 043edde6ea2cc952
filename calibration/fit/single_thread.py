"""Linear algebra on one thread: small matrices gain nothing from more, and results then hang on no machine's cores."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def one_thread(work: Callable[P, T]) -> Callable[P, T]:
    """The same function, its linear algebra on one thread."""

    @wraps(work)
    def alone(*args: P.args, **named: P.kwargs) -> T:
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1):
            return work(*args, **named)

    return alone
