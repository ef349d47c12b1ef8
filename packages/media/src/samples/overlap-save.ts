import { powerOfTwoFrom } from '../transform/factors.ts'
import type { Numbers, Precision } from '../transform/precision.ts'
import { BlockConvolver, checkResponse } from './block-convolver.ts'

/** Samples of a transform, at the least; shorter ones spend their time on being called. */
const leastWindow = 256

/**
 * Convolves a signal that comes in pieces with an impulse response, by overlap-save with one transform for the whole response: the way with
 * the highest throughput. Samples come out up to `latency` after they went in, which is some times the response's length; with long
 * responses `PartitionedConvolver` waits less.
 *
 * T. G. Stockham, High-speed convolution and correlation, AFIPS 1966; A. V. Oppenheim, R. W. Schafer, Discrete-Time Signal Processing,
 * section 8.7.3.
 */
export class OverlapSave<P extends Precision = 'float32'> extends BlockConvolver<P> {
  /** @throws RangeError if the response is empty */
  constructor(response: Numbers, precision: P = 'float32' as P) {
    checkResponse(response)
    const window = Math.max(leastWindow, powerOfTwoFrom(4 * response.length))
    super(precision, response.length, { hop: window - response.length + 1, window, partitions: [response] })
  }
}
