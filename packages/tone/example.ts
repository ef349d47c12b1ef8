import { profile } from '@colophon/tone'

console.log(Object.keys(profile.shape).join(', '))
