"""Common random numbers: each draw depends on seed, entity, purpose and time, not on earlier draws.

A counter-based hash maps a permanent id and a key to a number, so that draws are keyed to events (METH02). It
applies the finaliser of splitmix64 (Steele, Lea & Flood 2014) once for the stream and once for the counter.
An entity therefore has the same random numbers in every scenario, whatever else differs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]
Words = npt.NDArray[np.uint64]
Drawn = TypeVar("Drawn", Words, Floats, Floats32)

_GOLDEN: Final = 0x9E3779B97F4A7C15
_MASK: Final = (1 << 64) - 1
_FIRST: Final = 0xBF58476D1CE4E5B9
_SECOND: Final = 0x94D049BB133111EB
_UNIT: Final = 2.0**-52


# Constants for array operations are zero-dimensional arrays, which NumPy handles twice as fast as scalars.
def _words(number: int) -> Words:
    return np.array(number, dtype=np.uint64)


def _singles(number: float) -> Floats32:
    return np.array(number, dtype=np.float32)


_STEP, _M1, _M2 = _words(_GOLDEN), _words(_FIRST), _words(_SECOND)
_S30, _S27, _S31, _S12, _S32 = (_words(k) for k in (30, 27, 31, 12, 32))
_ONE: Final = np.array(1.0).view(np.uint64)
_BELOW_ONE: Final = np.array(1 - _UNIT / 2)
_HALF, _MINUS_TWO, _PART, _ANGLE = (_singles(x) for x in (0.5, -2, 2.0**-32, 2 * np.pi * 2.0**-32))

_FEW: Final = 4
"""Maximum number of ids for which hashing one by one in Python is faster than hashing an array."""
_BLOCK: Final = 32768
"""Number of ids hashed at a time, so that the words fit in the processor's cache (three times faster)."""

Offsets = tuple[Words, Words]
"""Offsets of a stream, added before the first and the second round of the hash."""


def _hashed(ids: Ids, added: Offsets) -> Words:
    """Return a 64-bit hash of each id, computed in two rounds from id x golden ratio + stream offset."""
    if len(ids) <= _FEW:
        first, second = int(added[0]), int(added[1])
        return np.array([_word(who, first, second) for who in ids.tolist()], dtype=np.uint64)
    z = ids.view(np.uint64) * _STEP
    for offset in added:
        z += offset
        z ^= z >> _S30
        z *= _M1
        z ^= z >> _S27
        z *= _M2
        z ^= z >> _S31
    return z


def _word(who: int, *added: int) -> int:
    """Return the 64-bit hash of a single id, as in :func:`_hashed`, but with Python integers for speed."""
    z = (who & _MASK) * _GOLDEN
    for offset in added:
        z = (z + offset) & _MASK
        z = ((z ^ (z >> 30)) * _FIRST) & _MASK
        z = ((z ^ (z >> 27)) * _SECOND) & _MASK
        z ^= z >> 31
    return z


def _uniform(z: Words) -> Floats:
    """Convert words to uniform random numbers, midpoints of 2^52 cells of (0, 1); ``z`` is overwritten."""
    z >>= _S12
    z |= _ONE  # sign and exponent bits of a number in [1, 2)
    u = z.view(np.float64)
    u -= _BELOW_ONE
    return u


def _normal(z: Words) -> Floats32:
    """Convert each word to a standard normal draw, using its two halves; ``z`` is overwritten."""
    angle = z.astype(np.uint32).astype(np.float32)
    z >>= _S32
    radius = z.astype(np.uint32).astype(np.float32)
    radius += _HALF
    radius *= _PART
    np.log(radius, radius)
    radius *= _MINUS_TWO
    np.sqrt(radius, radius)
    angle *= _ANGLE
    radius *= np.cos(angle, angle)
    return radius


def key(*parts: int | str) -> int:
    """Return the 64-bit key of a purpose, which is the same on every machine and in every process."""
    text = "\x1f".join([str(p) for p in parts]).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")


def _offsets(stream: int) -> tuple[int, int]:
    """Return the offsets of a stream for the first and the second round of the hash."""
    return stream, (stream * _GOLDEN) & _MASK


class RandomStreams:
    """Random streams of one replicate.

    Args:
        seed: seed of the run, 0 to 2^63-1.
        replicate: index of the replicate; its random numbers do not depend on the number of replicates.
    """

    def __init__(self, seed: int, replicate: int) -> None:
        self.root = key("replicate", seed, replicate)
        self._streams: dict[tuple[int | str, ...], Offsets] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RandomStreams) and self.root == other.root

    def __hash__(self) -> int:
        return hash(self.root)

    def _stream(self, what: tuple[int | str, ...]) -> Offsets:
        added = self._streams.get(what)
        if added is None:
            first, second = _offsets(key(self.root, *what))
            added = self._streams[what] = _words(first), _words(second)
        return added

    def _drawn(
        self, shaped: Callable[[Words], Drawn], who: npt.ArrayLike, what: tuple[int | str, ...]
    ) -> Drawn:
        """Hash the ids and transform the resulting words, block by block."""
        ids, added = np.ascontiguousarray(who, dtype=np.int64), self._stream(what)
        if len(ids) <= _BLOCK:
            return shaped(_hashed(ids, added))
        blocks = [ids[start : start + _BLOCK] for start in range(0, len(ids), _BLOCK)]
        return np.concatenate([shaped(_hashed(block, added)) for block in blocks])

    def bits(self, who: npt.ArrayLike, *what: int | str) -> Words:
        """Return 64 keyed random bits for each id, which are used to break ties."""
        return self._drawn(np.asarray, who, what)

    def uniform(self, who: npt.ArrayLike, *what: int | str) -> Floats:
        """Return one uniform random number in (0, 1) for each id.

        Args:
            who: permanent ids.
            what: purpose of the draw, followed by its time if the draw is repeated.
        """
        return self._drawn(_uniform, who, what)

    def normal(self, who: npt.ArrayLike, *what: int | str) -> Floats32:
        """Return one standard normal draw, in single precision, for each id (Box & Muller 1958).

        The two uniform numbers that the method needs are the halves of one 64-bit hash, so draws lie within
        +/-6.8.
        """
        return self._drawn(_normal, who, what)

    def scalar(self, *what: int | str) -> float:
        """Return one uniform random number for a purpose that is not linked to an entity."""
        return (_word(0, *_offsets(key(self.root, *what))) >> 12) * _UNIT + _UNIT / 2

    def poisson(self, mean: float, *what: int | str) -> int:
        """Return one Poisson draw with the given mean, by inversion of a uniform random number."""
        u, k, p = self.scalar(*what), 0, float(np.exp(-mean))
        total = p
        while u > total and k < 1000:
            k += 1
            p *= mean / k
            total += p
        return k
