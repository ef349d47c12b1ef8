import assert from 'node:assert/strict'
import { basename, dirname } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { extensionFor, itemName, outputName, withExtension } from './output-name.ts'

describe('the name made up for an output', () => {
  test('is made of input, verb, part and extension', () => {
    assert.equal(outputName('media.thumbnail', '/a/b/clip.mp4', undefined, '.jpg'), 'clip.thumbnail.jpg')
    assert.equal(outputName('tone.match', 'dub.tar.gz', 'report', '.html'), 'dub.tar.match.report.html')
    assert.equal(outputName('noise', undefined, undefined, '.wav'), 'noise.wav')
    assert.equal(outputName('a.b', '.hidden', undefined, '.x'), '.hidden.b.x')
  })

  test('lies in the current folder and fits a file system, whatever the input is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (input) => {
        const name = outputName('media.thumbnail', input, undefined, '.jpg')
        assert.equal(basename(name), name)
        assert.ok(Buffer.byteLength(name) <= 220)
        assert.ok(name.endsWith('thumbnail.jpg'))
      }),
    )
  })

  test('of one of several says which, and stays in its folder', () => {
    assert.equal(itemName('out/frames.png', '03'), 'out/frames.03.png')
    assert.equal(itemName('/frames.png', 'en'), '/frames.en.png')
    assert.equal(itemName('frames', '../../etc/passwd'), 'frames.__.._etc_passwd')
    fc.assert(fc.property(fc.string(), (item) => dirname(itemName('out/frames.png', item)) === 'out'))
  })

  test('ends as the format is abbreviated', () => {
    const image = ['.jpg', '.jpeg', '.png', '.webp', '.tif']
    assert.equal(extensionFor({ format: 'jpeg' }, image), '.jpg')
    assert.equal(extensionFor({ format: 'png' }, image), '.png')
    assert.equal(extensionFor({ format: 'tiff' }, image), '.tif')
    assert.equal(extensionFor({ format: 'avif' }, image), '.jpg')
    assert.equal(extensionFor({ format: 'matroska', extension: '.mkv' }, ['.mp4']), '.mkv')
    assert.equal(extensionFor({ extension: '/../x' }, ['.mp4']), '.mp4')
    assert.equal(extensionFor({}, ['.bin']), '.bin')
    assert.equal(withExtension('clip.thumbnail.jpg', '.jpg', '.png'), 'clip.thumbnail.png')
  })
})
