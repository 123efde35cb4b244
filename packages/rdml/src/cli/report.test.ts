import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, test } from 'vitest';
import type { Chart } from './report/chart.js';
import { chromium, openPage, photograph } from './testing/chromium.js';
import { runCli, temporaryFolder } from './testing/run-cli.js';

const cwd = temporaryFolder();
let folder = '';
let html = '';

beforeAll(async () => {
  const words = [
    'train',
    '--epochs',
    '3',
    '--hidden',
    '8',
    '--students',
    '3',
    '--alpha',
    'linear:2:1',
    '--lr',
    'cosine:0.1:0.01',
    '--quiet',
  ];
  const { code } = await runCli(words, { cwd });
  expect(code).toBe(0);
  folder = join('runs', readdirSync(join(cwd, 'runs'))[0] as string);
  html = readFileSync(join(cwd, folder, 'report.html'), 'utf8');
});

function chartsOf(page: string): Chart[] {
  const [, json = '[]'] = /<script type="application\/json" id="charts">(.*?)<\/script>/s.exec(page) ?? [];
  return JSON.parse(json) as Chart[];
}

describe('the report of a run', () => {
  it('begins with the verdict, and no verdict claims what one seed can not tell', () => {
    const [, verdict] = /<p class="verdict">(.*?)<\/p>/s.exec(html) ?? [];
    expect(verdict).toMatch(
      /^(No difference found|Mutual training did (better|worse) on these rows) \(mean accuracy .+ ± .+ paired over 359 test rows; p [=<] .+One seed is no evidence/,
    );
  });

  it('has a curve for each student, the ensemble and the independent baseline, an epoch a point', () => {
    const [accuracy] = chartsOf(html);
    expect(accuracy?.x).toEqual([1, 2, 3]);
    expect(accuracy?.series.map(({ name }) => name)).toEqual([
      'student 0',
      'student 1',
      'student 2',
      'ensemble',
      'independent, mean',
      'independent, ensemble',
    ]);
    const lines = readFileSync(join(cwd, folder, 'metrics.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');
    const epochs = lines.map(
      (line) => JSON.parse(line) as { validation: { ensemble: { accuracy: number } } },
    );
    expect(accuracy?.series[3]?.values).toEqual(epochs.map(({ validation }) => validation.ensemble.accuracy));
  });

  it('shows divergence, agreement, what the ensemble gains, losses, norms, schedules, learning rates and reliability', () => {
    expect(chartsOf(html).map(({ title }) => title)).toEqual([
      'Validation accuracy',
      'Validation NLL',
      'Divergence between students',
      'Agreement',
      'What the ensemble gains',
      'Mutual loss',
      'Training loss (labels)',
      'Gradient norm',
      'Schedules',
      'Learning rate',
      'Reliability of the ensemble',
    ]);
    expect([...html.matchAll(/<figure data-chart="(\d+)">/g)]).toHaveLength(11);
  });

  it('says where it ran and how to do it again', () => {
    expect(html).toContain(process.version);
    expect(html).toMatch(
      /rdml train --epochs 3 --hidden 8 --students 3 --alpha linear:2:1 --lr cosine:0.1:0.01 --quiet/,
    );
    expect(html).toContain(`rdml train --config ${folder}/config.json`);
  });

  it('asks for nothing from anywhere, and forbids itself to', () => {
    expect(html).not.toMatch(/\b(?:src|href)=|@import|url\(|<link|<iframe/);
    const [, policy = ''] = /Content-Security-Policy" content="([^"]+)"/.exec(html) ?? [];
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^ ]+'; style-src 'sha256-[^ ]+'; /);
    const [, script = ''] = /<script>(.*?)<\/script>/s.exec(html) ?? [];
    expect(policy).toContain(createHash('sha256').update(script).digest('base64'));
    // The chart library asks that its licence goes with it.
    expect(html).toMatch(/uplot 1\.\d+\.\d+ \(MIT\)[\s\S]+Leon Sorokin/);
  });

  it('is made again by rdml report, and of a run that is not finished, too', async () => {
    rmSync(join(cwd, folder, 'report.html'));
    const again = await runCli(['report', folder], { cwd });
    expect(again).toEqual({ code: 0, stdout: `${join(folder, 'report.html')}\n`, stderr: '' });
    expect(readFileSync(join(cwd, folder, 'report.html'), 'utf8')).toBe(html);
    rmSync(join(cwd, folder, 'result.json'));
    expect((await runCli(['report', folder, '--json'], { cwd })).stdout).toBe(
      `{"report":"${join(folder, 'report.html')}"}\n`,
    );
    expect(readFileSync(join(cwd, folder, 'report.html'), 'utf8')).toContain(
      'This run is not finished: 3 of 3 epochs are done.',
    );
  });

  it('has nothing in it that was in a name', async () => {
    const hostile = '<script>alert(1)</script>&"';
    const file = join(cwd, `${hostile.replaceAll('/', '_')}.csv`);
    writeFileSync(file, Array.from({ length: 60 }, (_, i) => `${i % 7},${i % 5},${i % 2}`).join('\n'));
    const out = join(cwd, 'hostile');
    const words = ['train', '--data', file, '--epochs', '1', '--hidden', '2', '--out', out, '--quiet'];
    expect(await runCli(words, { cwd })).toMatchObject({ code: 0 });
    const page = readFileSync(join(out, readdirSync(out)[0] as string, 'report.html'), 'utf8');
    expect(page).not.toContain('<script>alert');
    expect(page).toContain('&#60;script&#62;alert(1)');
  });
});

test('what is no run is told', async () => {
  expect(await runCli(['report', 'nowhere'], { cwd })).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'rdml report: expected a run folder with nowhere/config.json; got no such file. Give the folder that rdml train names at its end\n',
  });
});

// Where there is no Chromium this is reported as skipped: the page's content is tested above in any case.
describe.skipIf(chromium === undefined)('in Chromium', () => {
  it.each([1200, 500])(
    'every chart is drawn %i pixels wide, and nothing is refused or broken',
    async (width) => {
      const path = join(temporaryFolder(), 'report.html');
      writeFileSync(path, html);
      const { dom, console } = await openPage(path, width);
      expect(console).toBe('');
      expect([...dom.matchAll(/<canvas[^>]*width="(\d+)"/g)].map(([, w]) => Number(w) <= width)).toEqual(
        Array<boolean>(11).fill(true),
      );
    },
  );

  it.each<['light' | 'dark', number]>([
    ['light', 1200],
    ['dark', 500],
  ])('a photograph of it is %s and has every curve in its color, %i pixels wide', async (scheme, width) => {
    const path = join(temporaryFolder(), 'report.html');
    writeFileSync(path, html);
    const { colors, right } = await photograph(path, [width, 2400], scheme);
    const palette = paletteOf(html, scheme);
    expect(Object.keys(palette)).toContain('c7');
    const commonest = [...colors].toSorted(([, a], [, b]) => b - a).slice(0, 2);
    expect(new Set(commonest.map(([color]) => color))).toEqual(new Set([palette.paper, palette.card]));
    // The page is not wider than the window: beside it there is paper alone.
    expect([...right.keys()]).toEqual([palette.paper]);
    for (const name of ['c0', 'c1', 'c2', 'whole', 'alone'])
      expect([name, (colors.get(palette[name] as string) ?? 0) > 100]).toEqual([name, true]);
  });
});

/** The colors of a page by their names, all of six digits. */
function paletteOf(page: string, scheme: 'light' | 'dark'): Readonly<Record<string, string>> {
  const blocks = [...page.matchAll(/:root\{[^}]*--ink[^}]*\}/g)].map(([block]) => block);
  const block = blocks[scheme === 'dark' ? 1 : 0] ?? '';
  const colors = [...block.matchAll(/--(\w+):(#\w+)/g)].map(([, name, color = '']) => [
    name,
    color.length === 4 ? color.replaceAll(/\w/g, '$&$&') : color,
  ]);
  return Object.fromEntries(colors) as Record<string, string>;
}
