"""Makes vectors.golden.json: what SciPy and PyWavelets give for the signals of compare.ts.

pip install numpy scipy PyWavelets
"""

import base64
import json
import pathlib

import numpy as np
import pywt
import scipy.fft
import scipy.signal


def noise(length, seed):
    values = np.empty(length)
    state = (seed + 1) % 2**32
    for at in range(length):
        state = (state * 1664525 + 1013904223) % 2**32
        values[at] = state / 2**31 - 1
    return values


def text(values):
    return base64.b64encode(np.ascontiguousarray(values, dtype="<f8").tobytes()).decode()


def complex_text(values):
    return {"re": text(values.real), "im": text(values.imag)}


def fft():
    for length in [1, 2, 7, 16, 30, 49, 64, 97, 120, 143, 240]:
        re, im = noise(length, 1), noise(length, 2)
        yield {
            "length": length,
            "complex": complex_text(scipy.fft.fft(re + 1j * im)),
            "real": complex_text(scipy.fft.rfft(re)),
        }


def fft_2d():
    for width, height in [(8, 8), (16, 4), (2, 32), (1, 8), (32, 1)]:
        re, im = noise(width * height, 1).reshape(height, width), noise(width * height, 2).reshape(height, width)
        yield {
            "width": width,
            "height": height,
            "complex": complex_text(scipy.fft.fft2(re + 1j * im)),
            "real": complex_text(scipy.fft.rfft2(re)),
        }


def dct():
    for length in [1, 2, 5, 16, 32, 48, 61]:
        signal = noise(length, 3)
        yield {
            "length": length,
            "ortho2": text(scipy.fft.dct(signal, 2, norm="ortho")),
            "none2": text(scipy.fft.dct(signal, 2)),
            "ortho3": text(scipy.fft.dct(signal, 3, norm="ortho")),
            "none3": text(scipy.fft.dct(signal, 3)),
        }


def dct_blocks():
    width, height = 24, 16
    plane = noise(width * height, 4).reshape(height // 8, 8, width // 8, 8)
    return {"width": width, "height": height, "blocks": text(scipy.fft.dctn(plane, axes=(1, 3), norm="ortho"))}


def haar():
    for length in [1, 2, 5, 8, 23, 32]:
        signal = noise(length, 5)
        levels = max(1, int(np.ceil(np.log2(length))))
        approximation, *details = pywt.wavedec(signal, "haar", level=levels)
        for other, mine in zip(pywt.wavedec(signal, "haar", "periodization", levels), [approximation, *details]):
            assert np.allclose(other, mine, atol=1e-13)
        yield {
            "length": length,
            "levels": levels,
            "approximation": text(approximation),
            "details": [text(detail) for detail in details],
        }


def haar_2d():
    for width, height, levels in [(8, 8, 3), (7, 5, 2), (12, 2, 1), (1, 6, 2)]:
        plane = noise(width * height, 6).reshape(height, width)
        approximation, *details = pywt.wavedec2(plane, "haar", level=levels)
        yield {
            "width": width,
            "height": height,
            "levels": levels,
            "approximation": text(approximation),
            "details": [dict(zip(["horizontal", "vertical", "diagonal"], map(text, bands))) for bands in details],
        }


shapes = {
    "rectangular": "boxcar",
    "hann": "hann",
    "hamming": "hamming",
    "blackman": "blackman",
    "kaiser 8.6": ("kaiser", 8.6),
    "kaiser 0": ("kaiser", 0),
    "kaiser 40": ("kaiser", 40),
}


def windows():
    for length in [1, 2, 7, 16]:
        for name, shape in shapes.items():
            yield {
                "shape": name,
                "length": length,
                "periodic": text(scipy.signal.get_window(shape, length)),
                "symmetric": text(scipy.signal.get_window(shape, length, fftbins=False)),
            }
    for length in [2, 16]:
        derived = scipy.signal.windows.kaiser_bessel_derived(length, 4 * np.pi)
        yield {"shape": "kaiserBesselDerived 12.566370614359172", "length": length, "symmetric": text(derived)}


def stft():
    for frame, hop, padded, length in [(16, 4, 16, 50), (16, 8, 32, 31), (24, 6, 24, 14)]:
        signal = noise(length, 7)
        window = scipy.signal.get_window("hann", frame)
        plan = scipy.signal.ShortTimeFFT(window, hop, 1, mfft=padded, phase_shift=None)
        spectra = plan.stft(signal).T
        yield {
            "frame": frame,
            "hop": hop,
            "padded": padded,
            "length": length,
            "frames": len(spectra),
            "dualWindow": text(plan.dual_win),
            "spectra": complex_text(spectra),
        }


found = {
    "fft": list(fft()),
    "fft2d": list(fft_2d()),
    "dct": list(dct()),
    "dctBlocks": dct_blocks(),
    "haar": list(haar()),
    "haar2d": list(haar_2d()),
    "windows": list(windows()),
    "stft": list(stft()),
}
path = pathlib.Path(__file__).with_name("vectors.golden.json")
path.write_text(json.dumps(found, separators=(",", ":")) + "\n")
