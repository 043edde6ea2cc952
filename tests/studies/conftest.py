"""The language of another test, chosen in the same process, is not ours."""

from collections.abc import Iterator

import pytest

from sim import words


@pytest.fixture(autouse=True)
def _nobodys_language() -> Iterator[None]:
    chosen = words._language.set(None)
    yield
    words._language.reset(chosen)
