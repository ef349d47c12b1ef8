import { ColophonError } from '@colophon/core'
import type { Registry } from '@colophon/watermark'
import type { CommandContext } from '../../command.ts'

/** What a command does with the registry of the store that the command line names. */
export type RegistryWork<T> = (registry: Registry, tenant: string) => T | Promise<T>

const placeOf = async ({ house }: Pick<CommandContext, 'house'>) => {
  const { store, tenant } = await house.config()
  return { folder: store.path, tenant }
}

/** Works with the registry, which is made where there is none. */
export const withRegistry = async <T>(context: Pick<CommandContext, 'house'>, work: RegistryWork<T>): Promise<T> => {
  const { folder, tenant } = await placeOf(context)
  const { Registry } = await import('@colophon/watermark')
  using registry = await Registry.open(folder)
  return await work(registry, tenant)
}

/** Looks into the registry; where there is none, into an empty one. None is made. */
export const withExistingRegistry = async <T>(
  context: Pick<CommandContext, 'house'>,
  work: RegistryWork<T>,
): Promise<T> => {
  const { folder, tenant } = await placeOf(context)
  const { Registry } = await import('@colophon/watermark')
  using registry = (await Registry.openExisting(folder)) ?? (await Registry.open(':memory:'))
  return await work(registry, tenant)
}

/** The whole number that a flag gives. @throws USAGE */
export const wholeNumber = (text: string | undefined, flag: string, fallback: number, help: string): number => {
  if (text === undefined) return fallback
  if (!/^\d{1,15}$/.test(text))
    throw new ColophonError('USAGE', { why: `--${flag} takes a whole number, not "${text}".`, help })
  return Number(text)
}
