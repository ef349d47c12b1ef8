import { testPart } from './testing/part.ts'
import { movePart, streamPart } from './testing/stream-part.ts'

testPart(streamPart)
testPart(movePart)
