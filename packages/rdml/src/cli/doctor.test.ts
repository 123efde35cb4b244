import { expect, test } from 'vitest';
import { runCli } from './testing/run-cli.js';

test('rdml doctor tells where it runs, and that the backends agree', async () => {
  const { code, stdout, stderr } = await runCli(['doctor']);
  expect(code).toBe(0);
  // Drivers may have a word of their own.
  expect(stderr).not.toContain('rdml');
  expect(stdout).toContain(`Node        ${process.versions.node} (V8 `);
  expect(stdout).toMatch(
    /\nbackend {5}wasm\n {2}reference .+\n {2}wasm .+ GFLOP\/s; differs from the reference by /,
  );
  expect(stdout).toMatch(
    /\nGPU {9}(none: expected .+; got |none by OpenGL; --backend gpu computes with |.+; rdml trains on it with --backend gpu)/,
  );
  expect(stdout).toMatch(/\nWebGPU {6}(none: expected .+; got |.+; rdml trains on it with --backend webgpu)/);
  const { stdout: json } = await runCli(['doctor', '--json', '--backend', 'reference']);
  expect(JSON.parse(json)).toMatchObject({
    isHealthy: true,
    defaultBackend: 'reference',
    backends: { reference: { error: 0 }, wasm: { isAvailable: true } },
  });
});

test('a backend that there is not is told', async () => {
  expect(await runCli(['doctor', '--backend', 'abacus'])).toEqual({
    code: 2,
    stdout: '',
    stderr: 'rdml doctor: expected --backend to be one of reference, wasm, gpu, webgpu; got abacus\n',
  });
});
