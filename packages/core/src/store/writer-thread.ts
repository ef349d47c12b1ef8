import { parentPort, workerData } from 'node:worker_threads'
import { openDatabase } from './sqlite.ts'
import { SqliteRecords } from './sqlite-records.ts'
import { type Request, replyTo } from './thread.ts'
import type { Write, WriterData } from './writer.ts'

/** The thread that alone writes a server's database: its locks and disk waits hold up nobody else. */
const { path, options } = workerData as WriterData
const records = new SqliteRecords(openDatabase(path, options), path)

parentPort!.on('message', async (request: Request<Write>) => {
  const reply = await replyTo(request, (write) => {
    if (write === 'hello') return undefined
    if ('batch' in write) return records.commit(write.batch)
    const { tenant, key, confirmed } = write.begin
    return records.begin(tenant, key, confirmed)
  })
  parentPort!.postMessage(reply)
})
