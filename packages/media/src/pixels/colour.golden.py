# Makes colour.golden.json: what zimg (FFmpeg's zscale, with linear interpolation and no dither) makes of small pictures, and what
# colour-science says of transfer functions. pip install colour-science numpy; python colour.golden.py > colour.golden.json
import json
import subprocess
import numpy as np
import colour.models as cm

W, H = 12, 8
MATRICES = {"bt601": "470bg", "bt709": "709", "bt2020": "2020_ncl"}
SITINGS = {"left": "left", "centre": "center", "top-left": "topleft"}
SHIFTS = {"420": (1, 1), "422": (1, 0), "444": (0, 0)}


def plane(w, h, low, span, bits, salt):
    # The same numbers are made in the test.
    f = lambda y, x: (low + (x * 37 + y * 61 + x * y * 13 + salt) % span) * 2 ** (bits - 8)
    return np.fromfunction(f, (h, w)).astype(np.uint8 if bits == 8 else "<u2")


def zscale(raw, bits_in, have, want, arguments, bits_out):
    command = ["ffmpeg", "-v", "error", "-f", "rawvideo", "-pix_fmt", have, "-s", f"{W}x{H}", "-i", "-",
               "-vf", f"zscale=filter=bilinear:dither=none:{arguments},format={want}", "-f", "rawvideo", "-"]
    out = subprocess.run(command, input=raw, capture_output=True, check=True).stdout
    return np.frombuffer(out, np.uint8 if bits_out == 8 else "<u2")


name = lambda base, bits: base if bits == 8 else f"{base}{bits}le"
pictures = []
for matrix, range_, bits, siting, sampling in [
    ("bt601", "limited", 8, "left", "420"), ("bt709", "limited", 8, "centre", "420"), ("bt709", "full", 8, "top-left", "420"),
    ("bt2020", "limited", 10, "top-left", "420"), ("bt2020", "limited", 10, "left", "420"), ("bt601", "full", 8, "centre", "420"),
    ("bt709", "limited", 12, "left", "422"), ("bt2020", "limited", 16, "left", "444"), ("bt601", "full", 8, "left", "444"),
]:
    sx, sy = SHIFTS[sampling]
    planes = [plane(W, H, 60, 130, bits, 0), plane(W >> sx, H >> sy, 100, 50, bits, 5), plane(W >> sx, H >> sy, 100, 50, bits, 9)]
    out = 8 if bits == 8 else 16
    got = zscale(b"".join(p.tobytes() for p in planes), bits, name(f"yuv{sampling}p", bits), name("gbrp", out),
                 f"matrixin={MATRICES[matrix]}:rangein={range_}:chromalin={SITINGS[siting]}:matrix=gbr:range=full", out)
    g, b, r = got.reshape(3, -1)
    pictures.append({"way": "rgb", "matrix": matrix, "range": range_, "bits": bits, "siting": siting, "sampling": sampling,
                     "values": np.stack([r, g, b], 1).ravel().tolist()})
for matrix, range_, bits, siting, sampling in [
    ("bt601", "limited", 8, "left", "444"), ("bt709", "full", 8, "left", "444"), ("bt709", "limited", 8, "left", "422"),
    ("bt2020", "limited", 10, "top-left", "420"), ("bt601", "full", 8, "top-left", "420"),
]:
    depth = 8 if bits == 8 else 16
    r, g, b = [plane(W, H, 0, 256, depth, salt) for salt in (3, 11, 29)]
    got = zscale(b"".join(p.tobytes() for p in (g, b, r)), depth, name("gbrp", depth), name(f"yuv{sampling}p", bits),
                 f"matrixin=gbr:rangein=full:matrix={MATRICES[matrix]}:range={range_}:chromal={SITINGS[siting]}", bits)
    pictures.append({"way": "yuv", "matrix": matrix, "range": range_, "bits": bits, "siting": siting, "sampling": sampling,
                     "values": got.tolist()})

v = np.linspace(0, 1, 17)
curves = {
    "srgb": cm.eotf_sRGB(v), "bt1886": cm.eotf_BT1886(v, L_B=0, L_W=1), "pq": cm.eotf_ST2084(v) / 10000,
    "hlg": cm.oetf_inverse_BT2100_HLG(v), "bt709": cm.oetf_inverse_BT2020(v, is_12_bits_system=True),
}
print(json.dumps({"pictures": pictures, "light": {k: [float(f"{x:.12g}") for x in c] for k, c in curves.items()}}, separators=(",", ":")))
