import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { pageStyle } from '../html.js';
import { isInstalled } from '../peers/installed.js';

const here = fileURLToPath(new URL('./', import.meta.url));
const peers = fileURLToPath(new URL('../../peers/', import.meta.url));
/** Beside what the compiler makes, so that no repository carries it. */
const usualFolder = fileURLToPath(new URL('../../dist/page/', import.meta.url));

const tensorflow = ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm'];
const wasmFiles = [
  'tfjs-backend-wasm.wasm',
  'tfjs-backend-wasm-simd.wasm',
  'tfjs-backend-wasm-threaded-simd.wasm',
];

/**
 * The module that takes the place of tfjs.ts, with the same exports. TensorFlow.js starts its threads from the text of a function,
 * which no bundler knows of: it then waits for them for ever. With one thread it does as ours does here.
 */
const withTensorflow = `export const tfjs = async () => {
  await import('@tensorflow/tfjs');
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  setWasmPaths('./tfjs/');
  const core = await import('@tensorflow/tfjs-core');
  core.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  return core;
};`;

/**
 * Bundles the page into one static folder, which any server can serve.
 * @param script the compiled page
 * @param folder where to, with a slash at its end; what was in it goes
 * @returns the folder, and whether TensorFlow.js takes part
 */
export async function buildPage(
  script: string = `${here}page.js`,
  folder: string = usualFolder,
): Promise<{
  readonly folder: string;
  readonly hasTensorflow: boolean;
}> {
  const hasTensorflow = tensorflow.every(isInstalled);
  const entry = `${peers}tfjs-of-the-page.js`;
  const build = await rolldown({
    input: { page: script },
    platform: 'browser',
    // Of other libraries: directives that nobody needs, and the like.
    onLog: () => undefined,
    plugins: [
      {
        name: 'tensorflow',
        resolveId: (id: string) => (hasTensorflow && /^\.\/tfjs\.js$/.test(id) ? entry : null),
        load: (id: string) => (id === entry ? withTensorflow : null),
      },
    ],
  });
  await rm(folder, { recursive: true, force: true });
  await build.write({ dir: folder, format: 'esm', minify: true });
  await build.close();
  await writeFile(`${folder}index.html`, shell);
  if (hasTensorflow) {
    await mkdir(`${folder}tfjs`);
    const dist = path.join(peers, 'node_modules', '@tensorflow', 'tfjs-backend-wasm', 'dist');
    await Promise.all(wasmFiles.map((name) => copyFile(path.join(dist, name), `${folder}tfjs/${name}`)));
  }
  return { folder, hasTensorflow };
}

/** Beside what both pages share. */
const ownStyle = `#suites{display:grid;gap:.2rem;margin:1rem 0}#suites b{display:inline-block;min-width:6.5rem}
button{font:inherit;padding:.3rem 1.2rem}#state{margin:0 1rem}`;

const shell = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Benchmarks in this browser</title>
<style>${pageStyle}${ownStyle}</style>
<h1>Benchmarks in this browser</h1>
<p>The same work, with the same numbers, on this library's backends and beside others. Bars show the median time as a multiple of the
first contender's, on a logarithmic scale: shorter is faster. A sample ends when the result of its last run has been read. Errors are
against float64. Keep this tab in front, and compare within a run only.</p>
<div id="suites"></div>
<button id="run">Run</button><span id="state"></span><a id="download" download="benchmarks.json"></a>
<div id="where"></div>
<div id="results"></div>
<script type="module" src="./page.js"></script>
</html>
`;
