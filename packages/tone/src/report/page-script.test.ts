import assert from 'node:assert/strict'
import test from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { runInNewContext } from 'node:vm'
import { pageScript } from './page-script.ts'

type Listener = (event: Record<string, unknown>) => unknown

/** As much of an element as the script uses. */
class Element {
  hidden = false
  checked = true
  value: unknown = 0
  max: unknown = 20
  textContent = ''
  src = 'data:audio/mp4;base64,AAAA'
  readonly dataset: Record<string, string> = {}
  readonly attributes: Record<string, string> = {}
  readonly children: Record<string, Element[]> = {}
  readonly listeners: Record<string, Listener[]> = {}
  querySelector(name: string) {
    return this.children[name]![0]
  }
  querySelectorAll(name: string) {
    return this.children[name]!
  }
  addEventListener(name: string, listener: Listener) {
    this.listeners[name] = [...(this.listeners[name] ?? []), listener]
  }
  async fire(name: string, event: Record<string, unknown> = {}) {
    for (const listener of this.listeners[name] ?? []) listener({ detail: 0, ...event })
    await setImmediate()
  }
  setAttribute(name: string, value: string) {
    this.attributes[name] = value
  }
  closest() {
    return null
  }
  blur() {}
}

/** A page with sounds of these loudnesses, and what is heard of it. @param decodes whether the browser can play them */
function page(loudness: readonly string[], decodes = true) {
  const [section, player, natives, document] = Array.from({ length: 4 }, () => new Element())
  const sounds = loudness.map((value) => Object.assign(new Element(), { dataset: { loudness: value } }))
  const buttons = loudness.map(() => new Element())
  const start = Object.assign(new Element(), { dataset: { play: 'play', pause: 'stop' } })
  const [slider, output, same] = [new Element(), new Element(), new Element()]
  Object.assign(section!.children, { '.player': [player], '.natives': [natives] })
  Object.assign(natives!.children, { audio: sounds })
  Object.assign(player!.children, {
    '.choices button': buttons,
    '.start': [start],
    '.place': [slider],
    output: [output],
    '.same': [same],
  })
  player!.hidden = true
  const clock = { now: 0 }
  const gains: number[] = []
  const started: { when: number; at: number; stopped: boolean }[] = []
  class AudioContext {
    get currentTime() {
      return clock.now
    }
    async decodeAudioData() {
      if (!decodes) throw new Error('no such codec')
      return { duration: 20 }
    }
    async resume() {}
  }
  class GainNode {
    readonly gain
    constructor(_: unknown, options: { gain: number }) {
      const index = gains.push(options.gain) - 1
      this.gain = {
        cancelScheduledValues() {},
        setTargetAtTime(value: number) {
          gains[index] = value
        },
      }
    }
    connect() {}
  }
  class AudioBufferSourceNode {
    readonly #one = { when: 0, at: 0, stopped: false }
    connect() {}
    start(when: number, at: number) {
      Object.assign(this.#one, { when, at })
      started.push(this.#one)
    }
    stop() {
      this.#one.stopped = true
    }
  }
  const globals = { AudioContext, GainNode, AudioBufferSourceNode, atob, Uint8Array, requestAnimationFrame() {} }
  const getElementById = () => section
  runInNewContext(pageScript, {
    ...globals,
    window: globals,
    document: Object.assign(document!, { getElementById, activeElement: null }),
  })
  const key = (name: string) => document!.fire('keydown', { key: name, target: new Element(), preventDefault() {} })
  return { player: player!, natives: natives!, buttons, start, slider, output, same, clock, gains, started, key }
}

const pressed = (buttons: readonly Element[]) => buttons.map(({ attributes }) => attributes['aria-pressed'])
const near = (found: readonly number[], wanted: readonly number[]) =>
  assert.ok(
    found.length === wanted.length && found.every((value, i) => Math.abs(value - wanted[i]!) < 1e-9),
    `${found}`,
  )

test('one of the sounds is let through, the louder ones turned down to the quietest', async () => {
  const { player, natives, gains, same, key, buttons } = page(['-20', '-14', '-16'])
  assert.deepEqual([player.hidden, natives.hidden], [false, true])
  await key(' ')
  near(gains, [0, 10 ** (-6 / 20), 0])
  await key('1')
  near(gains, [1, 0, 0])
  await key('3')
  near(gains, [0, 0, 10 ** (-4 / 20)])
  assert.deepEqual(pressed(buttons), ['false', 'false', 'true'])
  same.checked = false
  await same.fire('change')
  near(gains, [0, 0, 1])
  await buttons[0]!.fire('click')
  near(gains, [1, 0, 0])
})

test('all sounds run from one clock, and go on where they were stopped or moved to', async () => {
  const { key, clock, started, start, slider, output } = page(['-20', '-14'])
  await key(' ')
  assert.deepEqual(
    started.map(({ when, at }) => [when, at]),
    [
      [0.02, 0],
      [0.02, 0],
    ],
  )
  assert.equal(start.textContent, 'stop')
  clock.now = 5.02
  await key('2')
  assert.equal(started.length, 2)
  await start.fire('click')
  assert.ok(started.every(({ stopped }) => stopped))
  clock.now = 9
  await key(' ')
  near(
    started.slice(2).map(({ at }) => at),
    [5, 5],
  )
  slider.value = 12.5
  await slider.fire('input')
  near(
    started.slice(4).map(({ at }) => at),
    [12.5, 12.5],
  )
  assert.match(output.textContent, /^0:12 \/ 0:20$/)
  clock.now += 12.02
  await key(' ')
  await key(' ')
  near(
    started.slice(6).map(({ at }) => at),
    [4.5, 4.5],
  )
})

test('a sound whose loudness is not known is not turned down, and a key without a sound does nothing', async () => {
  const { key, gains } = page(['null', '-14'])
  await key(' ')
  await key('3')
  near(gains, [0, 1])
  await key('1')
  near(gains, [1, 0])
})

test('where sounds cannot be decoded the players of the browser come back', async () => {
  const { key, player, natives } = page(['-20', '-14'], false)
  await key(' ')
  assert.deepEqual([player.hidden, natives.hidden], [true, false])
})
