/** Text as it may stand in HTML and in attributes. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}

/** How both pages look, in daylight and in the dark. */
export const pageStyle = `
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--soft:#6b7480;--line:#d5dae0;--own:#2563c9;--own2:#0f9d8f;--other:#9aa5b1;--bad:#c2412d}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ee;--paper:#14171b;--soft:#98a2ae;--line:#333a42;--own:#6ea2ff;--own2:#3fd0c0;--other:#66707c;--bad:#ff8a73}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;margin:2rem auto;padding:0 1rem}
h2{margin-top:2.5rem;border-bottom:1px solid var(--line)}h3{font-size:1rem;margin:1.5rem 0 .25rem}
.soft{color:var(--soft)}nav a{margin-right:.7rem;color:var(--own)}.bad,.wrong .remark,.failed .remark{color:var(--bad)}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.85rem}
td,th{padding:.05rem 0 .05rem .9rem;text-align:right;white-space:nowrap;color:var(--soft);font-weight:400}
td.remark,th[scope]{text-align:left;color:var(--ink)}td.remark{white-space:normal}th[scope]{padding-left:0}
.contest{width:100%}.contest .bars{width:100%;text-align:left}.contest .remark:empty{padding:0}
.contest .bars{padding-block:0}.bar{position:relative;height:1.45rem;margin-right:3.5rem}.bar *{position:absolute}.bar span{margin-left:.3rem;padding:0 .15rem;background:var(--paper)}
.bar b{top:.25rem;bottom:.25rem;left:0;background:var(--other)}.bar b.own{background:var(--own)}.bar b.wrong{background:var(--bad)}
.bar .quartiles{top:50%;border-top:1px solid var(--ink)}.bar .one{top:0;bottom:0;border-left:1px solid var(--soft)}
.chart{display:block;width:calc(100% - 3.6rem - var(--beside));margin:1rem var(--beside) 3.2rem 3.6rem}.roofline{--beside:12.5rem}
svg{overflow:visible}svg text{font:12px system-ui,sans-serif;fill:var(--ink)}svg .soft{fill:var(--soft)}
.legend{font-size:.85rem;margin:.3rem 0}.legend span{display:inline-block;margin-right:1rem}
.legend i{display:inline-block;width:.7rem;height:.7rem;border-radius:50%;margin-right:.3rem}.legend .key{width:1.6rem;height:0;border-radius:0;vertical-align:middle}
@media(max-width:44rem){.roofline{--beside:2.6rem}.level tspan{display:none}.contest,.contest tbody{display:block}.contest .head{display:none}
.contest tr{display:flex;flex-wrap:wrap;column-gap:.7rem;margin-bottom:.4rem}.contest th,.contest td{padding:0}.contest td{font-size:.78rem}.limits th[scope]{white-space:normal}.contest th{flex:0 0 7.5rem;white-space:normal}
.contest .bars{flex:1 1 calc(100% - 8.5rem)}.contest td:empty{display:none}td[data-title]::before{content:attr(data-title) ' ';opacity:.75}}
`;
