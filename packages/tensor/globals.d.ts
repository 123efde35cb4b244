/**
 * The few globals of the web platform that reading and writing files and the gpu backend take, as far as they take them. Every runtime this package
 * targets has them (Node >= 20.12, browsers, Deno, Bun, workers); declaring them here keeps all other DOM and Node names out of reach.
 */

declare class Blob {
  constructor(parts: readonly Uint8Array<ArrayBuffer>[]);
  stream(): ByteStream;
}

interface ByteStream {
  pipeThrough(transform: CompressionStream | DecompressionStream): ByteStream;
  getReader(): ByteReader;
}

interface ByteReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array }>;
  cancel(): Promise<void>;
}

declare class CompressionStream {
  constructor(format: 'gzip' | 'deflate' | 'deflate-raw');
  readonly readable: ByteStream;
}

declare class DecompressionStream {
  constructor(format: 'gzip' | 'deflate' | 'deflate-raw');
  readonly readable: ByteStream;
}

declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}

declare class TextDecoder {
  constructor(label: 'utf-8', options: { fatal: boolean; ignoreBOM?: boolean });
  decode(bytes: Uint8Array): string;
}

/** For the gpu backend: how long what took, and a limit to how long a lost device is waited for. */
declare const performance: { now(): number };
declare function setTimeout(callback: () => void, ms: number): unknown;
declare function clearTimeout(timer: unknown): void;
