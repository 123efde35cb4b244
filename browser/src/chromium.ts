import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Where distributions put it; the variable CHROMIUM comes first. */
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser's program, if there is one on this machine. */
export function chromiumPath(): string | undefined {
  const { CHROMIUM } = process.env;
  return [...(CHROMIUM === undefined ? [] : [CHROMIUM]), ...places].find((path) => existsSync(path));
}

/**
 * WebGL2 and WebGPU in software (SwiftShader): for correctness, which is the same on every machine. What is left out of
 * the browser would ask the network or the disk for things that no test needs.
 */
const flags = [
  '--no-sandbox',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** How long a machine that has much else to do may take for a step, in ms. */
const patience = 110_000;

/** A page in a headless Chromium with one script loaded, and what ends both. */
export interface OpenPage {
  readonly page: Page;
  close(): Promise<void>;
}

/**
 * Bundles `entry`, a module of this folder that makes a global `api`, from the sources of all packages, and opens a page that has run it.
 * @param worker a module for workers, which the page finds at /worker.js
 */
export async function openPage(entry: string, executablePath: string, worker?: string): Promise<OpenPage> {
  const bundled = (file: string): Promise<string> => bundle(fileURLToPath(new URL(file, import.meta.url)));
  const scripts = new Map([['/page.js', await bundled(entry)]]);
  if (worker !== undefined) scripts.set('/worker.js', await bundled(worker));
  const server = createServer((request, response) => {
    // Isolated, so that a page may share memory with workers.
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    const script = scripts.get(request.url ?? '');
    response.setHeader('Content-Type', script === undefined ? 'text/html' : 'text/javascript');
    response.end(
      script ?? '<!doctype html><title>renyi</title><script type="module" src="/page.js"></script>',
    );
  });
  const port = await listen(server);
  let browser: Browser | undefined;
  const close = async (): Promise<void> => {
    await browser?.close();
    await new Promise((resolve) => server.close(resolve));
  };
  try {
    browser = await chromium.launch({ executablePath, args: flags, timeout: patience });
    const page = await browser.newPage();
    page.setDefaultTimeout(patience);
    await page.goto(`http://localhost:${port}/`, { waitUntil: 'load' });
    // A module that awaits something of its own is not done by then.
    await page.waitForFunction(() => 'api' in globalThis);
    return { page, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, 'localhost', () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function bundle(input: string): Promise<string> {
  const build = await rolldown({
    input,
    platform: 'browser',
    plugins: [
      {
        name: 'sources',
        resolveId(id: string) {
          const found = /^@renyi\/(\w+)(?:\/([\w-]+))?$/.exec(id);
          return found === null ? null : `${root}packages/${found[1]}/src/${found[2] ?? 'index'}.ts`;
        },
      },
    ],
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  });
  const { output } = await build.generate({ format: 'esm', codeSplitting: false, minify: true });
  await build.close();
  return output[0].code;
}
