"""Makes ../samples.golden.json with SciPy: resample_poly with our filter, convolutions. Usage: python vectors.py > ../samples.golden.json

The filter is computed here from its definition, with numpy's own sinc and kaiser, not taken from the code under test.
Float64 arrays are base64 of little-endian bytes.
"""
import base64
import json
import math

import numpy as np
from scipy import signal


def noise(length, seed):
    """As testing/compare.ts of transform does it."""
    values = np.empty(length)
    state = (seed + 1) % 2**32
    for at in range(length):
        state = (state * 1664525 + 1013904223) % 2**32
        values[at] = state / 2**31 - 1
    return values


def packed(values):
    return base64.b64encode(np.asarray(values, "<f8").tobytes()).decode()


QUALITIES = {"high": (0.45, 120), "fast": (0.4, 80)}


def taps(up, down, quality):
    passband, decibels = QUALITIES[quality]
    scale = min(1, up / down)
    length = (decibels + 6 - 7.95) / (14.36 * (0.5 - passband) * scale) + 1
    half = 4 * math.ceil(length / 8)
    t = np.arange(-half * up + 1, half * up) / up
    cutoff = (0.5 + passband) * scale
    beta = 0.1102 * (decibels + 6 - 8.7)
    window = np.i0(beta * np.sqrt(1 - (t / half) ** 2)) / np.i0(beta)
    return cutoff * np.sinc(cutoff * t) * window / up


def resampled(source, target, quality, length, seed):
    common = math.gcd(source, target)
    up, down = target // common, source // common
    out = signal.resample_poly(noise(length, seed), up, down, window=taps(up, down, quality))
    return {"from": source, "to": target, "quality": quality, "length": length, "seed": seed, "out": packed(out)}


def convolved(n, m, mode):
    out = signal.convolve(noise(n, n), noise(m, m + 1), mode=mode)
    return {"a": n, "b": m, "mode": mode, "out": packed(out)}


pairs = [(44100, 48000), (48000, 44100), (48000, 96000), (96000, 44100), (44100, 16000), (16000, 48000)]
print(json.dumps({
    "resampling": [resampled(a, b, q, 173, i) for i, (a, b) in enumerate(pairs) for q in QUALITIES],
    "convolution": [convolved(n, m, mode) for n, m in [(1, 1), (7, 3), (5, 40), (300, 64), (700, 331)]
                    for mode in ["full", "same", "valid"]],
    "overlap": {"a": 900, "b": 77, "out": packed(signal.oaconvolve(noise(900, 900), noise(77, 78)))},
}, indent=1))
