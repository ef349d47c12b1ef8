/**
 * Speakers of FFmpeg's layouts. A layout that is not here is a list of them in brackets, e.g. `3 channels (FL+FR+LFE)`, or unknown.
 */
const layouts: Readonly<Record<string, string>> = {
  mono: 'FC',
  stereo: 'FL FR',
  '2.1': 'FL FR LFE',
  '3.0': 'FL FR FC',
  '3.0(back)': 'FL FR BC',
  '4.0': 'FL FR FC BC',
  quad: 'FL FR BL BR',
  'quad(side)': 'FL FR SL SR',
  '3.1': 'FL FR FC LFE',
  '5.0': 'FL FR FC BL BR',
  '5.0(side)': 'FL FR FC SL SR',
  '4.1': 'FL FR FC LFE BC',
  '5.1': 'FL FR FC LFE BL BR',
  '5.1(side)': 'FL FR FC LFE SL SR',
  '6.0': 'FL FR FC BC SL SR',
  '6.0(front)': 'FL FR FLC FRC SL SR',
  '3.1.2': 'FL FR FC LFE TFL TFR',
  hexagonal: 'FL FR FC BL BR BC',
  '6.1': 'FL FR FC LFE BC SL SR',
  '6.1(back)': 'FL FR FC LFE BL BR BC',
  '6.1(front)': 'FL FR LFE FLC FRC SL SR',
  '7.0': 'FL FR FC BL BR SL SR',
  '7.0(front)': 'FL FR FC FLC FRC SL SR',
  '7.1': 'FL FR FC LFE BL BR SL SR',
  '7.1(wide)': 'FL FR FC LFE BL BR FLC FRC',
  '7.1(wide-side)': 'FL FR FC LFE FLC FRC SL SR',
  '5.1.2': 'FL FR FC LFE SL SR TFL TFR',
  '5.1.2(back)': 'FL FR FC LFE BL BR TFL TFR',
  octagonal: 'FL FR FC BL BR BC SL SR',
  cube: 'FL FR BL BR TFL TFR TBL TBR',
  '5.1.4': 'FL FR FC LFE SL SR TFL TFR TBL TBR',
  '5.1.4(back)': 'FL FR FC LFE BL BR TFL TFR TBL TBR',
  '7.1.2': 'FL FR FC LFE BL BR SL SR TFL TFR',
  '7.1.4': 'FL FR FC LFE BL BR SL SR TFL TFR TBL TBR',
  '7.1.4(back)': 'FL FR FC LFE BL BR SL SR TFL TFR TBL TBR',
  '7.2.3': 'FL FR FC LFE BL BR SL SR TFL TFR TBC LFE2',
  '9.1.4': 'FL FR FC LFE BL BR FLC FRC SL SR TFL TFR TBL TBR',
  '9.1.6': 'FL FR FC LFE BL BR FLC FRC SL SR TFL TFR TBL TBR TSL TSR',
  hexadecagonal: 'FL FR FC BL BR BC SL SR WL WR TBL TBR TBC TFC TFL TFR',
  binaural: 'BIL BIR',
  downmix: 'DL DR',
  '22.2': 'FL FR FC LFE BL BR FLC FRC BC SL SR TC TFL TFC TFR TBL TBC TBR LFE2 TSL TSR BFC BFL BFR',
}

/** Speakers to the side of the listener, 60 to 120 degrees, neither high up nor deep down. */
const beside = new Set(['SL', 'SR', 'SDL', 'SDR', 'SSL', 'SSR', 'WL', 'WR'])

/**
 * What each channel counts for in loudness: 1.41 for speakers at 60 to 120 degrees to the side, less than 30 degrees up or down; 0 for
 * low-frequency effects; 1 for all others, and for each channel of a layout that is not known. Back speakers are the surrounds of
 * ITU-R BS.775, at 110 degrees, unless there are side speakers as well: then they stand behind.
 *
 * ITU-R BS.1770-5, Annex 1, Table 3, and Annex 3, Table 4.
 *
 * @param layout FFmpeg's name, e.g. `stereo`, `5.1(side)`, `3 channels (FL+FR+LFE)`
 * @param channels how many there are; a layout with another number of speakers is not known
 */
export function channelWeights(layout: string, channels: number): Float64Array {
  const speakers = speakersOf(layout)
  if (speakers?.length !== channels) return new Float64Array(channels).fill(1)
  const backIsSurround = !speakers.some((speaker) => beside.has(speaker))
  return Float64Array.from(speakers, (speaker) => {
    if (speaker === 'LFE' || speaker === 'LFE2') return 0
    const surround = beside.has(speaker) || (backIsSurround && (speaker === 'BL' || speaker === 'BR'))
    return surround ? 1.41 : 1
  })
}

function speakersOf(layout: string): string[] | undefined {
  const known = layouts[layout]
  if (known) return known.split(' ')
  const listed = /\(([A-Z0-9]+(?:\+[A-Z0-9]+)*)\)$/.exec(layout)
  // FFmpeg writes `FL@left` for a speaker that was given another name; such a list is not known.
  return listed?.[1]?.split('+')
}
