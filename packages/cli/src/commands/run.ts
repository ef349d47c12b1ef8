import { type BuiltIn, exactly } from '../command.ts'
import { opCommand } from '../op-command.ts'

const words = ['run']

/** `colophon run OP …`: an op by its full name, also when its words mean something else. */
export const run: BuiltIn = {
  words,
  summary: 'Run an op by its name',
  description:
    'The same as the op as a command: "colophon run media.thumbnail" is "colophon media thumbnail". "colophon ops list" shows all ops, and "colophon run OP --help" what one takes.',
  args: ['OP', '[INPUT…]'],
  examples: [
    'colophon run media.thumbnail clip.mp4 --width 640 -o thumb.jpg',
    'colophon run media.probe clip.mp4 --json',
  ],
  async resolve([, name], house) {
    if (name === undefined) return undefined
    return opCommand((await house.catalogue()).get(name), [...words, name])
  },
  run({ args }) {
    exactly(args, ['OP'], words)
    return 0
  },
}
