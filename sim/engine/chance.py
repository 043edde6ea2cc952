"""Common random numbers: a draw is a function of (seed, who, what for, when), never of the draws before it.

A counter-based hash (splitmix64's finaliser, Steele, Lea & Flood 2014, applied once for the stream and
once for the counter; METH02 asks for event-keyed draws) turns a permanent id and a key into a number.
The same entity therefore has the same luck in every scenario, whatever else happens there.
"""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_GOLDEN: Final = 0x9E3779B97F4A7C15
_MASK: Final = (1 << 64) - 1
_M1: Final = np.uint64(0xBF58476D1CE4E5B9)
_M2: Final = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = (np.uint64(k) for k in (30, 27, 31, 11))
_UNIT: Final = 2.0**-53


def _mix(z: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Finalise 64-bit words in place."""
    t = z >> _S30
    z ^= t
    z *= _M1
    np.right_shift(z, _S27, out=t)
    z ^= t
    z *= _M2
    np.right_shift(z, _S31, out=t)
    z ^= t
    return z


def key(*parts: int | str) -> int:
    """A 64-bit key of a purpose, the same on every machine and in every process."""
    text = "\x1f".join(str(p) for p in parts).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")


class Chance:
    """All luck of one replicate.

    Args:
        seed: the run's seed, 0 to 2^63-1.
        replicate: number of the replicate; its luck is the same however many others run.
    """

    def __init__(self, seed: int, replicate: int) -> None:
        self.root = key("replicate", seed, replicate)
        self._streams: dict[tuple[int | str, ...], int] = {}

    def _stream(self, parts: tuple[int | str, ...]) -> int:
        word = self._streams.get(parts)
        if word is None:
            word = self._streams[parts] = key(self.root, *parts)
        return word

    def bits(self, who: npt.ArrayLike, *what: int | str) -> npt.NDArray[np.uint64]:
        """64 keyed bits for each id: tie-breaks, and the source of all other draws."""
        z = np.array(who, dtype=np.int64).view(np.uint64)
        z *= np.uint64(_GOLDEN)
        z += np.uint64(self._stream(what))
        _mix(z)
        z += np.uint64((self._stream(what) * _GOLDEN) & _MASK)
        return _mix(z)

    def uniform(self, who: npt.ArrayLike, *what: int | str) -> Floats:
        """Uniform numbers in (0, 1), one for each id. ``what`` is the purpose and, if it repeats, when."""
        u = (self.bits(who, *what) >> _S11).astype(np.float64)
        u += 0.5
        u *= _UNIT
        return u

    def normal(self, who: npt.ArrayLike, *what: int | str) -> Floats:
        """Standard normal numbers, monotone in :meth:`uniform` of the same key."""
        u = self.uniform(who, *what)
        return np.asarray(ndtri(u, out=u))

    def one(self, *what: int | str) -> float:
        """A single uniform number for a purpose that has no entity."""
        return float(self.uniform(np.zeros(1, dtype=np.int64), *what)[0])
