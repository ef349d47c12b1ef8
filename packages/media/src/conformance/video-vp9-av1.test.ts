import { testPart } from './testing/part.ts'
import { videoPart } from './testing/video-part.ts'

testPart(videoPart('vp9'))
testPart(videoPart('av1'))
