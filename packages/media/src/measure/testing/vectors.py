"""Makes vectors.golden.json: what published implementations give for the pictures and signals of pattern.ts.

pip install numpy scipy scikit-image torch pytorch-msssim
"""

import json
import pathlib

import numpy as np
import torch
from pytorch_msssim import ms_ssim
from scipy.ndimage import map_coordinates
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity


def pattern(width, height, bits=8):
    peak = 2**bits - 1
    scale = 1 if peak == 255 else peak // 255
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    base = ((x * x * 3 + y * y * 5 + x * y * 7) >> 6) % 160
    level = (base + ((x >> 3) % 3) * 40 + (y & 8)) * scale
    noise = (((x * 13 + y * 29 + ((x * y) >> 2)) % 31) - 15) * scale
    kind = np.uint8 if bits == 8 else np.uint16
    return [np.clip(level + n, 0, peak).astype(kind) for n in (0, noise)]


def signals(length):
    i = np.arange(length)
    original = (0.5 * np.sin(i * 0.05) + 0.3 * np.sin(i * 0.31)) * (1 - i / length)
    return original, 0.9 * original + ((i * 1103) % 251 - 125) / 5000


def images():
    for width, height, bits in [(11, 11, 8), (48, 37, 8), (64, 50, 16), (200, 180, 8), (161, 175, 8), (320, 208, 10), (192, 176, 8)]:
        a, b = pattern(width, height, bits)
        peak = 2**bits - 1
        found = {
            "width": width,
            "height": height,
            "bits": bits,
            "mse": mean_squared_error(a, b),
            "psnr": peak_signal_noise_ratio(a, b, data_range=peak),
            "ssim": structural_similarity(
                a, b, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=peak
            ),
        }
        # pytorch-msssim puts zeros around pictures of odd sizes, which the paper does not.
        if width % 16 == 0 and height % 16 == 0 and min(width, height) > 160:
            planes = [torch.from_numpy(p.astype(np.float64))[None, None] for p in (a, b)]
            found["msSsim"] = ms_ssim(*planes, data_range=peak).item()
        yield found


def halved(p):
    """Means of two by two pixels; a last odd row or column is repeated (MATLAB's imfilter with 'symmetric')."""
    p = np.pad(p, [(0, p.shape[0] % 2), (0, p.shape[1] % 2)], mode="symmetric")
    return (p[::2, ::2] + p[1::2, ::2] + p[::2, 1::2] + p[1::2, 1::2]) / 4


def odd_ms_ssim():
    """Pictures of odd sizes: pytorch-msssim's SSIM at each scale, with halving as the paper's authors did it."""
    from pytorch_msssim.ssim import _fspecial_gauss_1d, _ssim

    win = _fspecial_gauss_1d(11, 1.5).repeat([1, 1, 1, 1]).double()
    for width, height in [(161, 175), (200, 181)]:
        a, b = [p.astype(np.float64) for p in pattern(width, height)]
        product = 1.0
        for scale, exponent in enumerate([0.0448, 0.2856, 0.3001, 0.2363, 0.1333]):
            planes = [torch.from_numpy(p)[None, None] for p in (a, b)]
            ssim, structure = _ssim(*planes, data_range=255, win=win)
            product *= (ssim if scale == 4 else structure).item() ** exponent
            a, b = halved(a), halved(b)
        yield {"width": width, "height": height, "bits": 8, "msSsim": product}


def segmental(reference, test, rate):
    """As Loizou's comp_snr and pysepm's SNRseg: 30 ms, three quarters overlap, Hann window without its zeros."""
    size = round(0.03 * rate)
    window = 0.5 * (1 - np.cos(2 * np.pi * np.arange(1, size + 1) / (size + 1)))
    ratios = []
    for start in range(0, len(reference) - size + 1, size // 4):
        clean = reference[start : start + size] * window
        noise = clean - test[start : start + size] * window
        ratios.append(10 * np.log10(np.sum(clean**2) / np.sum(noise**2)))
    return np.mean(np.clip(ratios, -10, 35))


def log_spectral_distance(reference, test, size, hop, floor):
    """Mean over frames of the root mean square difference of log power spectra (Gray, Markel 1976)."""
    window = np.hanning(size + 1)[:-1]

    def levels(signal):
        starts = range(0, len(signal) - size + 1, hop)
        frames = np.array([signal[start : start + size] * window for start in starts])
        power = np.abs(np.fft.rfft(frames)) ** 2 / (window.sum() / 2) ** 2
        return 10 * np.log10(np.maximum(power, 10 ** (floor / 10)))

    return np.mean(np.sqrt(np.mean((levels(reference) - levels(test)) ** 2, axis=1)))


def sound():
    a, b = signals(8000)
    target = np.dot(a, b) / np.dot(a, a) * a
    return {
        "length": 8000,
        "snr": 10 * np.log10(np.sum(a**2) / np.sum((a - b) ** 2)),
        "segmentalSnr": segmental(a, b, 8000),
        "logSpectralDistance": log_spectral_distance(a, b, 256, 64, -100),
        "logSpectralDistanceAbove60": log_spectral_distance(a, b, 128, 128, -60),
        "siSdr": 10 * np.log10(np.sum(target**2) / np.sum((target - b) ** 2)),
    }


def flows(width, height):
    """A slow swirl, and the way back as the first flow is at the place where it ends, not quite right."""
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    forward = np.stack([1.5 + 0.5 * np.sin(y / 9), 0.8 * np.cos(x / 11)])
    backward = -forward * (1 + 0.5 * (x > width / 2)) - 0.3
    return forward, backward


def at(plane, x, y):
    return map_coordinates(plane, [y, x], order=1, mode="constant", cval=np.nan)


def warping(width=48, height=40):
    """Lai et al. 2018 with the masks of Ruder et al. 2016."""
    first, _ = pattern(width, height)
    second = np.roll(pattern(width, height)[1], 1, axis=1)
    forward, backward = flows(width, height)
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    to = x + forward[0], y + forward[1]
    back = np.stack([at(b, *to) for b in backward])
    size = (forward**2).sum(0)
    with np.errstate(invalid="ignore"):
        returns = ((forward + back) ** 2).sum(0) <= 0.01 * (size + (back**2).sum(0)) + 0.5
    right = np.diff(forward, axis=2, append=forward[:, :, -1:])
    below = np.diff(forward, axis=1, append=forward[:, -1:])
    inside = (right**2 + below**2).sum(0) <= 0.01 * size + 0.002
    mask = returns & inside
    moved = at(second / 255, *to)
    return {
        "width": width,
        "height": height,
        "visible": int(mask.sum()),
        "error": float(np.mean((moved - first / 255)[mask] ** 2)),
    }


golden = {"warping": warping(), "images": list(images()), "oddMsSsim": list(odd_ms_ssim()), "sound": sound()}
pathlib.Path(__file__).with_name("vectors.golden.json").write_text(json.dumps(golden, indent=1) + "\n")
