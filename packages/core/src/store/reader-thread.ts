import { parentPort, workerData } from 'node:worker_threads'
import { type Question, questions } from './reader.ts'
import { openDatabase } from './sqlite.ts'
import { storeError } from './store-error.ts'
import { type Request, replyTo } from './thread.ts'

/** The thread behind a reader: graphs, verification and statistics never hold up the thread that makes calls. */
const { path } = workerData as { path: string }
const answers = questions(openDatabase(path, { readOnly: true }), path, path)

parentPort!.on('message', async (request: Request<Question>) => {
  const reply = await replyTo(request, async ({ method, args }) => {
    try {
      return await (answers[method] as (...args: readonly unknown[]) => unknown)(...args)
    } catch (error) {
      throw storeError(error, path)
    }
  })
  parentPort!.postMessage(reply)
})
