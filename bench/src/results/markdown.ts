import { formatLimits } from '../limits/format-limits.js';
import { formatLoad, isBusy } from '../machine.js';
import type { RunRecord } from '../record.js';
import { formatGroup } from '../table.js';

/** All kept runs as one page of Markdown. */
export function formatResults(runs: readonly RunRecord[]): string {
  const intro = `# Results

Generated from the runs in [results/](results) by \`pnpm bench:results\`; \`pnpm bench --save\` keeps a run of this machine. What the columns mean
is in [README.md](README.md), as is what is known of peers that are WRONG or FAILED; how it is measured, in [protocol.md](protocol.md). Compare
within a machine only.
`;
  return [intro, ...runs.map(formatMachineResults)].join('\n');
}

/** All kept runs of the page for browsers. */
export function formatBrowserResults(runs: readonly RunRecord[]): string {
  const intro = `# Results in browsers

Generated from the runs in [results/browser/](results/browser) by \`pnpm bench:results\`; \`pnpm bench:page --headless --save\` keeps a run of this machine.
What the columns mean is in [README.md](README.md). An adapter that is software computes on the processor: its times say nothing of a GPU.
`;
  return [intro, ...runs.map(formatMachineResults)].join('\n');
}

/** What the browser was, and what its GPU modes ran on. */
function browserOf({ browser }: RunRecord): string[] {
  if (browser === undefined) return [];
  const lines = browser.adapters.map(
    ({ mode, renderer, isHardware }) => `- ${mode}: ${renderer}${isHardware ? '' : ' (software)'}`,
  );
  return [browser.userAgent, [...lines, ...browser.missing.map((reason) => `- ${reason}`)].join('\n')];
}

function formatMachineResults(run: RunRecord): string {
  const { limits, records } = run;
  const suites = [...new Set(records.map(({ suite }) => suite))].map((suite) => {
    const groups = records.filter((record) => record.suite === suite).map(formatGroup);
    return `### ${suite}\n\n${fenced(groups.join('\n\n'))}`;
  });
  const head = [`## ${titleOf(run)}`, circumstancesOf(run), ...browserOf(run)];
  return `${[...head, ...(limits === undefined ? [] : [fenced(formatLimits(limits))]), ...suites].join('\n\n')}\n`;
}

/** The machine in a few words. */
export function titleOf({ machine }: RunRecord): string {
  return `${machine.cpu}, ${machine.cores} cores`;
}

/** When and how it was measured, and whether the machine was quiet. */
export function circumstancesOf({ date, machine, loadAtEnd, command }: RunRecord): string {
  const load = `${formatLoad(machine)} before the run and ${loadAtEnd.toFixed(2)} at its end`;
  const busy = isBusy(machine)
    ? ' **The machine was busy with something else: times are longer than on a quiet one, those of threads most.**'
    : '';
  return `${date.slice(0, 10)}, Node ${machine.node} on ${machine.system}, ${machine.memory} GiB, \`${command}\`; ${load}.${busy}`;
}

function fenced(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\``;
}
