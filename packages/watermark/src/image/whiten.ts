export { plainWhitened as whitened } from './whiten-plain.ts'
