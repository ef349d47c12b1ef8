/** Rows as text in columns; numbers to the right. */
export function table(rows: readonly Readonly<Record<string, string | number>>[]): string {
  const names = Object.keys(rows[0] ?? {})
  const cells = [names, ...rows.map((row) => names.map((name) => shown(row[name])))]
  const widths = names.map((_, column) => Math.max(...cells.map((line) => line[column]!.length)))
  return cells
    .map((line) =>
      line
        .map((cell, column) =>
          typeof rows[0]![names[column]!] === 'number' ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const shown = (cell: string | number | undefined): string =>
  typeof cell === 'number' && !Number.isInteger(cell) ? cell.toFixed(1) : String(cell ?? '')
