import { clipPart } from './testing/clip-part.ts'
import { testPart } from './testing/part.ts'

testPart(clipPart)
