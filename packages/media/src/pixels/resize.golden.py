# Makes resize.golden.json: what Pillow's resize gives of planes of 32-bit floating point numbers. Pillow has no Mitchell filter; it is
# computed here with matrices, by its authors' formula for B = C = 1/3 (Mitchell, Netravali, SIGGRAPH 1988).
# pip install pillow numpy; python resize.golden.py > resize.golden.json
import json
import numpy as np
from PIL import Image

FILTERS = {"box": Image.Resampling.BOX, "bilinear": Image.Resampling.BILINEAR,
           "bicubic": Image.Resampling.BICUBIC, "lanczos3": Image.Resampling.LANCZOS}


def mitchell(x):
    x = np.abs(x)
    inner, outer = 16 + x * x * (21 * x - 36), 32 + x * (-60 + x * (36 - 7 * x))
    return np.where(x < 1, inner, np.where(x < 2, outer, 0)) / 18


def weights(have, want):
    scale = have / want
    at = (np.arange(have)[None, :] + 0.5 - (np.arange(want)[:, None] + 0.5) * scale) / max(1, scale)
    table = mitchell(at)
    return table / table.sum(1, keepdims=True)


rows = []
for (w, h), (tw, th) in [((13, 9), (5, 4)), ((7, 6), (16, 11)), ((12, 10), (12, 3)), ((5, 5), (9, 2))]:
    # The same numbers are made in the test.
    plane = np.fromfunction(lambda y, x: (x * 37 + y * 61 + x * y * 13) % 256, (h, w)).astype(np.float32)
    for name, kind in FILTERS.items():
        out = np.asarray(Image.fromarray(plane, mode="F").resize((tw, th), kind))
        rows.append({"from": [w, h], "to": [tw, th], "filter": name, "values": [float(f"{v:.9g}") for v in out.ravel()]})
    out = weights(h, th) @ plane.astype(float) @ weights(w, tw).T
    rows.append({"from": [w, h], "to": [tw, th], "filter": "mitchell", "values": [float(f"{v:.9g}") for v in out.ravel()]})
print(json.dumps(rows, separators=(",", ":")))
