import { parentPort, workerData } from 'node:worker_threads'
import { openDatabase } from './sqlite.ts'
import { SqliteRecords } from './sqlite-records.ts'
import { storeError } from './store-error.ts'
import type { Reply, Write, WriterData } from './writer.ts'

/** The thread that alone writes a server's database: its locks and disk waits hold up nobody else. */
const { path, options } = workerData as WriterData
const records = new SqliteRecords(openDatabase(path, options), path)

parentPort!.on('message', (write: Write) => {
  try {
    const result =
      'batch' in write
        ? records.commit(write.batch)
        : records.begin(write.begin.tenant, write.begin.key, write.begin.confirmed)
    parentPort!.postMessage({ id: write.id, result } satisfies Reply)
  } catch (thrown) {
    const error = storeError(thrown, path)
    parentPort!.postMessage({ id: write.id, code: error.code, details: error.details as never } satisfies Reply)
  }
})
