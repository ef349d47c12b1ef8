"""Transforms of SciPy, timed on request: a process that answers lines of JSON on its standard input with lines of JSON.

{"task": …, "size": n, "precision": "float32" | "float64", "repeats": r}
-> {"seconds": of CPU for all repeats, "check": one number of the result}

Tasks: rfft, one signal of n samples at a time; dct, 256 signals of n samples at once, of which each counts; dct-blocks, the
8x8 blocks of a plane of n x n; stft, scipy.signal.stft of n samples, frames of 2048, hop 512; short-time-fft, the same with
scipy.signal.ShortTimeFFT. All on one thread. Inside the clock: the loop over the repeats alone.
"""

import json
import sys
import time

import numpy as np
import scipy
import scipy.fft
import scipy.signal

BATCH = 256
FRAME, HOP = 2048, 512


def signal(size, precision):
    """The samples that transforms.ts makes too."""
    index = np.arange(size, dtype=np.float64)
    return (((index * 7919) % 10007) / 10007 - 0.5).astype(precision)


def prepared(task, size, precision):
    """What is repeated, how many transforms one repeat is, and how to take one number of the result."""
    if task == "rfft":
        samples = signal(size, precision)
        return (lambda: scipy.fft.rfft(samples)), 1, lambda found: found[3].real
    if task == "dct":
        samples = signal(size * BATCH, precision).reshape(BATCH, size)
        return (lambda: scipy.fft.dct(samples, norm="ortho")), BATCH, lambda found: found[0, 3]
    if task == "dct-blocks":
        plane = signal(size * size, precision).reshape(size // 8, 8, size // 8, 8)
        return (lambda: scipy.fft.dctn(plane, axes=(1, 3), norm="ortho")), 1, lambda found: found[1, 2, 1, 3]
    samples = signal(size, precision)
    window = scipy.signal.get_window("hann", FRAME)
    if task == "stft":
        # Its spectra are divided by the sum of the window.
        return (
            (lambda: scipy.signal.stft(samples, window=window, nperseg=FRAME, noverlap=FRAME - HOP)[2]),
            1,
            lambda found: found[3, 10].real * window.sum(),
        )
    plan = scipy.signal.ShortTimeFFT(window.astype(precision), HOP, 1, phase_shift=None)
    return (lambda: plan.stft(samples)), 1, lambda found: found[3, 10 - plan.p_min].real


cache = {}
print(json.dumps({"versions": f"SciPy {scipy.__version__}, NumPy {np.__version__}"}), flush=True)
for line in sys.stdin:
    ask = json.loads(line)
    key = (ask["task"], ask["size"], ask["precision"])
    if key not in cache:
        cache[key] = prepared(*key)
    work, count, take = cache[key]
    repeats = ask["repeats"]
    began = time.process_time()
    for _ in range(repeats):
        found = work()
    seconds = time.process_time() - began
    print(json.dumps({"seconds": seconds / count, "check": float(take(found))}), flush=True)
