/** Kills its own process at a moment that no signal from outside could hit: some microseconds after the nth event. */
import { parentPort, workerData } from 'node:worker_threads'

const { events, number, micros } = workerData as { events: Int32Array; number: number; micros: number }

parentPort!.postMessage('ready')
// By then the message has left, and the loop below never ends otherwise.
setImmediate(() => {
  const near = Math.max(0, number - 1)
  for (let seen = Atomics.load(events, 0); seen < near; seen = Atomics.load(events, 0)) Atomics.wait(events, 0, seen)
  // Being woken takes longer than some commits.
  while (Atomics.load(events, 0) < number);
  const until = performance.now() + micros / 1000
  while (performance.now() < until);
  process.kill(process.pid, 'SIGKILL')
})
