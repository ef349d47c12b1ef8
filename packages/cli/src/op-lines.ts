import type { Op } from '@colophon/core'
import type { Command } from './command.ts'
import { inputArguments, inputUsage } from './inputs.ts'

/** Ops as a list of commands shows them; quicker than making the commands. */
export const opLines = (ops: readonly Op[]): Pick<Command, 'words' | 'args' | 'summary'>[] =>
  ops.map(({ declaration }) => ({
    words: declaration.name.split('.'),
    args: inputUsage(inputArguments(declaration)),
    summary: declaration.summary,
  }))
