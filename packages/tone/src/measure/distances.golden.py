"""Writes distances.golden.json: what NumPy and SciPy say of the sounds of testing/two-sounds.ts.

    python distances.golden.py > distances.golden.json
"""

import json
import math

import numpy as np
from scipy import signal


def noise_from(state):
    while True:
        state = (state * 1_664_525 + 1_013_904_223) & 0xFFFFFFFF
        yield (state - 2**32 if state >= 2**31 else state) / 2**31


def two_sounds(rate, stereo):
    settings = ((1, 0.95, 0.6, 110, 6), (7, 0.4, 0.2, 330, 14))
    return [sound(rate, stereo, *each) for each in settings]


def sound(rate, stereo, seed, colour, width, note, decay):
    noise = noise_from(seed)
    low = wide = 0.0
    mid, side = np.zeros(10 * rate, np.float32), np.zeros(10 * rate, np.float32)
    for i in range(len(mid)):
        time = i / rate
        since = time % 0.5
        low = colour * low + (1 - colour) * next(noise)
        wide = colour * wide + (1 - colour) * next(noise)
        tone = math.sin(2 * math.pi * note * (1 + math.floor(time / 0.5) * 0.25) * time)
        mid[i] = math.exp(-decay * since) * (0.4 * tone + 0.5 * low) + 0.05 * low
        side[i] = width * (0.3 * math.exp(-since) * wide + 0.02 * tone)
    mid, side = mid.astype(float), side.astype(float)
    channels = [mid + side, mid - side] if stereo else [mid]
    return np.stack(channels, 1).astype(np.float32).astype(float)


def decibels(power, least):
    return 10 * np.log10(np.maximum(power, least))


def third_octaves(samples, rate, frame):
    # A bin stands for the frequencies up to half a bin beside it; bins add up to the mean square.
    _, density = signal.welch(samples, rate, "hann", frame, frame // 2)
    power, bins = density * rate / frame, np.arange(frame // 2 + 1)
    levels = []
    for k in range(-20, 20):
        centre = 1000 * 2 ** (k / 3)
        low, high = (centre * 2 ** (side / 6) * frame / rate for side in (-1, 1))
        if 31 <= centre <= 16_500 and high <= frame / 2:
            share = np.clip(np.minimum(bins + 0.5, high) - np.maximum(bins - 0.5, low), 0, 1)
            levels.append(decibels(power @ share, 1e-14))
    return np.array(levels)


def mel_quantiles(samples, rate, frame):
    mel = lambda f: 2595 * math.log10(1 + f / 700)
    points = 700 * (10 ** (np.linspace(mel(20), mel(min(20_000, rate / 2)), 66) / 2595) - 1)
    frequency = np.arange(frame // 2 + 1) * rate / frame
    filters = np.array(
        [np.clip(np.minimum((frequency - a) / (b - a), (c - frequency) / (c - b)), 0, None)
         for a, b, c in zip(points, points[1:], points[2:])]
    )
    filters /= filters.sum(1, keepdims=True)
    frames = np.lib.stride_tricks.sliding_window_view(samples, frame)[:: frame // 2]
    power = abs(np.fft.rfft(frames * signal.windows.hann(frame, False) / (frame / 2))) ** 2
    # Per bin as wide as that of 2048 samples at 44.1 kHz.
    levels = decibels(power @ filters.T * (44_100 / 2048) / (rate / frame), 1e-10)
    return np.percentile(levels[levels.max(1) > -70], [5, 25, 50, 75, 95], axis=0)


def crest(sound, rate):
    windows = sound[: len(sound) // (3 * rate) * 3 * rate].reshape(-1, 3 * rate * sound.shape[1])
    root = np.sqrt((windows**2).mean(1))
    return np.median(20 * np.log10(abs(windows).max(1)[root > 1e-3] / root[root > 1e-3]))


def paired(one, other, rate, frames):
    levels, convergence = [], []
    for frame, overlap in zip(frames, (2, 4, 4)):
        x, y = (abs(signal.stft(s.mean(1), rate, nperseg=frame, noverlap=frame - frame // overlap)[2]) for s in (one, other))
        levels.append(abs(2 * (decibels(x, 1e-5) - decibels(y, 1e-5))).mean())
        convergence.append(np.linalg.norm(x - y) / np.linalg.norm(y))
    return {"logL1": np.mean(levels), "convergence": np.mean(convergence)}


def plain(value):
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return value if value is None else np.round(value, 4).tolist()


found = []
for rate, stereo, frame, frames in ((44_100, True, 8192, (512, 1024, 2048)), (16_000, False, 4096, (256, 512, 1024))):
    pair = two_sounds(rate, stereo)
    sounds = []
    for each in pair:
        mid, side = each.mean(1), (each[:, 0] - each[:, -1]) / 2
        sounds.append(
            {
                "mid": third_octaves(mid, rate, frame),
                "side": third_octaves(side, rate, frame) if stereo else None,
                "mel": mel_quantiles(mid, rate, frame // 4),
                "width": 10 * np.log10((side @ side) / (mid @ mid)) if stereo else None,
                "crest": crest(each, rate),
            }
        )
    apart = {key: None if sounds[0][key] is None else sounds[0][key] - sounds[1][key] for key in sounds[0]}
    distance = {
        "mid": abs(apart["mid"]).mean(),
        "side": abs(apart["side"]).mean() if stereo else None,
        "melQuantile": abs(apart["mel"]).mean(),
        "width": apart["width"],
        "crest": apart["crest"],
    }
    found.append(
        {
            "sampleRate": rate,
            "stereo": stereo,
            "sounds": [plain(each) for each in sounds],
            "distance": plain(distance),
            "paired": plain(paired(*pair, rate, frames)),
        }
    )
print(json.dumps(found))
