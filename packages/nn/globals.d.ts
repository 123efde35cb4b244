/**
 * The few globals of the web platform that this package uses, as far as it uses them. Every runtime it targets
 * has them (Node >= 20, browsers, Deno, Bun, workers); declaring them here keeps all other DOM and Node names out of reach.
 */

declare function atob(base64: string): string;

declare class Blob {
  constructor(parts: readonly Uint8Array<ArrayBuffer>[]);
  stream(): ByteStream;
}

interface ByteStream {
  pipeThrough(transform: DecompressionStream): ByteStream;
  getReader(): ByteReader;
}

interface ByteReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array }>;
  cancel(): Promise<void>;
}

declare class DecompressionStream {
  constructor(format: 'gzip' | 'deflate' | 'deflate-raw');
  readonly readable: ByteStream;
}

declare class Response {
  constructor(body: ByteStream);
  arrayBuffer(): Promise<ArrayBuffer>;
  text(): Promise<string>;
}

declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}

declare class TextDecoder {
  constructor(label: 'utf-8', options: { fatal: boolean });
  decode(bytes: Uint8Array): string;
}

declare function setTimeout(callback: () => void, milliseconds: number): unknown;
