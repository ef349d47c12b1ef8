/** The `colophon` command as a library: what its executable runs. */
export { runCommandLine } from './cli.ts'
export { configParts, House, type HouseConfig } from './house.ts'
export { processTerminal, type Terminal } from './terminal.ts'
