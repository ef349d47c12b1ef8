import type { Cost, Op } from './op.ts'

/**
 * What a call is estimated to cost, from its inputs' facts and its params alone; nothing when the op declares no cost.
 *
 * @param args inputs as refs (or anything with facts), and params
 * @example
 * costOf(thumbnail, { media: await store.put(file('clip.mp4')) }) // { cpuSeconds: 0.8 }
 */
export function costOf(op: Op, args: Readonly<Record<string, unknown>>): Cost {
  const { cost, params } = op.declaration
  if (!cost) return {}
  const parsed = params?.safeParse(Object.fromEntries(Object.keys(params.shape).map((name) => [name, args[name]])))
  return cost({ ...args, ...(parsed?.success ? parsed.data : {}) } as never)
}
