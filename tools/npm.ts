import { execFileSync } from 'node:child_process'

/**
 * Runs npm and returns what it prints.
 *
 * Inside an npm script it is the same npm under the same Node: the pinned Node comes first in a script's PATH, and a
 * distribution's npm may need the distribution's Node.
 */
export const npm = (args: readonly string[], cwd: string): string => {
  const { npm_execpath: script, npm_node_execpath: node } = process.env
  const [command, first] = script && node ? [node, [script]] : ['npm', []]
  return execFileSync(command, [...first, ...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
}
