"""One measurement of a peer, in a process of its own: python peer.py PEER TASK FOLDER CALLS; prints one line of JSON.

PEER is mandala or joblib. TASK is miss (an empty folder) or hit (the folder of an earlier miss, in this new process).
Inside the clock: the loop over the calls with each value read, and for mandala the end of its block, which commits. Outside:
starting Python, importing, opening the storage. CPU time is user and system time of the whole process.
"""

import json
import os
import sys
import time
import warnings

warnings.filterwarnings("ignore")

PEER, TASK, FOLDER, CALLS = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
computed = 0


def plain_add(x, y):
    global computed
    computed += 1
    return x + y


def with_mandala():
    from mandala.imports import Storage, op

    @op
    def add(x, y):
        return plain_add(x, y)

    storage = Storage(db_path=os.path.join(FOLDER, "storage.db"))

    def loop():
        total = 0
        with storage:
            for i in range(CALLS):
                total += storage.unwrap(add(i, 7))
        return total

    return loop


def with_joblib():
    from joblib import Memory

    memory = Memory(FOLDER, verbose=0)

    @memory.cache
    def add(x, y):
        return plain_add(x, y)

    def loop():
        total = 0
        for i in range(CALLS):
            total += add(i, 7)
        return total

    return loop


loop = {"mandala": with_mandala, "joblib": with_joblib}[PEER]()
wall = time.perf_counter()
cpu = time.process_time()
total = loop()
cpu = time.process_time() - cpu
wall = time.perf_counter() - wall
expected = sum(i + 7 for i in range(CALLS))
if total != expected:
    raise SystemExit(f"the values add up to {total}, not to {expected}")
if computed != (CALLS if TASK == "miss" else 0):
    raise SystemExit(f"{computed} calls were computed in {TASK}")
print(json.dumps({"cpuUs": cpu / CALLS * 1e6, "wallUs": wall / CALLS * 1e6}))
