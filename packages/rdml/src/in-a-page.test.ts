import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { describe, expect, it } from 'vitest';
import { chromium, openPage } from './cli/testing/chromium.js';

/** What a page would do with the package: train, look on epoch by epoch, and say how it went. */
const program = `
import { loadDigits } from '@renyi/nn/digits';
import { epochs, Training } from '@renyi/rdml';
const training = new Training({ epochs: 2, hidden: [16], baseline: false }, await loadDigits());
const seen = [];
for await (const { epoch, validation } of epochs(training)) seen.push([epoch, validation.ensemble.accuracy]);
document.title = JSON.stringify(seen);
`;

async function bundled(): Promise<string> {
  const entry = fileURLToPath(new URL('in-a-page.js', import.meta.url));
  const build = await rolldown({
    input: entry,
    platform: 'browser',
    plugins: [
      {
        name: 'program',
        load: (id) => (id === entry ? program : null),
        resolveId: (id) => (id === entry ? id : null),
      },
    ],
  });
  const { output } = await build.generate({ format: 'esm' });
  await build.close();
  return output[0].code;
}

// Where there is no Chromium this is reported as skipped; that nothing of Node's is imported is checked in any case.
describe.skipIf(chromium === undefined)('in a page in Chromium', () => {
  it('trains under a policy that forbids everything but its own script', async () => {
    const script = await bundled();
    const digest = createHash('sha256').update(script).digest('base64');
    const folder = mkdtempSync(join(tmpdir(), 'rdml-page-'));
    try {
      const path = join(folder, 'page.html');
      const policy = `default-src 'none'; script-src 'sha256-${digest}'`;
      writeFileSync(
        path,
        `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><title></title><script type="module">${script}</script>`,
      );
      const { dom } = await openPage(path, 500);
      const [, title = '[]'] = /<title>(.*?)<\/title>/.exec(dom) ?? [];
      const seen = JSON.parse(title) as [number, number][];
      expect(seen.map(([epoch]) => epoch)).toEqual([1, 2]);
      // Chance is a tenth.
      expect(seen[1]?.[1]).toBeGreaterThan(0.5);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
