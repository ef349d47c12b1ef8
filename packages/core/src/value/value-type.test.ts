import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { any, blob, FileSource, file, json, list, optional, record, set } from '../index.ts'

test('a type says what it is, and of what', () => {
  const image = blob({ name: 'image', extensions: ['.jpg'], family: 'media' })
  assert.equal(list(image).name, 'list of image')
  assert.equal(record(list(json(z.number()))).name, 'record of list of json')
  assert.equal(set(any()).name, 'set of any value')
  assert.equal(json(z.string(), { name: 'subtitle' }).name, 'subtitle')
  assert.equal(blob().name, 'file')
  assert.deepEqual(
    [list(image), record(image), set(image), image, any(), json(z.string())].map(({ kind }) => kind),
    ['list', 'record', 'set', 'blob', 'any', 'json'],
  )
  assert.equal(list(image).item, image)
})

test('what makes a blob known to its kind is kept, without its name', () =>
  assert.deepEqual(blob({ name: 'image', extensions: ['.jpg', '.jpeg'], mediaTypes: ['image/*'] }).blob, {
    extensions: ['.jpg', '.jpeg'],
    mediaTypes: ['image/*'],
  }))

test('only an optional type may be left out, and making one changes nothing else', () => {
  const plain = json(z.string())
  const maybe = optional(plain)
  assert.equal(plain.optional, false)
  assert.deepEqual(maybe, { ...plain, optional: true })
})

test('a file is known by its path and not read before it is needed', () => {
  const source = file('/does/not/exist')
  assert.ok(source instanceof FileSource)
  assert.equal(source.path, '/does/not/exist')
})
