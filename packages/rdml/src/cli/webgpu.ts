import { BackendError } from '@renyi/tensor';

/** As much of an adapter of WebGPU as is needed. */
interface Adapter {
  readonly info?: Readonly<Record<'vendor' | 'architecture' | 'device' | 'description', string | undefined>>;
}

/** WebGPU, as `navigator.gpu` has it. */
export interface WebGpu {
  requestAdapter(): Promise<Adapter | null>;
}

/** As much of the package `webgpu` as is needed. */
interface WebGpuPackage {
  create(options: readonly string[]): WebGpu;
  readonly globals: object;
}

/** Imports a package by its name: in a variable, so that it is neither bundled nor looked for when this is compiled. */
const load = (name: string): Promise<unknown> => import(name);

/**
 * WebGPU of this engine, or of the package `webgpu`, which Node lacks without it, with an adapter that it has found.
 * @param from imports the package
 * @throws BackendError that says which of that is missing, why, and what to do about it
 */
export async function findWebGpu(
  from: (name: string) => Promise<unknown> = load,
): Promise<{ readonly gpu: WebGpu; readonly globals: object; readonly adapter: string }> {
  const { navigator } = globalThis as { navigator?: { gpu?: WebGpu } };
  if (navigator?.gpu !== undefined) {
    return { gpu: navigator.gpu, globals: {}, adapter: await adapterOf(navigator.gpu) };
  }
  const webgpu = await importPackage(from);
  const gpu = webgpu.create([]);
  return { gpu, globals: webgpu.globals, adapter: await adapterOf(gpu) };
}

async function importPackage(from: (name: string) => Promise<unknown>): Promise<WebGpuPackage> {
  try {
    return (await from('webgpu')) as WebGpuPackage;
  } catch (cause) {
    const message = (cause instanceof Error ? cause.message : String(cause)).split('\n', 1)[0] as string;
    const isMissing =
      (cause as { code?: unknown }).code === 'ERR_MODULE_NOT_FOUND' && /'webgpu'/.test(message);
    throw new BackendError(
      'rdml',
      isMissing
        ? {
            expected: 'the package webgpu, which brings WebGPU to Node',
            got: 'none that is installed beside rdml',
            remedy: 'Install both together, with gpu.js: npm install @renyi/rdml gpu.js webgpu',
          }
        : {
            expected: 'the package webgpu, which brings WebGPU to Node',
            got: `one that does not load: ${message}`,
            remedy: 'Install it anew for this system and this Node, or use another backend',
          },
      { cause },
    );
  }
}

/** What the adapter calls itself. */
async function adapterOf(gpu: WebGpu): Promise<string> {
  const adapter = await gpu.requestAdapter();
  if (adapter === null) {
    throw new BackendError('rdml', {
      expected: 'an adapter of WebGPU',
      got: 'none: the package webgpu is there, and finds neither a GPU nor a driver in software',
      remedy:
        'Install the Vulkan driver of the GPU and its loader (on Debian mesa-vulkan-drivers and libvulkan1), or use another backend',
    });
  }
  const { vendor, architecture, device, description } = adapter.info ?? {};
  const parts = [vendor, architecture, device, description].filter(
    (part) => part !== undefined && part !== '',
  );
  return parts.length === 0 ? 'one without a name' : parts.join(' ');
}
