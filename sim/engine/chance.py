"""Common random numbers: a draw is a function of (seed, who, what for, when), never of the draws before it.

A counter-based hash (splitmix64's finaliser, Steele, Lea & Flood 2014, applied once for the stream and
once for the counter; METH02 asks for event-keyed draws) turns a permanent id and a key into a number.
The same entity therefore has the same luck in every scenario, whatever else happens there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]
Words = npt.NDArray[np.uint64]

_GOLDEN: Final = 0x9E3779B97F4A7C15
_MASK: Final = (1 << 64) - 1
_FIRST: Final = 0xBF58476D1CE4E5B9
_SECOND: Final = 0x94D049BB133111EB
_STEP, _M1, _M2 = (np.uint64(k) for k in (_GOLDEN, _FIRST, _SECOND))
_S30, _S27, _S31, _S12, _S32 = (np.uint64(k) for k in (30, 27, 31, 12, 32))
_LOW: Final = np.uint64(0xFFFFFFFF)
_UNIT: Final = 2.0**-52

_FEW: Final = 6
"""Ids that are hashed faster one by one in Python than as an array."""
_BLOCK: Final = 32768
"""Ids hashed at a time, so that the words stay in the processor's cache (three times faster)."""

Offsets = tuple[int, int]
"""What a purpose adds before the first round and before the second."""


def _hashed(ids: Ids, added: Offsets) -> Iterator[tuple[slice, Words]]:
    """Blocks of 64 bits for each id, each in place of the last: two rounds on id x golden ratio + stream."""
    n = len(ids)
    if n <= _FEW:
        yield slice(0, n), np.array([_word(who, added) for who in ids.tolist()], dtype=np.uint64)
        return
    words, shifted = np.empty((2, min(_BLOCK, n)), dtype=np.uint64)
    first, second = np.uint64(added[0]), np.uint64(added[1])
    shift, xor, times = np.right_shift, np.bitwise_xor, np.multiply  # called often on little: no lookups
    for start in range(0, n, _BLOCK):
        block = slice(start, min(start + _BLOCK, n))
        z, t = words[: block.stop - start], shifted[: block.stop - start]
        times(ids[block].view(np.uint64), _STEP, z)
        for offset in (first, second):
            np.add(z, offset, z)
            xor(z, shift(z, _S30, t), z)
            times(z, _M1, z)
            xor(z, shift(z, _S27, t), z)
            times(z, _M2, z)
            xor(z, shift(z, _S31, t), z)
        yield block, z


def _word(who: int, added: Offsets) -> int:
    """The 64 bits of a single id: as :func:`_hashed`, in Python's own numbers, faster for one."""
    z = (who & _MASK) * _GOLDEN
    for offset in added:
        z = (z + offset) & _MASK
        z = ((z ^ (z >> 30)) * _FIRST) & _MASK
        z = ((z ^ (z >> 27)) * _SECOND) & _MASK
        z ^= z >> 31
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
        self._streams: dict[tuple[int | str, ...], Offsets] = {}

    def _stream(self, what: tuple[int | str, ...]) -> Offsets:
        added = self._streams.get(what)
        if added is None:
            word = key(self.root, *what)
            added = self._streams[what] = word, (word * _GOLDEN) & _MASK
        return added

    def bits(self, who: npt.ArrayLike, *what: int | str) -> Words:
        """64 keyed bits for each id: tie-breaks, and the source of all other draws."""
        ids = np.ascontiguousarray(who, dtype=np.int64)
        out = np.empty(len(ids), dtype=np.uint64)
        for block, z in _hashed(ids, self._stream(what)):
            out[block] = z
        return out

    def uniform(self, who: npt.ArrayLike, *what: int | str) -> Floats:
        """Uniform numbers in (0, 1), one for each id. ``what`` is the purpose and, if it repeats, when."""
        ids = np.ascontiguousarray(who, dtype=np.int64)
        out = np.empty(len(ids))
        for block, z in _hashed(ids, self._stream(what)):
            u = out[block]
            np.multiply(np.right_shift(z, _S12, z), _UNIT, u)
            u += _UNIT / 2  # the middle of each of 2^52 cells: never 0, never 1
        return out

    def normal(self, who: npt.ArrayLike, *what: int | str) -> Floats32:
        """Standard normal numbers in single precision, one for each id (Box & Muller 1958).

        Both uniform numbers come from the halves of one hash; tails end at 6.7.
        """
        ids = np.ascontiguousarray(who, dtype=np.int64)
        out = np.empty(len(ids), dtype=np.float32)
        for block, z in _hashed(ids, self._stream(what)):
            angle = (z & _LOW).astype(np.float32)
            z >>= _S32
            radius = z.astype(np.float32)
            radius += np.float32(0.5)
            radius *= np.float32(2.0**-32)
            np.log(radius, out=radius)
            radius *= np.float32(-2)
            np.sqrt(radius, out=radius)
            angle *= np.float32(2 * np.pi * 2.0**-32)
            np.cos(angle, out=angle)
            np.multiply(radius, angle, out=out[block])
        return out

    def one(self, *what: int | str) -> float:
        """A single uniform number for a purpose that has no entity."""
        return (_word(0, self._stream(what)) >> 12) * _UNIT + _UNIT / 2
