import { testPart } from './testing/part.ts'
import { picturePart } from './testing/picture-part.ts'
import { refusalPart } from './testing/refusal-part.ts'
import { soundPart } from './testing/sound-part.ts'

testPart(soundPart)
testPart(picturePart)
testPart(refusalPart)
