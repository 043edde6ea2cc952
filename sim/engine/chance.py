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
_M1: Final = np.uint64(0xBF58476D1CE4E5B9)
_M2: Final = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S12, _S32 = (np.uint64(k) for k in (30, 27, 31, 12, 32))
_LOW: Final = np.uint64(0xFFFFFFFF)
_UNIT: Final = 2.0**-52


_FEW: Final = 6
"""Ids that are hashed faster one by one in Python than as an array."""
_BLOCK: Final = 32768
"""Ids hashed at a time, so that the words stay in the processor's cache (three times faster)."""


def _hashed(ids: Ids, stream: int) -> Iterator[tuple[slice, Words]]:
    """Blocks of 64 bits for each id, each in place of the last: two rounds on id x golden ratio + stream."""
    size = min(_BLOCK, len(ids))
    words, shifted = np.empty(size, dtype=np.uint64), np.empty(size, dtype=np.uint64)
    offsets = np.uint64(stream), np.uint64((stream * _GOLDEN) & _MASK)
    for start in range(0, len(ids), _BLOCK):
        block = slice(start, min(start + _BLOCK, len(ids)))
        z, t = words[: block.stop - start], shifted[: block.stop - start]
        np.multiply(ids[block].view(np.uint64), np.uint64(_GOLDEN), out=z)
        for offset in offsets:
            z += offset
            for shift, factor in ((_S30, _M1), (_S27, _M2), (_S31, None)):
                np.right_shift(z, shift, out=t)
                z ^= t
                if factor is not None:
                    z *= factor
        yield block, z


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

    def _blocks(
        self, who: npt.ArrayLike, what: tuple[int | str, ...]
    ) -> tuple[int, Iterator[tuple[slice, Words]]]:
        ids = np.ascontiguousarray(who, dtype=np.int64)
        if len(ids) <= _FEW:
            return len(ids), self._words(ids, what)
        return len(ids), _hashed(ids, self._stream(what))

    def _words(self, ids: Ids, what: tuple[int | str, ...]) -> Iterator[tuple[slice, Words]]:
        """As :func:`_hashed`, for a few."""
        words = [self._word(who, what) for who in ids.tolist()]
        yield slice(0, len(words)), np.array(words, dtype=np.uint64)

    def bits(self, who: npt.ArrayLike, *what: int | str) -> Words:
        """64 keyed bits for each id: tie-breaks, and the source of all other draws."""
        n, blocks = self._blocks(who, what)
        out = np.empty(n, dtype=np.uint64)
        for block, z in blocks:
            out[block] = z
        return out

    def _word(self, who: int, what: tuple[int | str, ...]) -> int:
        """The 64 bits of a single id: as :func:`_hashed`, in Python's own numbers, faster for one."""
        stream = self._stream(what)
        z = ((who & _MASK) * _GOLDEN) & _MASK
        for offset in (stream, (stream * _GOLDEN) & _MASK):
            z = (z + offset) & _MASK
            z = ((z ^ (z >> 30)) * int(_M1)) & _MASK
            z = ((z ^ (z >> 27)) * int(_M2)) & _MASK
            z ^= z >> 31
        return z

    def uniform(self, who: npt.ArrayLike, *what: int | str) -> Floats:
        """Uniform numbers in (0, 1), one for each id. ``what`` is the purpose and, if it repeats, when."""
        n, blocks = self._blocks(who, what)
        out = np.empty(n)
        for block, z in blocks:
            z >>= _S12
            u = out[block]
            np.multiply(z, _UNIT, out=u)
            u += _UNIT / 2  # the middle of each of 2^52 cells: never 0, never 1
        return out

    def normal(self, who: npt.ArrayLike, *what: int | str) -> Floats32:
        """Standard normal numbers in single precision, one for each id (Box & Muller 1958).

        Both uniform numbers come from the halves of one hash; tails end at 6.7.
        """
        n, blocks = self._blocks(who, what)
        out = np.empty(n, dtype=np.float32)
        for block, z in blocks:
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
        return (self._word(0, what) >> 12) * _UNIT + _UNIT / 2
