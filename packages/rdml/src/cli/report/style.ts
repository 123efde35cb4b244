/**
 * The look of a report: light and dark as the reader's system is, one column on a phone. A table that is wider than the page has a shadow where
 * it goes on.
 */
export const style: string = `
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--card:#f6f8fa;--soft:#59636e;--line:#d5dae0;--whole:#1b1f24;--alone:#6b7580;
--c0:#2563c9;--c1:#c2412d;--c2:#1a7f4b;--c3:#8a4fbf;--c4:#a8650b;--c5:#0e7c86;--c6:#b83280;--c7:#5f6b2d}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ee;--paper:#14171b;--card:#1c2127;--soft:#9aa4b0;--line:#38404a;--whole:#e6e9ee;--alone:#9aa4b0;
--c0:#6ea2ff;--c1:#ff8a73;--c2:#5fd39a;--c3:#c79bff;--c4:#f0b35c;--c5:#5ad1dc;--c6:#ff8cc8;--c7:#c3d077}}
*{box-sizing:border-box}
body{margin:0;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);overflow-wrap:break-word}
main{max-width:72rem;margin:0 auto;padding:1rem}
h1{font-size:1.4rem;line-height:1.25;margin:.5rem 0}h2{font-size:1.15rem;margin:2rem 0 .75rem;border-bottom:1px solid var(--line);padding-bottom:.25rem}
h3{font-size:1rem;margin:0}p{margin:.5rem 0;max-width:48rem}
.soft,figcaption p,dt,th{color:var(--soft)}figcaption p{font-size:.85rem;margin:.15rem 0 .5rem}
.verdict{font-size:1.15rem;border-left:4px solid var(--c0);padding:.5rem 0 .5rem .9rem;margin:1rem 0}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1rem}
figure{margin:0;padding:.9rem;background:var(--card);border-radius:.5rem;min-width:0}
.plot{min-height:1px}details{font-size:.85rem;margin-top:.5rem}summary{cursor:pointer;color:var(--soft)}
.scroll{overflow-x:auto;background:linear-gradient(to left,var(--paper) 40%,transparent) right/2.5rem 100% no-repeat local,
linear-gradient(to left,var(--line),transparent) right/1rem 100% no-repeat scroll}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
td,th{padding:.2rem .8rem .2rem 0;text-align:right;white-space:nowrap;font-weight:400}
td:first-child,th:first-child{text-align:left}dl+h3,.scroll+h3,.charts+h3{margin-top:1.25rem}.scroll tbody tr{border-top:1px solid var(--line)}
dl{margin:0;display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:0 2rem}
dl div{display:flex;gap:1rem;justify-content:space-between;border-top:1px solid var(--line);padding:.2rem 0;min-width:0}
dd{margin:0;text-align:right;min-width:0;overflow-wrap:anywhere}
pre{background:var(--card);padding:.75rem;border-radius:.5rem;white-space:pre-wrap;overflow-wrap:anywhere;font-size:.85rem}
.uplot,.uplot .u-wrap{max-width:100%}.uplot .u-legend{color:var(--ink);font-size:.8rem;text-align:left}
.u-legend th{color:var(--ink)}.u-legend .u-marker{width:1.6rem;height:0;border-width:2px 0 0!important}
`;
