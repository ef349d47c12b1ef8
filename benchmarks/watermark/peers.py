"""
Marks and reads pictures with other programs: peers.py PEER embed|extract TASKS

TASKS is a JSON file with a list of {"from": PNG, "to": PNG, "bits": [0, 1, ...]} to embed, or {"from": PNG, "count": 32} to extract.
Prints one line of JSON: a list of {"seconds": ..., "bits": ..., "failed": ...}.
"""

import json
import sys
import time
import types

# invisible-watermark imports PyTorch for its neural method alone, which is not used here.
sys.modules.setdefault("torch", types.ModuleType("torch"))

import cv2  # noqa: E402
import numpy as np  # noqa: E402


class InvisibleWatermark:
    def __init__(self, method):
        from imwatermark import WatermarkDecoder, WatermarkEncoder

        self.method, self.encoder, self.decoder = method, WatermarkEncoder, WatermarkDecoder

    def embed(self, image, bits):
        encoder = self.encoder()
        encoder.set_watermark("bits", bits)
        return encoder.encode(image, self.method)

    def extract(self, image, count):
        return [int(bit) for bit in self.decoder("bits", count).decode(image, self.method)]


class BlindWatermark:
    def __init__(self):
        from blind_watermark import WaterMark, bw_notes

        bw_notes.close()
        self.watermark = WaterMark

    def embed(self, image, bits):
        mark = self.watermark(password_img=1, password_wm=1)
        mark.read_img(img=image)
        mark.read_wm([bool(bit) for bit in bits], mode="bit")
        return mark.embed()

    def extract(self, image, count):
        mark = self.watermark(password_img=1, password_wm=1)
        return [int(bit > 0.5) for bit in mark.extract(embed_img=image, wm_shape=count, mode="bit")]


peers = {
    "dwtDct": lambda: InvisibleWatermark("dwtDct"),
    "dwtDctSvd": lambda: InvisibleWatermark("dwtDctSvd"),
    "blindWatermark": BlindWatermark,
}


def main():
    name, what, tasks = sys.argv[1:]
    cv2.setNumThreads(1)
    peer = peers[name]()
    results = []
    for task in json.load(open(tasks)):
        image = cv2.imread(task["from"], cv2.IMREAD_COLOR)
        began = time.process_time()
        result = {"failed": None, "bits": None}
        try:
            if what == "embed":
                marked = peer.embed(image, task["bits"])
                result["seconds"] = time.process_time() - began
                cv2.imwrite(task["to"], np.clip(np.round(marked), 0, 255).astype(np.uint8))
            else:
                result["bits"] = peer.extract(image, task["count"])
                result["seconds"] = time.process_time() - began
        except Exception as error:  # noqa: BLE001: what a peer cannot do is a result
            result["failed"] = f"{type(error).__name__}: {error}"
        results.append(result)
    print(json.dumps(results))


main()
