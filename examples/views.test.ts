import { describe, expect, it } from 'vitest';
import { programs, see } from './views.js';

describe('see', () => {
  it('lists what there is', () => {
    expect(see([]).code).toBe(0);
    for (const name of Object.keys(programs)) expect(see(['--help']).text).toContain(`    ${name} `);
  });

  it('shows the steps of a backward pass', () => {
    expect(see(['cube'])).toEqual({
      code: 0,
      text: [
        'forward',
        '  %0: float32 [] = input x    2',
        '  %1: float32 [] = mul %0 %0  4',
        '  %2: float32 [] = mul %1 %0  8',
        'backward',
        '  %2 has cotangent 1',
        '    %1 += 2',
        '    %0 += 4',
        '  %1 has cotangent 2',
        '    %0 += 4, which makes 8',
        '    %0 += 4, which makes 12',
        'gradients',
        '  %0: 12',
      ].join('\n'),
    });
  });

  it.each(Object.keys(programs))('%s has all views, and the data of the steps is JSON', (name) => {
    expect(see([name, 'graph']).text).toMatch(/^graph \(\{ \w+: %0/);
    expect(see([name, 'gradient', 'mermaid']).text).toMatch(/^flowchart TD\n/);
    expect(see([name, 'gradient', 'dot']).text).toMatch(/^digraph \{\n/);
    expect(JSON.parse(see([name, 'json']).text)).toHaveProperty('steps');
  });

  it.each([
    [['cone'], 'see: there is no program cone; there are neuron, cube, norm, classifier'],
    [['cube', 'film'], 'see: there is no view film; there are steps, graph, gradient, json'],
    [['cube', 'graph', 'png'], 'see: there is no format png; there are text, mermaid, dot'],
  ])('refuses %j', (words, text) => {
    expect(see(words)).toEqual({ text, code: 2 });
  });
});
