import { describe, expect, it } from 'vitest';
import { stackHere, userFrames } from './call-site.js';

function stackOf(...frames: string[]): Error {
  const error = new Error('x');
  error.stack = ['Error: x', ...frames.map((frame) => `    ${frame}`)].join('\n');
  return error;
}

describe('userFrames', () => {
  it('leaves out frames of the library, installed, linked or in its repository, and of the engine', () => {
    const user = 'at loss (file:///home/me/app.js:10:5)';
    const stack = stackOf(
      'at bind (file:///home/me/node_modules/@renyi/tensor/dist/bind.js:1:1)',
      'at Linear.forward (/repository/packages/nn/src/linear.ts:3:4)',
      'at log (C:\\me\\node_modules\\@renyi\\autodiff\\dist\\grad.js:1:1)',
      user,
      'at Array.map (<anonymous>)',
      'at async run (node:internal/modules/esm/module_job:1:1)',
    );
    expect(userFrames(stack)).toEqual([user]);
  });

  it('keeps a program of the user that lies in folders of like names', () => {
    const frames = ['at f (/home/me/packages/app/src/f.ts:1:1)', 'at g (/work/tensor/src/g.js:1:1)'];
    expect(userFrames(stackOf(...frames))).toEqual(frames);
  });

  it('reads the stacks of other engines', () => {
    expect(
      userFrames(
        stackOf(
          'bind@http://x.org/node_modules/@renyi/tensor/dist/bind.js:1:1',
          'loss@http://x.org/app.js:10:5',
        ),
      ),
    ).toEqual(['loss@http://x.org/app.js:10:5']);
  });

  it('keeps everything where nothing can be told apart', () => {
    const frames = ['at bind (https://x.org/node_modules/@renyi/tensor/dist/bind.js:1:1)'];
    expect(userFrames(stackOf(...frames))).toEqual(frames);
    expect(userFrames(Object.assign(new Error('x'), { stack: undefined }))).toEqual([]);
  });
});

it('a stack is taken as deep as the library calls, and the limit is put back', () => {
  const limit = Error.stackTraceLimit;
  const deep = (n: number): Error => (n === 0 ? stackHere() : deep(n - 1));
  expect(deep(50).stack?.match(/at deep/g)).toHaveLength(51);
  expect(Error.stackTraceLimit).toBe(limit);
});
