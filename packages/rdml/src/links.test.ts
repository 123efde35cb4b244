import { ConfigError } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { completeLinks, type Link, linkName, type Topology } from './links.js';

const defaults = { alpha: 1.5, temperature: 1 };

function names(topology: Topology, size: number): string[] {
  return completeLinks('f', topology, size, defaults).map(linkName).sort();
}

describe('the shapes by name', () => {
  it.each<[Topology, number, readonly string[]]>([
    ['mesh', 3, ['0 -> 1', '0 -> 2', '1 -> 0', '1 -> 2', '2 -> 0', '2 -> 1']],
    ['ring', 3, ['0 -> 1', '1 -> 2', '2 -> 0']],
    ['star', 3, ['0 -> 1', '0 -> 2', '1 -> 0', '2 -> 0']],
    ['teacher', 3, ['0 -> 1', '0 -> 2']],
    ['none', 3, []],
  ])('%s of %i', (topology, size, expected) => {
    expect(names(topology, size)).toEqual(expected);
  });

  it('are the same for two students, but for the teacher', () => {
    for (const shape of ['mesh', 'ring', 'star'] as const)
      expect(names(shape, 2)).toEqual(['0 -> 1', '1 -> 0']);
  });

  it('have no links for one student', () => {
    for (const shape of ['mesh', 'ring', 'star', 'teacher'] as const) expect(names(shape, 1)).toEqual([]);
  });

  it('average over the peers of each student', () => {
    const weights = completeLinks('f', 'star', 4, defaults).map(({ student, weight }) => [student, weight]);
    expect(new Map(weights as [number, number][])).toEqual(
      new Map([
        [0, 1 / 3],
        [1, 1],
        [2, 1],
        [3, 1],
      ]),
    );
  });
});

describe('links one by one', () => {
  it('take what they do not say from the cohort, and weight 0 is no link', () => {
    const links: Link[] = [
      { peer: 0, student: 2, alpha: 2 },
      { peer: 1, student: 2, weight: 0 },
    ];
    expect(completeLinks('f', links, 3, defaults)).toEqual([
      { peer: 0, student: 2, alpha: 2, weight: 1, temperature: 1 },
    ]);
  });

  it.each<[readonly unknown[], RegExp]>([
    [[{ peer: 0, student: 3 }], /a link's student to be a student from 0 to 2; got 3/],
    [[{ peer: -1, student: 1 }], /a link's peer to be a student from 0 to 2; got -1/],
    [[{ peer: 1, student: 1 }], /links between two students; got 1 -> 1/],
    [
      [
        { peer: 0, student: 1 },
        { peer: 0, student: 1, alpha: 2 },
      ],
      /each link once; got 0 -> 1 twice/,
    ],
    [[{ peer: 0, student: 1, beta: 2 }], /a link with peer, student, alpha, weight, temperature; got beta/],
    [
      [{ peer: 0, student: 1, weight: -1 }],
      /weight of link 0 -> 1 to be a finite number of at least 0; got -1/,
    ],
    [[{ peer: 0, student: 1, alpha: Number.NaN }], /alpha of link 0 -> 1 to be an order/],
    [[{ peer: 0, student: 1, temperature: 0 }], /temperature of link 0 -> 1 to be .* above 0; got 0/],
  ])('%j are refused', (links, message) => {
    const complete = (): unknown => completeLinks('f', links as Link[], 3, defaults);
    expect(complete).toThrow(ConfigError);
    expect(complete).toThrow(message);
  });
});
