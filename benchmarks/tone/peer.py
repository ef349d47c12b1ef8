"""One run of Matchering, in a process of its own: `peer.py TARGET REFERENCE OUTPUT` prints one line of JSON.

Inside the clock: everything that its `process` does, reading and writing of files included. Outside: the import. "rss" is the peak of the
whole process in bytes.
"""

import json
import resource
import sys
import time

import matchering

target, reference, output = sys.argv[1:]
wall, cpu = time.perf_counter(), time.process_time()
try:
    matchering.process(target=target, reference=reference, results=[matchering.pcm24(output)])
    refused = None
except Exception as error:  # Its errors are plain exceptions with a number.
    refused = str(error)
print(
    json.dumps(
        {
            "seconds": time.perf_counter() - wall,
            "cpuSeconds": time.process_time() - cpu,
            "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            "refused": refused,
        }
    )
)
