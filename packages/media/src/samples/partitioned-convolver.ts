import { checkLength, type Numbers, type Precision } from '../transform/precision.ts'
import { BlockConvolver, checkResponse } from './block-convolver.ts'

/**
 * Convolves a signal that comes in pieces with a long impulse response (a room, a loudspeaker), cut into partitions of one block each
 * whose spectra wait in a delay line. Samples come out one block after they went in, however long the response is.
 *
 * G. Garcia, Optimal filter partition for efficient convolution with short input/output delay, AES 113th Convention 2002, section 2;
 * F. Wefers, Partitioned convolution algorithms for real-time auralization, 2015, chapter 5.
 */
export class PartitionedConvolver<P extends Precision = 'float32'> extends BlockConvolver<P> {
  /**
   * @param block samples of a block, at least 1; powers of two from 32 on are fastest
   * @throws RangeError if the response is empty or `block` is not a whole number of at least 1
   */
  constructor(response: Numbers, block: number, precision: P = 'float32' as P) {
    checkResponse(response)
    checkLength('A block', block)
    const partitions: Numbers[] = []
    for (let at = 0; at < response.length; at += block) partitions.push(response.subarray(at, at + block))
    super(precision, response.length, { hop: block, window: 2 * block, partitions })
  }
}
