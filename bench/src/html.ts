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
.scroll{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.85rem}
td,th{padding:.1rem .7rem .1rem 0;text-align:right;white-space:nowrap;color:var(--soft);font-weight:400}
td:first-child,td:last-child{text-align:left;color:var(--ink)}.wrong td:last-child,.failed td:last-child{color:var(--bad)}
svg{display:block;width:100%;height:auto;min-width:34rem}.wide{max-height:34rem}.soft{color:var(--soft)}.bad{color:var(--bad)}nav a{margin-right:.7rem;color:var(--own)}pre{font-size:.8rem}
.legend{font-size:.85rem}.legend span{margin-right:1rem;white-space:nowrap}.legend i{display:inline-block;width:.7rem;height:.7rem;border-radius:50%;margin-right:.3rem}
svg text{font:12px system-ui,sans-serif;fill:var(--ink)}svg .soft,svg .level{fill:var(--soft)}svg .level{paint-order:stroke;stroke:var(--paper);stroke-width:3px}
`;
