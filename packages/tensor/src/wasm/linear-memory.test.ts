import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BackendError } from '../errors.js';
import { LinearMemory, type Resident } from './linear-memory.js';

interface Block {
  readonly address: number;
  readonly bytes: number;
}

/** Sizes from nothing to some hundred kilobytes, all orders of magnitude alike. */
const sizes = fc
  .tuple(fc.nat(18), fc.nat(1000))
  .map(([log, permille]) => Math.floor((2 ** log * permille) / 1000));
const steps = fc.array(
  fc.oneof(
    sizes.map((allocate) => ({ allocate })),
    fc.nat().map((free) => ({ free })),
  ),
  {
    minLength: 100,
    maxLength: 200,
  },
);

describe('the allocator of linear memory, beside a list of what is in use,', () => {
  // The smaller one is often full, and cuts blocks.
  it.each([2 ** 32, 2 ** 17])(
    'hands out blocks that are aligned, within the memory of %i bytes at most, and apart from each other',
    (maximumBytes) => {
      fc.assert(
        fc.property(steps, (program) => {
          const memory = new LinearMemory({ maximumBytes });
          const blocks: Block[] = [];
          for (const step of program) {
            if ('allocate' in step) {
              const { usedBytes } = memory;
              let address: number;
              try {
                address = memory.allocate('test', step.allocate);
              } catch (error) {
                expect(error).toBeInstanceOf(BackendError);
                expect(memory.usedBytes).toBe(usedBytes);
                continue;
              }
              const block = { address, bytes: step.allocate };
              expect(block.address % 64).toBe(0);
              expect(block.address).toBeGreaterThan(0);
              // A vector may be read beyond the end.
              expect(block.address + block.bytes + 16).toBeLessThanOrEqual(memory.memory.buffer.byteLength);
              for (const { address, bytes } of blocks) {
                expect(block.address + block.bytes <= address || address + bytes <= block.address).toBe(true);
              }
              blocks.push(block);
            } else if (blocks.length > 0) {
              const [{ address, bytes }] = blocks.splice(step.free % blocks.length, 1) as [Block];
              memory.free(address, bytes);
            }
            expect(memory.usedBlocks).toBe(blocks.length);
            expect(memory.usedBytes).toBeGreaterThanOrEqual(
              blocks.reduce((sum, { bytes }) => sum + bytes, 0),
            );
            expect(memory.bytes.byteLength).toBe(memory.capacityBytes);
          }
          for (const { address, bytes } of blocks) memory.free(address, bytes);
          expect(memory.usedBytes).toBe(0);
        }),
        { numRuns: 60, seed: 1 },
      );
    },
  );

  it('pads a block of more than 4 cache lines by less than a quarter', () => {
    for (let bytes = 257; bytes < 2 ** 20; bytes = Math.ceil(bytes * 1.07)) {
      const memory = new LinearMemory();
      memory.allocate('test', bytes);
      expect(memory.usedBytes).toBeLessThan(1.25 * bytes + 64);
    }
  });

  it('pads a block of 2^n elements and what vectors run over by less than a cache line', () => {
    for (let n = 6; n < 24; n++) {
      const memory = new LinearMemory();
      const bytes = 4 * 2 ** n + 32;
      memory.allocate('test', bytes);
      expect(memory.usedBytes - bytes).toBeLessThan(64);
    }
  });

  it('stays as large as it was when the same steps come again', () => {
    const memory = new LinearMemory();
    const step = (): void => {
      const blocks = [100, 1e5, 3, 1e6, 1e5].map((bytes) => ({
        bytes,
        address: memory.allocate('test', bytes),
      }));
      for (const { bytes, address } of blocks) memory.free(address, bytes);
    };
    step();
    const { capacityBytes } = memory;
    for (let i = 0; i < 10_000; i++) step();
    expect(memory.capacityBytes).toBe(capacityBytes);
    expect(memory.usedBytes).toBe(0);
  });

  it('has room for residents up to 256 MiB', () => {
    const memory = new LinearMemory();
    const [first, second] = [{}, {}];
    const [large, small] = [2 ** 28 - 64, 65].map((bytes) => ({ address: 64, bytes, tensors: 1 })) as [
      Resident,
      Resident,
    ];
    expect(memory.reside(first, large)).toBe(true);
    expect(memory.reside(second, small)).toBe(false);
    memory.leave(first, large);
    expect(memory.reside(second, small)).toBe(true);
  });

  it('says how much is in use when it is full, and goes on once something is freed', () => {
    const memory = new LinearMemory({ maximumBytes: 2 ** 20 });
    const address = memory.allocate('first', 700_000);
    let error: unknown;
    try {
      memory.allocate('second', 400_000);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(BackendError);
    expect((error as BackendError).operation).toBe('second');
    expect((error as BackendError).expected).toBe('400000 bytes of linear memory');
    expect((error as BackendError).got).toBe('786496 of at most 1048576 bytes in use');
    expect((error as BackendError).difference).toBe('it is full');
    memory.free(address, 700_000);
    expect(memory.allocate('third', 400_000)).toBeGreaterThan(0);
  });
});

/** What the engine has for WebAssembly, with another memory. */
function stubMemory(change: (memory: typeof Memory) => typeof Memory): void {
  vi.stubGlobal('WebAssembly', { ...engine, Memory: change(Memory) });
}

interface EngineMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
interface MemoryLimits {
  readonly initial: number;
  readonly maximum: number;
}
const engine = (
  globalThis as unknown as {
    readonly WebAssembly: { readonly Memory: new (limits: MemoryLimits) => EngineMemory };
  }
).WebAssembly;
const { Memory } = engine;

/** The difference that a refused allocation tells. */
function refusal(allocate: () => void): string | undefined {
  try {
    allocate();
  } catch (error) {
    if (error instanceof BackendError) return error.difference;
    throw error;
  }
  return 'none';
}

describe('linear memory as large as its addresses', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it.each([false, true])('is written and read up to 4 GiB less a page, shared: %s', (shared) => {
    const memory = new LinearMemory({ shared });
    const sizes = [2 ** 30, 2 ** 30, 2 ** 30, 2 ** 29, 2 ** 28, 2 ** 27, 2 ** 26, 2 ** 25, 2 ** 24, 2 ** 23];
    const addresses = sizes.map((bytes) => memory.allocate('test', bytes));
    expect(addresses.at(-1)).toBeGreaterThan(2 ** 32 - 2 ** 24);
    addresses.forEach((address, i) => {
      memory.view('float32')[(address + (sizes[i] as number)) / 4 - 1] = i;
      memory.view('float64')[address / 8] = -i;
    });
    const ends = addresses.map(
      (address, i) => memory.view('float32')[(address + (sizes[i] as number)) / 4 - 1],
    );
    expect(ends).toEqual(sizes.map((_, i) => i));
    expect(addresses.map((address) => memory.view('float64')[address / 8])).toEqual(sizes.map((_, i) => -i));
    expect(refusal(() => memory.allocate('test', 2 ** 23))).toBe('it is full');
    expect(memory.maximumBytes).toBe(2 ** 32 - 2 ** 16);
  });

  it('cuts larger blocks that are free when it is full, and the rest of them is free', () => {
    const memory = new LinearMemory({ maximumBytes: 2 ** 20 });
    const bytes = [100, 700_000, 200_000];
    const addresses = bytes.map((size) => memory.allocate('test', size));
    memory.free(addresses[1] as number, bytes[1] as number);
    const parts = [200_000, 200_000, 200_000, 20_000, 20_000, 20_000, 20_000].map((size) =>
      memory.allocate('test', size),
    );
    expect(new Set(parts).size).toBe(7);
    expect(refusal(() => memory.allocate('test', 60_000))).toBe('it is full');
  });

  it('has no block whose bytes are more than a positive int32', () => {
    const memory = new LinearMemory();
    expect(refusal(() => memory.allocate('test', 2 ** 31))).toBe('a block is less than 2 GiB');
    expect(memory.usedBytes).toBe(0);
    expect(memory.allocate('test', 2 ** 31 - 64)).toBe(64);
  });

  it('is as large as the engine reserves, and says so when it is full', () => {
    stubMemory(
      (Base) =>
        class extends Base {
          constructor(limits: MemoryLimits) {
            if (limits.maximum > 2 ** 14) throw new RangeError('could not allocate memory');
            super(limits);
          }
        },
    );
    const memory = new LinearMemory();
    expect(memory.maximumPages).toBe(2 ** 14);
    memory.allocate('test', 2 ** 29);
    expect(refusal(() => memory.allocate('test', 2 ** 29))).toBe(
      'it is full, and the engine reserves no more',
    );
    stubMemory(
      () =>
        class {
          constructor() {
            throw new RangeError('could not allocate memory');
          }
        } as unknown as typeof Memory,
    );
    expect(() => new LinearMemory().allocate('test', 1)).toThrow('could not allocate memory');
  });

  it('grows as far as needed where the system does not grant half as much again', () => {
    stubMemory(
      (Base) =>
        class extends Base {
          override grow(pages: number): number {
            if (this.buffer.byteLength / 2 ** 16 + pages > 33) throw new RangeError('failed to grow memory');
            return super.grow(pages);
          }
        },
    );
    const memory = new LinearMemory();
    memory.allocate('test', 28 * 2 ** 16);
    const { capacityBytes } = memory;
    memory.allocate('test', 4 * 2 ** 16);
    expect([capacityBytes, memory.capacityBytes]).toEqual([29 * 2 ** 16, 33 * 2 ** 16]);
    expect(refusal(() => memory.allocate('test', 2 ** 16))).toBe('the system grants no more');
  });
});
