/**
 * One configuration, to which every room adds its part. It is read from, later ones winning: the defaults,
 * `colophon.yaml`, the environment (`COLOPHON_STORE_PATH` is `store.path`), and what the caller sets.
 */
export { coreConfig, secretsFrom } from './config-core.ts'
export { type ConfigOrigin, configOrigin, type LoadOptions, loadConfig } from './config-load.ts'
export { type Config, type ConfigPart, configPart } from './config-part.ts'
export { redactConfig, redacted } from './config-redact.ts'
export { configEnvName, configPath, configSecret } from './config-schema.ts'
export { bytes, duration, parseBytes, parseDuration } from './config-units.ts'
