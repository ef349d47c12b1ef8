/** Opens one store after another, makes a call in each and closes it, as its siblings do at the same time. Argument: `{ paths, go }`. */
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { createStore, op } from '@colophon/core'

const { paths, go } = JSON.parse(process.argv[2]!) as { paths: string[]; go: string }
const one = op('one', () => 1)

console.log('ready')
while (!existsSync(go)) await sleep(2)
for (const path of paths) {
  const store = await createStore(path)
  await store.run(() => one())
  await store.close()
}
