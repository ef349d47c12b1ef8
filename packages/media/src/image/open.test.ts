import assert from 'node:assert/strict'
import test from 'node:test'
import { plainReason } from './open.ts'

test('the reason that libvips gives is told without its prefixes, the path, and what it tried before', () => {
  for (const [message, reason] of [
    ['Input file has corrupt header: gifload: no frames in GIF', 'no frames in GIF'],
    ['vipspng: libpng read error', 'vipspng: libpng read error'],
    [
      '/secret/a.avif: bad seek to 1024\n/secret/a.avif: bad seek to 389\nheif: Invalid box size (2.101)',
      'heif: Invalid box size (2.101)',
    ],
    [
      'Input file has corrupt header: /secret/a.avif: bad seek to 1024\nheif: Invalid box size',
      'heif: Invalid box size',
    ],
    ['Input file has corrupt header:', 'libvips does not say why'],
    ['', 'libvips does not say why'],
  ] as const)
    assert.equal(plainReason(new Error(message)), reason)
})
