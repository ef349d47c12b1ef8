/** A thread that ends its process when the parent is gone. A process whose parent dies is given another one. */
import { workerData } from 'node:worker_threads'

const everyMilliseconds = 500
setInterval(() => {
  if (process.ppid !== workerData) process.kill(process.pid, 'SIGKILL')
}, everyMilliseconds)
