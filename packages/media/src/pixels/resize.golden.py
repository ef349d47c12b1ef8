# Makes resize.golden.json: what Pillow's resize gives of planes of 32-bit floating point numbers.
# pip install pillow numpy; python resize.golden.py > resize.golden.json
import json
import numpy as np
from PIL import Image

FILTERS = {"box": Image.Resampling.BOX, "bilinear": Image.Resampling.BILINEAR,
           "bicubic": Image.Resampling.BICUBIC, "lanczos3": Image.Resampling.LANCZOS}
rows = []
for (w, h), (tw, th) in [((13, 9), (5, 4)), ((7, 6), (16, 11)), ((12, 10), (12, 3)), ((5, 5), (9, 2))]:
    # The same numbers are made in the test.
    plane = np.fromfunction(lambda y, x: (x * 37 + y * 61 + x * y * 13) % 256, (h, w)).astype(np.float32)
    for name, kind in FILTERS.items():
        out = np.asarray(Image.fromarray(plane, mode="F").resize((tw, th), kind))
        rows.append({"from": [w, h], "to": [tw, th], "filter": name, "values": [float(f"{v:.9g}") for v in out.ravel()]})
print(json.dumps(rows, separators=(",", ":")))
