/**
 * Colours by what they stand for. Before, after and reference are grey, blue and orange, which all common kinds of colour-blindness tell
 * apart (after M. Okabe and K. Ito), and have lines of their own besides.
 */
const light = `--paper:#fff;--card:#f6f8fa;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--faint:#e9edf1;--before:#6e7781;--after:#0067a8;\
--wanted:#b84e00;--other:#7a4fc4;--good:#1a7f37;--bad:#b35900;--band:#dff3e4`
const dark = `--paper:#0f1419;--card:#171d24;--ink:#e6edf3;--soft:#a0abb6;--line:#3a434d;--faint:#232b33;--before:#a3adb8;--after:#5cb8f5;\
--wanted:#f2a654;--other:#bd9bf5;--good:#5fce7c;--bad:#f0a14a;--band:#1c3a26`

/** Light and dark, as the reader's system has it; paper is light. */
export const tokens = `:root{color-scheme:light dark;${light}}@media (prefers-color-scheme:dark){:root{${dark}}}@media print{:root{color-scheme:light;${light}}}`

/** Values of the light colours, for programs that know no variables of CSS. */
const lightValues: ReadonlyMap<string, string> = new Map(
  light.split(';').map((each) => each.split(':') as [name: string, value: string]),
)

/** The same style with each colour said twice: as it is in light, and by its variable. */
export const withFallbacks = (style: string): string =>
  style.replace(
    /([\w-]+):var\((--\w+)\)/g,
    (all, property: string, name: string) => `${property}:${lightValues.get(name)};${all}`,
  )

/** How all plots look. */
export const plotStyle = `\
.plot .paper{fill:var(--paper)}\
.plot text{font:12.5px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;\
fill:var(--soft);font-variant-numeric:tabular-nums}\
.plot .number{font-size:11.5px;font-weight:600}.plot .fill-after{fill:var(--after)}.plot .fill-other{fill:var(--other)}\
.plot .name{fill:var(--ink)}.plot .strong{fill:var(--ink);font-weight:600}\
.plot .end{text-anchor:end}.plot .middle{text-anchor:middle}\
.plot .frame{fill:none;stroke:var(--line)}.plot .grid{stroke:var(--faint);stroke-width:1}.plot .zero{stroke:var(--soft);stroke-width:1}\
.plot .tick{stroke:var(--line)}\
.plot .curve{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}.plot .thin{stroke-width:1.25}\
.plot .dashed{stroke-dasharray:6 4}.plot .dotted{stroke-dasharray:1.5 4}\
.plot .before{stroke:var(--before)}.plot .after{stroke:var(--after)}.plot .wanted{stroke:var(--wanted)}.plot .other{stroke:var(--other)}\
.plot .area{stroke:none;fill-opacity:.3}.plot .area.before{fill:var(--before)}.plot .area.after{fill:var(--after)}\
.plot .area.wanted{fill:var(--wanted)}.plot .area.other{fill:var(--other)}\
.plot .dot{fill:var(--paper);stroke-width:2}.plot .halo{stroke:var(--paper);stroke-width:3.5;paint-order:stroke;stroke-linejoin:round}`
