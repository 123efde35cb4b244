/** Engines that know `captureStackTrace` (V8, and by now others) stop at so many frames, which the library alone can fill. */
const frames = 100;

/** Files of this library: `.../@renyi/tensor/dist/bind.js`, `.../packages/nn/src/linear.ts`. Tests are their users. */
const libraryFile =
  /[/\\](?:@renyi|packages)[/\\](?:tensor|autodiff|nn|rdml)[/\\](?:dist|src)[/\\](?!.*\.test\.)/;
const engineFile = /\(?node:|\(<anonymous>\)|^native$/;

/** The stack here, in the form that is cheap to take: its text is made when it is asked for. */
export function stackHere(): Error {
  const limited = Error as unknown as { stackTraceLimit?: number };
  const limit = limited.stackTraceLimit;
  limited.stackTraceLimit = frames;
  try {
    return new Error('call site');
  } finally {
    if (limit === undefined) delete limited.stackTraceLimit;
    else limited.stackTraceLimit = limit;
  }
}

/**
 * The calls of a stack without those of this library and of the engine, innermost first: `at loss (file:///app.js:10:5)`.
 * Where they can't be told apart, since everything was bundled into one file, all of them.
 */
export function userFrames(stack: Error): string[] {
  const lines = (stack.stack ?? '').split('\n').map((line) => line.trim());
  const all = lines.filter((line) => /^at |@/.test(line));
  const own = all.filter((line) => !libraryFile.test(line) && !engineFile.test(line));
  return own.length > 0 ? own : all;
}
