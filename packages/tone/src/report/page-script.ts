/**
 * What switches between the sounds of a report. All of them run at once from one clock, and only one is let through, so switching keeps
 * the place to the sample. It is written for browsers, without a build; where it cannot run, or cannot decode, the browser's own players
 * stay.
 */
export const pageScript = `'use strict';
(() => {
  const section = document.getElementById('listen')
  if (!section || !('AudioContext' in window)) return
  const [player, natives] = [section.querySelector('.player'), section.querySelector('.natives')]
  const sounds = [...natives.querySelectorAll('audio')]
  const buttons = [...player.querySelectorAll('.choices button')]
  const [start, slider, shown, same] = ['.start', '.place', 'output', '.same'].map((name) => player.querySelector(name))
  const loudness = sounds.map((sound) => Number.parseFloat(sound.dataset.loudness))
  const quietest = Math.min(...loudness.filter(Number.isFinite))
  let [context, gains, buffers, sources, loading] = [null, [], [], [], null]
  let [chosen, playing, begun, at, seconds] = [Math.min(1, sounds.length - 1), false, 0, 0, Number(slider.max)]

  const place = () => playing ? (at + Math.max(0, context.currentTime - begun)) % seconds : at
  const level = (index) => {
    if (index !== chosen) return 0
    const over = loudness[index] - quietest
    return same.checked && Number.isFinite(over) ? 10 ** (-over / 20) : 1
  }
  const clock = (time) => Math.floor(time / 60) + ':' + String(Math.floor(time % 60)).padStart(2, '0')
  const show = () => {
    const now = place()
    if (document.activeElement !== slider || playing) slider.value = now
    shown.textContent = clock(now) + ' / ' + clock(seconds)
    slider.setAttribute('aria-valuetext', shown.textContent)
    if (playing) requestAnimationFrame(show)
  }
  const mix = () => {
    buttons.forEach((button, index) => button.setAttribute('aria-pressed', String(index === chosen)))
    gains.forEach((gain, index) => {
      gain.gain.cancelScheduledValues(context.currentTime)
      gain.gain.setTargetAtTime(level(index), context.currentTime, 0.004)
    })
  }
  const bytesOf = (uri) => Uint8Array.from(atob(uri.slice(uri.indexOf(',') + 1)), (character) => character.charCodeAt(0)).buffer
  const load = async () => {
    context = new AudioContext()
    buffers = await Promise.all(sounds.map((sound) => context.decodeAudioData(bytesOf(sound.src))))
    seconds = Math.min(...buffers.map((buffer) => buffer.duration))
    slider.max = seconds
    gains = sounds.map((_, index) => {
      const gain = new GainNode(context, { gain: level(index) })
      gain.connect(context.destination)
      return gain
    })
  }
  const halt = () => {
    if (playing) at = place()
    for (const source of sources) source.stop()
    sources = []
    playing = false
    start.textContent = start.dataset.play
  }
  const run = () => {
    begun = context.currentTime + 0.02
    sources = buffers.map((buffer, index) => {
      const source = new AudioBufferSourceNode(context, { buffer, loop: true, loopEnd: seconds })
      source.connect(gains[index])
      source.start(begun, at)
      return source
    })
    playing = true
    start.textContent = start.dataset.pause
    show()
  }
  const toggle = async () => {
    if (playing) return halt()
    try {
      await (loading ??= load())
      await context.resume()
    } catch {
      player.hidden = true
      natives.hidden = false
      return
    }
    if (!playing) run()
  }
  const choose = (index) => {
    if (index >= sounds.length) return
    chosen = index
    mix()
  }
  buttons.forEach((button, index) => button.addEventListener('click', () => choose(index)))
  start.addEventListener('click', toggle)
  same.addEventListener('change', mix)
  // After a click the space bar should play and stop, and not press the same button again. Who uses the keyboard keeps the focus.
  for (const button of [...buttons, start, same])
    button.addEventListener('click', (event) => event.detail > 0 && button.blur())
  slider.addEventListener('input', () => {
    const again = playing
    halt()
    at = Number(slider.value) % seconds
    if (again) run()
    else show()
  })
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || player.hidden) return
    if (/^[123]$/.test(event.key)) choose(Number(event.key) - 1)
    else if (event.key === ' ' && !event.target.closest('button, [type=checkbox], summary, audio, a')) {
      event.preventDefault()
      if (!event.repeat) toggle()
    }
  })
  player.hidden = false
  natives.hidden = true
  mix()
  show()
})()
`
