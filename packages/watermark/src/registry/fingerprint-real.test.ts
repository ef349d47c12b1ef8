import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readPicture } from '@colophon/media'
import { attackPicture } from '../attack/apply.ts'
import { pictureLuma } from '../picture/picture-luma.ts'
import { imageFingerprint } from './fingerprint.ts'
import { nearestFingerprints } from './fingerprint-match.ts'

/** Photographs that are not part of the repository, beside it. */
const folder = join(import.meta.dirname, '../../../../../shared/media/images')
const skip = existsSync(folder) ? false : `no photographs in ${folder}`

test('photographs are known again by their looks after what happens on the way, and not taken for each other', {
  skip,
}, async () => {
  const names = ['chelsea.png', 'coffee.png', 'kodim05.png', 'kodim19.png', 'kodim23.png']
  const pictures = await Promise.all(names.map((name) => readPicture(join(folder, name))))
  const registered = pictures.map((picture, i) => ({
    what: names[i]!,
    fingerprint: imageFingerprint(pictureLuma(picture))!,
  }))
  for (const [i, picture] of pictures.entries()) {
    for (const attack of ['jpeg10', 'resize50', 'aspect80', 'hflip', 'rotate90', 'contrast200', 'blur2']) {
      const print = imageFingerprint(pictureLuma(await attackPicture(picture, attack)))!
      const { matches } = nearestFingerprints(print, registered)
      assert.deepEqual(
        matches.map(({ what }) => what),
        [names[i]],
        attack,
      )
    }
    const others = registered.filter(({ what }) => what !== names[i])
    assert.deepEqual(nearestFingerprints(registered[i]!.fingerprint, others).matches, [])
  }
})
