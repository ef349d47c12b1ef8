import assert from 'node:assert/strict'
import test from 'node:test'
import { deathOf } from './death.ts'

test('a death is told by its signal, its code, or what was said before it', () => {
  assert.match((deathOf(null, 'SIGSEGV', '') as { why: string }).why, /SIGSEGV/)
  assert.match((deathOf(null, 'SIGUSR2', '') as { why: string }).why, /a signal ended it \(SIGUSR2\)/)
  assert.match((deathOf(7, null, 'something') as { why: string }).why, /code 7/)
  assert.deepEqual(deathOf(null, 'SIGXCPU', ''), { of: 'time' })
})

test('want of memory is recognised in the words of V8, the C++ library and GLib', () => {
  for (const words of [
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    "terminate called after throwing an instance of 'std::bad_alloc'",
    'GLib-ERROR **: failed to allocate 8589934592 bytes',
  ])
    assert.deepEqual(deathOf(null, 'SIGABRT', words), { of: 'memory' })
})
