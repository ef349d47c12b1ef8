import { plotStyle, tokens } from './plots/style.ts'

/** How a report looks: on a screen of any width, light or dark, and on paper. */
export const pageStyle = `${tokens}${plotStyle}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;-webkit-text-size-adjust:100%}
main{max-width:1008px;margin:0 auto;padding:40px 24px 24px}
h1{font-size:clamp(26px,4.4vw,38px);line-height:1.15;margin:6px 0 8px;letter-spacing:-.02em;overflow-wrap:anywhere}
h2{font-size:22px;line-height:1.25;margin:0 0 4px;letter-spacing:-.01em}
h3{font-size:15px;margin:0}
p{margin:0}
section{margin-top:52px}
.eyebrow{color:var(--soft);font-size:14px}
.lead{font-size:18px;color:var(--soft);overflow-wrap:anywhere}
.lead strong{color:var(--ink);font-weight:600}
.help{color:var(--soft);font-size:14px;max-width:100ch;margin-bottom:14px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(200px,1fr));gap:12px;margin:28px 0 0;padding:0;list-style:none}
.tile{background:var(--card);border:1px solid var(--faint);border-radius:12px;padding:14px 16px}
.tile .what{color:var(--soft);font-size:13.5px}
.tile .value{font-size:28px;font-weight:620;letter-spacing:-.02em;font-variant-numeric:tabular-nums;line-height:1.3}
.tile .value small{font-size:14px;font-weight:400;color:var(--soft);letter-spacing:0}
.tile .from{color:var(--soft);font-size:13.5px;font-variant-numeric:tabular-nums;display:flex;flex-wrap:wrap;gap:0 12px}.tile .from span{white-space:nowrap}
.good{color:var(--good)}.bad{color:var(--bad)}.quiet{color:var(--soft)}
.verdict{margin-top:22px;font-weight:600}
table{border-collapse:collapse;width:100%;font-size:14.5px;font-variant-numeric:tabular-nums}
th,td{padding:9px 10px;border-bottom:1px solid var(--faint);text-align:right;font-weight:400;vertical-align:middle}
thead th{color:var(--soft);font-size:13px;border-color:var(--line);white-space:nowrap}
th:first-child,td:first-child{text-align:left;padding-left:0}
tbody th small{color:var(--soft);font-size:12.5px;margin-left:4px}
td.now{font-weight:620}.measures td{white-space:nowrap}
td.course{width:150px}td.result,thead th.result{text-align:left;white-space:nowrap}
td.result small{display:block;color:var(--soft);font-size:12px;line-height:1.2}
.course svg{display:block;margin-left:auto}
.course .tolerated{fill:var(--band)}.course .rail{stroke:var(--line)}.course .way{stroke:var(--after);stroke-width:2}
.course .ring{fill:var(--paper);stroke:var(--before);stroke-width:2}.course .dot{fill:var(--after)}.course .aim{stroke:var(--wanted);stroke-width:2.5}
.listing{list-style:none;margin:14px 0 0;padding:0;display:grid;gap:10px}
.listing li{background:var(--card);border:1px solid var(--faint);border-left:3px solid var(--wanted);border-radius:8px;padding:10px 16px}
.listing.plain li{border-left-color:var(--line)}
.listing b{font-weight:600;display:block;font-size:13.5px;color:var(--soft)}.listing .why{color:var(--soft);font-size:14.5px}
.sure{display:grid;grid-template-columns:auto minmax(80px,180px) auto 1fr;gap:8px 14px;align-items:center;margin-top:14px;font-size:14.5px}
.sure span{color:var(--soft)}.sure i{font-style:normal;text-align:right;font-variant-numeric:tabular-nums}
.sure svg{display:block;width:100%;height:8px}.sure .rail{fill:var(--faint)}.sure .bar{fill:var(--after)}
.stages{display:grid;grid-template-columns:repeat(auto-fill,minmax(236px,1fr));gap:12px;margin-top:14px}
.stage{background:var(--card);border:1px solid var(--faint);border-radius:12px;padding:12px 16px;font-size:14px}
.stage.off{opacity:.65}.stage h3{display:flex;justify-content:space-between;gap:8px}.stage h3 small{font-weight:400;color:var(--soft)}
.stage dl{margin:8px 0 0;display:grid;grid-template-columns:1fr auto;gap:2px 10px;font-variant-numeric:tabular-nums}
.stage dt{color:var(--soft)}.stage dd{margin:0;text-align:right}
figure{margin:28px 0 0}figure h3{font-size:17px;margin-bottom:2px}
.plot{display:block;width:100%;height:auto}.narrow .plot{max-width:600px;margin:0 auto}
.narrow{display:none}
details{margin-top:6px;font-size:14px}summary{cursor:pointer;color:var(--soft)}
.bands{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:8px 32px;margin-top:8px}
.bands caption{text-align:left;font-weight:600;padding:6px 0}.bands th,.bands td{padding:5px 8px;font-size:13.5px}
.player .help{margin:14px 0 0}.player{background:var(--card);border:1px solid var(--faint);border-radius:14px;padding:18px;margin-top:12px}
.choices{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:10px}
button{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:10px 14px;cursor:pointer;text-align:left}
button:hover{border-color:var(--soft)}
button:focus-visible,input:focus-visible,summary:focus-visible{outline:2px solid var(--after);outline-offset:2px}
.choices button b{display:flex;align-items:center;gap:8px;font-weight:600}
.choices button small{display:block;color:var(--soft);font-size:12.5px;overflow-wrap:anywhere}
.choices button[aria-pressed=true]{border-color:var(--after);box-shadow:inset 0 0 0 1px var(--after)}
kbd{font:12px/1 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;border:1px solid var(--line);border-bottom-width:2px;border-radius:5px;padding:3px 6px;color:var(--soft);background:var(--paper)}
.transport{display:flex;align-items:center;gap:14px;margin-top:14px;flex-wrap:wrap}
.transport button{background:var(--after);border-color:var(--after);color:var(--paper);font-weight:600;min-width:104px;text-align:center}
.transport input[type=range]{flex:1 1 160px;min-width:120px;accent-color:var(--after)}
.transport output{color:var(--soft);font-variant-numeric:tabular-nums;font-size:14px;min-width:92px;text-align:right}
.transport label{font-size:14px;display:flex;gap:7px;align-items:center}.transport input[type=checkbox]{accent-color:var(--after);width:16px;height:16px}
.natives{display:grid;gap:12px;margin-top:12px}.natives figure{margin:0}.natives audio{width:100%}.natives figcaption{font-size:14px;overflow-wrap:anywhere}
[hidden]{display:none!important}
footer{margin-top:56px;padding-top:16px;border-top:1px solid var(--faint);color:var(--soft);font-size:13.5px}
@media screen and (max-width:720px){
main{padding:26px 16px 16px}section{margin-top:40px}
.wide{display:none}.narrow{display:block}
.measures,.measures tbody{display:block}.measures thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
.measures tr{display:grid;grid-template-columns:1fr 1fr 1fr;padding:12px 0;border-bottom:1px solid var(--faint);gap:2px 10px}
.measures th,.measures td{border:0;padding:0;text-align:left;width:auto}
.measures tbody th{grid-column:1/3}.measures td.result{grid-column:3;grid-row:1;text-align:right}
.measures td.course{grid-column:1/3;grid-row:3;padding-top:4px}.measures .course svg{margin:0}.measures td.tolerance{grid-column:3;grid-row:3;text-align:right;color:var(--soft);align-self:center}
.measures td.none{visibility:hidden}
.measures td.tolerance::before{display:inline!important;margin-right:6px}
.measures td[data-label]::before{content:attr(data-label);display:block;color:var(--soft);font-size:12px;font-weight:400}
.sure{grid-template-columns:auto 1fr auto}.sure span{grid-column:1/-1;margin-bottom:8px}
.tiles{grid-template-columns:1fr 1fr}.tile{padding:12px}.tile .value{font-size:22px}
}
@media print{
body{font-size:11pt}main{max-width:none;padding:0}section{margin-top:24pt}
#listen{display:none}.tiles{grid-template-columns:repeat(4,1fr)}.tile{padding:8px 10px}.tile .value{font-size:20px}.wide{display:block}.narrow{display:none}
figure,.tile,.stage,.listing li,.sure,tr{break-inside:avoid}h2,h3{break-after:avoid}
.plot,.tile,.stage,.course,.sure{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}`
