import { BackendError } from '@renyi/tensor';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { findWebGpu } from './webgpu.js';

/** The package `webgpu` with that adapter. */
const withAdapter = (adapter: object | null) => async (): Promise<unknown> => ({
  globals: { GPUBufferUsage: {} },
  create: () => ({ requestAdapter: async () => adapter }),
});

afterEach(() => vi.unstubAllGlobals());

describe('WebGPU', () => {
  it('comes from the package, with the name of its adapter', async () => {
    const info = { vendor: 'acme', architecture: '', device: 'one', description: undefined };
    expect(await findWebGpu(withAdapter({ info }))).toMatchObject({
      adapter: 'acme one',
      globals: { GPUBufferUsage: {} },
    });
    expect((await findWebGpu(withAdapter({}))).adapter).toBe('one without a name');
  });

  it('of the engine itself is taken first', async () => {
    const gpu = { requestAdapter: async () => ({ info: { vendor: 'own' } }) };
    vi.stubGlobal('navigator', { gpu });
    const found = await findWebGpu(() => expect.unreachable('it needs no package'));
    expect(found).toEqual({ gpu, globals: {}, adapter: 'own' });
  });

  it('is missed with the reason and what to do', async () => {
    const said = async (from: (name: string) => Promise<unknown>): Promise<string> => {
      const error: unknown = await findWebGpu(from).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(BackendError);
      return (error as BackendError).message;
    };
    const missing = (name: string): Error =>
      Object.assign(new Error(`Cannot find package '${name}' imported from cli.js`), {
        code: 'ERR_MODULE_NOT_FOUND',
      });
    expect(await said((name) => Promise.reject(missing(name)))).toMatch(
      /got none that is installed beside rdml\. .*npm install @renyi\/rdml gpu\.js webgpu/,
    );
    const broken = (): Promise<never> =>
      Promise.reject(new Error("libm.so.6: version `GLIBC_2.38' not found\n(required by dawn.node)"));
    expect(await said(broken)).toMatch(
      /got one that does not load: libm\.so\.6: version `GLIBC_2\.38' not found\. Install/,
    );
    expect(await said(() => Promise.reject(missing('other')))).toMatch(
      /does not load: Cannot find package 'other'/,
    );
    expect(await said(withAdapter(null))).toMatch(
      /an adapter of WebGPU; got none.* Install the Vulkan driver/,
    );
  });
});
