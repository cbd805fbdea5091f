"""The library's random numbers (include/gan/core/rng.hpp) in NumPy, bit for bit, so that a script can play a game with
the draws that the library makes. `draws.py` by itself checks them against the constant of tests/core/rng_test.cpp.
"""
import numpy as np

F32, F64, U32, U64 = np.float32, np.float64, np.uint32, np.uint64
DRAWS_OF_TURN, TURNS_OF_ROUND = 1 << 16, 256  # train/game.hpp


def stream(name):
    """name_stream: FNV-1a."""
    code = 14695981039346656037
    for byte in name.encode():
        code = (code ^ byte) * 1099511628211 % 2**64
    return code


def block(key, low, high):
    """Philox4x32-10: four columns of words for the counters (low, high), low being an array."""
    low = np.asarray(low, U64)
    mask, half = U64(0xFFFFFFFF), U64(32)
    c = [low & mask, low >> half, np.full_like(low, high & 0xFFFFFFFF), np.full_like(low, high >> 32)]
    k0, k1 = key & 0xFFFFFFFF, key >> 32
    for _ in range(10):
        p0, p1 = U64(0xD2511F53) * c[0], U64(0xCD9E8D57) * c[2]
        c = [(p1 >> half) ^ c[1] ^ U64(k0), p1 & mask, (p0 >> half) ^ c[3] ^ U64(k1), p0 & mask]
        k0, k1 = (k0 + 0x9E3779B9) % 2**32, (k1 + 0xBB67AE85) % 2**32
    return np.stack(c, -1).astype(U32)


def fma(a, b, c):
    """Rounded once, but for the rare sums that round to a tie in double."""
    return (np.asarray(a, F64) * np.asarray(b, F64) + np.asarray(c, F64)).astype(F32)


def horner(z, coefficients):
    y = np.full_like(z, F32(coefficients[0]))
    for c in coefficients[1:]:
        y = fma(y, z, F32(c))
    return y


def log_uniform(words):
    x = words | U32(1)
    mantissa, exponent = np.frexp(x.astype(F64))
    m = ((mantissa * 2**24).astype(U32) & U32(0x7FFFFF)).astype(F32) * F32(2**-24) + F32(0.5)
    exponent = exponent - 32
    small = m < F32(0.70710678)
    m, exponent = np.where(small, m + m, m), (exponent - small).astype(F32)
    f = m - F32(1)
    z = f * f
    y = horner(f, [7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1,
                   -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1])
    y = (y * f) * z
    y = fma(exponent, F32(-2.12194440e-4), y)
    y = fma(F32(-0.5), z, y)
    return fma(exponent, F32(0.693359375), f + y)


def sin_cos(words):
    octant, fraction = words >> U32(29), words & U32(0x1FFFFFFF)
    fraction = np.where(octant & U32(1), U32(0x20000000) - fraction, fraction)
    t = (fraction >> U32(6)).astype(F32) * F32(9.36266780e-8)
    z = t * t
    s = horner(z, [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1])
    s = fma(s * z, t, t)
    c = horner(z, [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2])
    c = fma(z * z, c, fma(F32(-0.5), z, F32(1)))
    swap = ((octant + U32(1)) >> U32(1)) & U32(1) == 1
    sine, cosine = np.where(swap, c, s), np.where(swap, s, c)
    return np.where(octant >= 4, -sine, sine), np.where((octant >= 2) & (octant < 6), -cosine, cosine)


class Rng:
    """A position: seed, stream and draw. Each fill takes the next draw."""

    def __init__(self, seed, of, draw=0):
        self.key = block(seed, [of], 0x6C69626761)[0]
        self.key = int(self.key[0]) | int(self.key[1]) << 32
        self.draw = draw

    def words(self, n):
        words = block(self.key, np.arange((n + 3) // 4), self.draw)
        self.draw += 1
        return words

    def uniform(self, *shape):
        """[0, 1) in steps of 2^-24, in double."""
        n = int(np.prod(shape))
        return ((self.words(n) >> U32(8)).astype(F64) * 2.0**-24).reshape(-1)[:n].reshape(shape)

    def normal(self, *shape):
        """Standard normals in float's precision, as double."""
        n = int(np.prod(shape))
        words = self.words(n).reshape(-1, 2)
        radius = np.sqrt(F32(-2) * log_uniform(words[:, 0]))
        sine, cosine = sin_cos(words[:, 1])
        return np.stack([radius * cosine, radius * sine], -1).astype(F64).reshape(-1)[:n].reshape(shape)


def turn(seed, player, number, turn_of_player=0):
    """The draws of a turn of a player in round `number`."""
    return Rng(seed, stream(f"player {player}"), (number * TURNS_OF_ROUND + turn_of_player) * DRAWS_OF_TURN)


if __name__ == "__main__":
    code = 14695981039346656037
    for bits in Rng(1, 2, 3).normal(100000).astype(F32).view(U32):
        code = (code ^ int(bits)) * 1099511628211 % 2**64
    assert code == 15713715451676489187, code
