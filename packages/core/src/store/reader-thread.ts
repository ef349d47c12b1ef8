import { parentPort, workerData } from 'node:worker_threads'
import { toColophonError } from '../errors.ts'
import { type Answer, type Question, questions } from './reader.ts'
import { openDatabase } from './sqlite.ts'
import { storeError } from './store-error.ts'

/** The thread behind a reader: graphs, verification and statistics never hold up the thread that makes calls. */
const { path } = workerData as { path: string }
const answers = questions(openDatabase(path, { readOnly: true }), path, path)

parentPort!.on('message', async ({ id, method, args }: Question) => {
  try {
    const answer = await (answers[method] as (...args: readonly unknown[]) => unknown)(...args)
    parentPort!.postMessage({ id, answer } satisfies Answer)
  } catch (thrown) {
    const error = toColophonError(
      typeof (thrown as { errcode?: number }).errcode === 'number' ? storeError(thrown, path) : thrown,
    )
    parentPort!.postMessage({ id, code: error.code, details: error.details as never } satisfies Answer)
  }
})
