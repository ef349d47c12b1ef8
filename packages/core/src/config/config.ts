/**
 * One configuration, to which every room adds its part. It is read from, later ones winning: the defaults,
 * `colophon.yaml`, the environment (`COLOPHON_STORE_PATH` is `store.path`), and what the caller sets.
 */
export { coreConfig, secretsFrom } from './core.ts'
export { type ConfigOrigin, configOrigin, type LoadOptions, loadConfig } from './load.ts'
export { type Config, type ConfigPart, configPart } from './part.ts'
export { redactConfig, redacted } from './redact.ts'
export { configEnvName, configPath, configSecret } from './schema.ts'
export { bytes, duration, parseBytes, parseDuration } from './units.ts'
