#!/usr/bin/env python3
"""docs/stream.md written out in Python, from that page alone, and held against tests/golden.txt.

    ci/stream.py            first and last element of every line, digests of small tensors: seconds
    ci/stream.py --full     every digest: minutes

Python 3.9 or later and its standard library. Where a line does not agree it is printed with what
this program gives, and the exit status is 1. It is meant to be read beside the page: sections and
names are the page's, and speed is bought nowhere that it would show.
"""

import math
import re
import struct
import sys
from functools import lru_cache
from pathlib import Path

GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "golden.txt"
SMALL = 3000  # Elements of a tensor that is hashed without --full.


# ---- Conventions --------------------------------------------------------------------------------

MASK = 0xFFFFFFFF


def rotl(w, r):
    return (w << r | w >> (32 - r)) & MASK


def words_of(data):
    return struct.unpack(f"<{len(data) // 4}I", data)


def signed(w, n):
    """int(w) of the page, for a word of n bits."""
    return w - (w >> (n - 1) << n)


SINGLE = struct.Struct("<f")


class F32(float):
    """An f32. What this holds is always exact in f32, and each operation rounds.

    An operation is done in f64 and its result rounded to f32. That is the f32 operation: for
    + - * and sqrt, 53 bits are enough that rounding twice (53 >= 2 * 24 + 2) changes nothing.
    With one operand an F32, the other is taken for one, so it has to be exact in f32 as well.
    """

    __slots__ = ()

    def __new__(cls, x):
        return float.__new__(cls, SINGLE.unpack(SINGLE.pack(x))[0])

    def __neg__(self):
        return F32(float.__neg__(self))

    def __add__(self, other):
        return F32(float.__add__(self, float(other)))

    def __sub__(self, other):
        return F32(float.__sub__(self, float(other)))

    def __rsub__(self, other):
        return F32(float.__rsub__(self, float(other)))

    def __mul__(self, other):
        return F32(float.__mul__(self, float(other)))

    def __truediv__(self, other):
        return F32(float.__truediv__(self, float(other)))

    __radd__, __rmul__ = __add__, __mul__
    __pow__ = __rpow__ = __rtruediv__ = None  # Not needed, and float's would not round.


# ---- BLAKE3 (its specification, section 2) and ChaCha (Bernstein 2008) --------------------------


def quarter_round(v, a, b, c, d, x, y, rotations):
    """That of both: BLAKE3 adds words x and y of the message, ChaCha adds none; r1 to r4 differ."""
    r1, r2, r3, r4 = rotations
    va, vb = (v[a] + v[b] + x) & MASK, v[b]
    vd = rotl(v[d] ^ va, r1)
    vc = (v[c] + vd) & MASK
    vb = rotl(vb ^ vc, r2)
    v[a] = va = (va + vb + y) & MASK
    v[d] = vd = rotl(vd ^ va, r3)
    v[c] = vc = (vc + vd) & MASK
    v[b] = rotl(vb ^ vc, r4)


COLUMNS = [(0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15)]
DIAGONALS = [(0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)]

IV = (0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19)
PERMUTATION = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
CHUNK_START, CHUNK_END, PARENT, ROOT, KEYED, CONTEXT, MATERIAL = (1 << i for i in range(7))


def compress(chaining, block, counter, flags):
    """The first half of BLAKE3's compression function's output, all that 32 bytes need."""
    m = words_of(block.ljust(64, b"\0"))
    v = [*chaining, *IV[:4], counter & MASK, counter >> 32, len(block), flags]
    for _ in range(7):
        for i, (a, b, c, d) in enumerate(COLUMNS + DIAGONALS):
            quarter_round(v, a, b, c, d, m[2 * i], m[2 * i + 1], (16, 20, 24, 25))
        m = [m[i] for i in PERMUTATION]
    return [v[i] ^ v[i + 8] for i in range(8)]


