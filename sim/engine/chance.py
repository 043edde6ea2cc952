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


_BLOCK: Final = 32768
"""Ids hashed at a time, so that the words stay in the processor's cache (three times faster)."""


def _hash(ids: Ids, stream: int) -> npt.NDArray[np.uint64]:
    """64 bits for each id: two rounds of the finaliser on id x golden ratio + stream."""
    words = np.empty(len(ids), dtype=np.uint64)
    shifted = np.empty(min(_BLOCK, len(ids)), dtype=np.uint64)
    offsets = np.uint64(stream), np.uint64((stream * _GOLDEN) & _MASK)
    for start in range(0, len(ids), _BLOCK):
        z = words[start : start + _BLOCK]
        t = shifted[: len(z)]
        np.multiply(ids[start : start + _BLOCK].view(np.uint64), np.uint64(_GOLDEN), out=z)
        for offset in offsets:
            z += offset
            for shift, factor in ((_S30, _M1), (_S27, _M2), (_S31, None)):
                np.right_shift(z, shift, out=t)
                z ^= t
                if factor is not None:
                    z *= factor
    return words


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
        return _hash(np.ascontiguousarray(who, dtype=np.int64), self._stream(what))

    def uniform(self, who: npt.ArrayLike, *what: int | str) -> Floats:
        """Uniform numbers in (0, 1), one for each id. ``what`` is the purpose and, if it repeats, when."""
        words = self.bits(who, *what)
        words >>= _S11
        u = np.multiply(words, _UNIT, dtype=np.float64)
        u += _UNIT / 2  # the middle of each of 2^53 cells: never 0, never 1
        return u

    def normal(self, who: npt.ArrayLike, *what: int | str) -> Floats:
        """Standard normal numbers, monotone in :meth:`uniform` of the same key."""
        u = self.uniform(who, *what)
        return np.asarray(ndtri(u, out=u))

    def one(self, *what: int | str) -> float:
        """A single uniform number for a purpose that has no entity."""
        return float(self.uniform(np.zeros(1, dtype=np.int64), *what)[0])
