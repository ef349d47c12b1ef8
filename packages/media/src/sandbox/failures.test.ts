import assert from 'node:assert/strict'
import test from 'node:test'
import { ColophonError } from '@colophon/core'
import { rebuilt, told } from './failures.ts'

test('an error of ours is told and made anew, with the name of the file where it speaks of one', () => {
  const error = new ColophonError('MEDIA_TOO_LARGE', { name: 'The file', what: 'pixels', found: 9, limit: 3 })
  const again = rebuilt(told(error)!, 'a.png')
  assert.equal(again.message, 'a.png has 9 pixels, more than the limit of 3.')
  const other = rebuilt(told(new ColophonError('FILE_NOT_FOUND', { path: 'b.png' }))!, 'a.png')
  assert.equal(other.message, 'b.png does not exist. Check the path.')
  for (const thrown of [new Error('x'), 'x', undefined]) assert.equal(told(thrown), undefined)
})

test('what a child that was taken over says is no error of ours', () => {
  for (const lie of [
    { code: 'NOTHING', details: {} },
    { code: 'toString', details: {} },
    { code: 'CONFIG_PROBLEMS', details: {} },
  ])
    assert.equal(rebuilt(lie as never, 'a.png').code, 'SANDBOX_FAILED')
})