def node(data, key, flags, first_chunk, root):
    """The chaining value of the tree over these data: a chunk of 1024 bytes, or two subtrees."""
    if len(data) <= 1024:
        chaining, last = key, max(len(data) - 1, 0) // 64
        for i in range(last + 1):
            ends = CHUNK_START * (i == 0) | (CHUNK_END | root) * (i == last)
            chaining = compress(chaining, data[64 * i : 64 * i + 64], first_chunk, flags | ends)
        return chaining
    # The left one is complete, and as large as leaves something for the right one.
    left = 1 << (((len(data) - 1) // 1024).bit_length() - 1)
    both = node(data[: left * 1024], key, flags, first_chunk, 0)
    both += node(data[left * 1024 :], key, flags, first_chunk + left, 0)
    return compress(key, struct.pack("<16I", *both), 0, flags | PARENT | root)


def blake3(data, key=IV, flags=0):
    return struct.pack("<8I", *node(data, key, flags, 0, ROOT))


def keyed_hash(key, data):
    return blake3(data, words_of(key), KEYED)


def derive_key(context, data):
    return blake3(data, words_of(blake3(context, IV, CONTEXT)), MATERIAL)


def chacha8(key, block, stream):
    """The 16 words of one block of keystream."""
    counters = (block & MASK, block >> 32, stream & MASK, stream >> 32)
    state = [*words_of(b"expand 32-byte k"), *words_of(key), *counters]
    v = state[:]
    for _ in range(4):
        for a, b, c, d in COLUMNS + DIAGONALS:
            quarter_round(v, a, b, c, d, 0, 0, (16, 12, 8, 7))
    return [(x + y) & MASK for x, y in zip(v, state)]


# ---- Keys ---------------------------------------------------------------------------------------


def from_seed(s):
    return derive_key(b"fanin stream 1: key from a 64-bit seed", struct.pack("<Q", s))


def child(key, name):
    return keyed_hash(key, b"\0" + name.encode())


def child_index(key, i):
    return keyed_hash(key, b"\1" + struct.pack("<Q", i))


# ---- Blocks and words ---------------------------------------------------------------------------

BLOCK = 2048


@lru_cache(maxsize=None)
def words(key, b, stream):
    """The words (stream 0) or low words (stream 1) of block b."""
    out = [0] * BLOCK
    for j in range(16):
        first = 4 * (b % 4)
        s0, s1, s2, s3 = chacha8(key, 16 * (b // 4) + j, stream)[first : first + 4]
        for n in range(j, BLOCK, 16):
            out[n] = (rotl((s0 + s3) & MASK, 7) + s0) & MASK
            t = s1 << 9 & MASK
            s2 ^= s0
            s3 ^= s1
            s1 ^= s2
            s0 ^= s3
            s2 ^= t
            s3 = rotl(s3, 11)
    return out


def draw_words(real, key, b):
    """The words that draws of the type `real`, which is F32 or float, are made of; their bits."""
    high = words(key, b, 0)
    if real is F32:
        return high, 32
    return [h << 32 | low for h, low in zip(high, words(key, b, 1))], 64


# ---- Standard normal draws ----------------------------------------------------------------------

TABLE = """
HIGH  3fb17200  3ff62e42fefa3900
LOW   363fbe8e  3d2de6af278ece60
p0    3faaaada  3ff5555555555776
p1    3f4c9563  3fe99999998f0bd8
p2    3f1b746e  3fe249249b222cbc
p3    -         3fdc71c01656ed48
p4    -         3fd7474e26411738
p5    -         3fd3852e08562d82
p6    -         3fd3abdcc682b884
s0    be5bc096  bfcb7812aeef4b9f
s1    bda55dd7  bfb4abbce625be41
s2    3b232df3  3f6466bc677587e5
s3    b816998d  bf032d2cce2e65fa
s4    -         3e950782fdb8b160
s5    -         be1e300735e5707f
s6    -         3d9e3f4259f06905
c0    be9de9e6  bfd3bd3cc9be45de
c1    3c81e0db  3f903c1f081b5a65
c2    b9aadb42  bf355d3c7e3c2d7c
c3    366b0f14  3ece1f5067b05ae7
c4    -         be5a6d1e6b560f58
c5    -         3ddf9c840f8b10b6
c6    -         bd5b14b6a5c54ff2
"""
COEFFICIENTS = {F32: {}, float: {}}
for _line in TABLE.split("\n")[1:-1]:
    _name, _single, _double = _line.split()
    for _real, _format, _bits in ((F32, ">f", _single), (float, ">d", _double)):
        if _bits != "-":
            _value = _real(struct.unpack(_format, bytes.fromhex(_bits))[0])
            COEFFICIENTS[_real].setdefault(_name.rstrip("0123456789"), []).append(_value)


def polynomial(z, coefficients):
    """c0 + z * (c1 + z * (c2 + ...)), from the inside out."""
    *rest, result = coefficients
    for c in reversed(rest):
        result = c + z * result
    return result


def radius(real, w, n):
    (high,), (low,), p = (COEFFICIENTS[real][name] for name in ("HIGH", "LOW", "p"))
    # 1. The distance from 0 or, negative, from 2^n; from 2^(n-1) where the top bits are 10.
    D = signed(w & (w << 1 | (1 << (n - 1)) - 1), n)
    if real is F32:
        o = F32(D) + 0.5
    else:
        o = float(D >> 32) * 2.0**32 + (float(D & MASK) + 0.5)
    # 2. u = 2^-k (1 - d), with 1 - d from 3/4 to 3/2.
    if w >> (n - 2) == 0b11:
        d, k = o * -(2.0**-n), 0
    elif w >> (n - 2) == 0b10:
        d, k = o * -(2.0 ** (1 - n)), 1
    else:
        m, e = math.frexp(o)  # 1/2 <= m < 1
        if m < 0.75:
            m, e = 2 * m, e - 1
        d, k = 1 - real(m), n - e
    # 3. and 4.
    s = d / (2 - d)
    z = s * s
    d2 = d * d
    q = z * polynomial(z, p)
    return real(math.sqrt(k * high + ((d + d) + (d2 + (s * (d2 + q) + k * low)))))


def angle(real, w, n):
    """Sine and cosine."""
    # The quarter turns are in the top bits, and what is left of them in the others.
    y = real(signed((w << 2 | 2) & (1 << n) - 1, n)) * 2.0 ** -(n - 1)
    z = y * y
    S = y + y * polynomial(z, COEFFICIENTS[real]["s"])
    C = 1 + z * polynomial(z, COEFFICIENTS[real]["c"])
    q = (w + (1 << (n - 3)) & (1 << n) - 1) >> (n - 2)
    return ((S, C), (C, -S), (-S, -C), (-C, S))[q]


@lru_cache(maxsize=None)
def normal_draws(real, key, b):
    word, n = draw_words(real, key, b)
    draw = [None] * BLOCK
    for g in range(BLOCK // 32):
        for j in range(16):
            r = radius(real, word[32 * g + j], n)
            sine, cosine = angle(real, word[32 * g + 16 + j], n)
            draw[32 * g + j] = r * sine
            draw[32 * g + 16 + j] = r * cosine
    return draw


# ---- Uniform draws ------------------------------------------------------------------------------


@lru_cache(maxsize=None)
def uniform_draws(real, key, b):
    word, _ = draw_words(real, key, b)
    if real is F32:
        return [F32(signed(w >> 7 | 1, 32) - 2**24) * 2.0**-24 for w in word]
    ones = [struct.unpack("<d", struct.pack("<Q", 0x3FF << 52 | w >> 12))[0] for w in word]
    return [(x - 1.5) * 2 + 2.0**-52 for x in ones]


# ---- Values -------------------------------------------------------------------------------------


def bf16(x):
    bits = struct.unpack("<I", SINGLE.pack(x))[0]
    return struct.pack("<H", (bits + 0x7FFF + (bits >> 16 & 1)) >> 16)


# The bytes of a value that is given as f64. Python rounds to nearest, ties to even.
ELEMENTS = {
    "f64": struct.Struct("<d").pack,
    "f32": SINGLE.pack,
    "f16": lambda x: struct.pack("<e", F32(x)),
    "bf16": bf16,
}


def number(element, data):
    """The value of an element, exact in f64."""
    if element == "bf16":
        element, data = "f32", b"\0\0" + data
    return struct.unpack({"f64": "<d", "f32": "<f", "f16": "<e"}[element], data)[0]


def least_from(element, bound):
    """The least number of the element type that is not below the bound."""
    data = ELEMENTS[element](bound)
    x = number(element, data)
    if x >= bound:
        return x
    bits = int.from_bytes(data, "little") + (-1 if x < 0 else 1)
    return number(element, bits.to_bytes(len(data), "little"))


def variance_scaling(variance, fan, fan_in, fan_out):
    return variance / {
        "In": fan_in,
        "Out": fan_out,
        "Average": (fan_in + fan_out) / 2,
        "GeometricAverage": math.sqrt(fan_in * fan_out),
    }[fan]


NAMED = {
    "LeCunNormal": (1.0, "In"),
    "HeNormal": (2.0, "In"),
    "XavierNormal": (1.0, "In"),
    "GlorotNormal": (1.0, "Average"),
}
CONSTANTS = {"Zeros": 0.0, "Ones": 1.0}


def values(scheme, element, key, shape, indices):
    """The bytes of elements of the tensor, by their row-major number."""
    name, arguments, scaled = re.fullmatch(
        r"(\w+)(?:::new\((.*?)\))?((?:\.scaled\(.*?\))*)", scheme
    ).groups()
    arguments = arguments.split(", ") if arguments else []
    factor = 1.0
    for one in re.findall(r"\.scaled\((.*?)\)", scaled):
        factor *= float(one)
    root = math.sqrt(factor)

    # The law: its mean, its variance (of a uniform law the square of half its width), its bounds.
    mean, bounds, draws = 0.0, None, normal_draws
    if name in CONSTANTS or name == "Constant":
        mean, variance = CONSTANTS[name] if name in CONSTANTS else float(arguments[0]), 0.0
    elif name == "Normal":
        mean, std = map(float, arguments)
        variance = std * std
    elif name == "Uniform":
        low, high = map(float, arguments)
        mean, half, draws = (low + high) / 2, (high - low) / 2, uniform_draws
        variance, bounds = half * half, (low * root, high * root)
    else:
        # A plain shape is [fan_out, fan_in, kernel...].
        field = math.prod(shape[2:])
        fans = shape[1] * field, shape[0] * field
        if name in NAMED:
            variance = variance_scaling(*NAMED[name], *fans)
        else:
            v, fan, family = arguments
            variance = variance_scaling(float(v), fan[len("Fan::") :], *fans)
            if family == "Family::Uniform":
                variance, draws = 3 * variance, uniform_draws
                bounds = (-math.sqrt(variance) * root, math.sqrt(variance) * root)

    encode = ELEMENTS[element]
    mean *= root
    std = math.sqrt(variance * factor)
    if std == 0:
        data = encode(mean)
        return [data for _ in indices]
    if bounds:
        low, high = least_from(element, bounds[0]), -least_from(element, -bounds[1])
    real = float if element == "f64" else F32
    result = []
    for i in indices:
        z = draws(real, key, i // BLOCK)[i % BLOCK]
        data = encode(mean + std * float(z))  # f64(z): arithmetic with an F32 would be of f32.
        if bounds:
            data = encode(min(max(number(element, data), low), high))
        result.append(data)
    return result


# ---- tests/golden.txt (its format is in tests/golden.rs) ----------------------------------------


def key_of(text):
    """`seed 0`, `seed 2^64 - 1`, `bytes ff`, `..., child name`, `..., child index 7`."""
    first, *children = text.split(", ")
    kind, number_ = first.split(" ", 1)
    if kind == "bytes":
        key = bytes.fromhex(number_) * 32
    else:
        key = from_seed(2**64 - 1 if number_ == "2^64 - 1" else int(number_))
    for name in (c[len("child ") :] for c in children):
        index = re.fullmatch(r"index (\d+)", name)
        key = child_index(key, int(index[1])) if index else child(key, name)
    return key


def check_blake3():
    """Lines of its published test vectors, so that an error there is not looked for elsewhere."""
    data = bytes(i % 251 for i in range(2049))
    key, context = b"whats the Elvish word for friend", b"BLAKE3 2019-12-27 16:29:52 test vectors context"
    assert blake3(b"").hex().startswith("af1349b9f5f9a1a6a0404dea36dcc949")
    assert blake3(data[:1025]).hex().startswith("d00278ae47eb27b34faecf67b4fe263f")
    assert keyed_hash(key, data[:1]).hex().startswith("6d7878dfff2f485635d39013278ae14f")
    assert derive_key(context, data[:1]).hex().startswith("b3e2e340a117a499c6cf2398a19ee0d2")


def main():
    full = sys.argv[1:] == ["--full"]
    if sys.argv[1:] and not full:
        sys.exit("usage: ci/stream.py [--full]")
    check_blake3()
    agree = digests = differ = 0
    for line in GOLDEN.read_text().splitlines():
        scheme, element, key, shape, *golden = line.split("; ")
        shape = [int(n) for n in shape.strip("[]").split(", ")]
        count = math.prod(shape)
        whole = full or count <= SMALL
        indices = range(count) if whole else (0, count - 1)
        data = values(scheme, element, key_of(key), shape, indices)
        ours = [data[0][::-1].hex(), data[-1][::-1].hex()]
        if whole:
            ours.append(blake3(b"".join(data)).hex())
        if ours == golden[: len(ours)]:
            agree += 1
            digests += whole
        else:
            differ += 1
            print(f"golden: {line}\nhere:   {'; '.join(ours)}")
    print(
        f"{agree} lines agree, {digests} of them in the digest of all elements and the others in "
        f"the first and the last; {differ} differ"
    )
    sys.exit(differ > 0 or agree == 0)


if __name__ == "__main__":
    main()
