import { fileURLToPath } from 'node:url';
import { expect, test, describe } from 'vitest';
import { groupView } from '../group-view.js';
import { parsePageArguments } from './arguments.js';
import { buildPage } from './build.js';
import { chromiumPath, runHeadless } from './headless.js';
import { serve } from './serve.js';
import { fingerprintView } from './view.js';

const known = ['matmul', 'softmax'];

test('a command line is read, and what is wrong with it is said in one line', () => {
  expect(parsePageArguments(['--headless', 'softmax', '--sizes', '16,32'], known)).toMatchObject({
    isHeadless: true,
    suites: ['softmax'],
    sizes: [16, 32],
    seconds: 0.5,
  });
  expect(() => parsePageArguments(['reduce'], known)).toThrow('there is no suite reduce');
  expect(() => parsePageArguments(['--port', 'x'], known)).toThrow(
    "--port takes a whole number from 0 to 65535, not 'x'",
  );
  expect(() => parsePageArguments(['--fast'], known)).toThrow('--fast');
});

test('software that stands in for a GPU is named as such', () => {
  const browser = { userAgent: 'A <b>', cores: 2, isIsolated: true, missing: ['webgpu: none'] };
  const [soft, hard] = [false, true].map((isHardware) =>
    fingerprintView({ ...browser, adapters: [{ mode: 'webgl2', renderer: 'R', isHardware }] }),
  );
  expect(soft).toContain('a software adapter');
  expect(hard).not.toContain('a software adapter');
  expect(hard).toContain('A &#60;b&#62;');
});

test('a wrong contender shows as wrong', () => {
  const time = { median: 1, lower: 1, upper: 1, best: 1 };
  const view = groupView(
    {
      suite: 's',
      group: 'g',
      unit: 'ms',
      tolerance: 1e-6,
      results: [{ contender: 'planted', status: 'wrong', time, ratio: 1, error: 0.1, samples: [1] }],
    },
    's: g',
  );
  expect(view).toContain('<td class="remark">WRONG: error above 1.0e-6</td>');
});

test('nothing outside of the folder is served', async () => {
  const { url, close } = await serve(fileURLToPath(new URL('.', import.meta.url)), 0);
  try {
    const [inside, outside] = await Promise.all(
      ['serve.ts', '..%2Farguments.ts'].map((file) => fetch(`${url}${file}`)),
    );
    expect(inside?.status).toBe(200);
    expect(inside?.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(outside?.status).toBe(404);
  } finally {
    await close();
  }
});

describe.skipIf(chromiumPath() === undefined)('in Chromium', () => {
  test('the page runs on wasm, WebGL2 and WebGPU, all agree, and processors are held against their limits', async () => {
    const { folder } = await buildPage(fileURLToPath(new URL('../../dist/browser/page.js', import.meta.url)));
    const { url, close } = await serve(folder, 0);
    try {
      const { browser, limits, records } = await runHeadless(url, {
        suites: ['matmul'],
        sizes: [16],
        groups: 1,
        seconds: 0,
        isHardware: false,
      });
      expect(browser.adapters.map(({ mode }) => mode)).toEqual(['webgl2', 'webgpu']);
      expect(browser.adapters.every(({ isHardware }) => !isHardware)).toBe(true);
      expect(browser.isIsolated).toBe(true);
      const ours = records.flatMap(({ group, results }) =>
        results
          .filter(({ contender }) => contender.startsWith('renyi'))
          .map(({ contender, status, message }) => [group, contender, status, message]),
      );
      expect(ours.filter(([, , status]) => status !== 'ok')).toEqual([]);
      expect(new Set(ours.map(([, contender]) => contender))).toEqual(
        new Set(['renyi wasm', 'renyi wasm in a scope', 'renyi webgl2', 'renyi webgpu']),
      );
      // The limits are the processor's: nothing of a GPU is held against them.
      expect(limits.byThreads[0]?.gflops).toBeGreaterThan(0);
      const limited = records.flatMap(({ results }) =>
        results.filter(({ ofLimit }) => ofLimit !== undefined).map(({ contender }) => contender),
      );
      expect(limited).toContain('renyi wasm');
      expect(limited.filter((contender) => /webgl|webgpu/.test(contender))).toEqual([]);
      const wanted = { suites: ['matmul'], sizes: [16], seconds: 0, isHardware: false, needsGpu: true };
      await expect(runHeadless(url, wanted)).rejects.toThrow(
        /expected a GPU; webgl2 is .*, which is software/,
      );
    } finally {
      await close();
    }
    // Three kinds of compiling, in software.
  }, 300_000);
});
