import { ConfigError } from '@renyi/tensor';
import { checkSchedule, isConstant, type Position, type Range, type Schedule, valueAt } from './schedule.js';

/** Who learns from whom, and how: an edge of a directed graph. Plain data. */
export interface Link {
  /** The student that is looked at; nothing flows back to it. */
  readonly peer: number;
  /** The one that learns. */
  readonly student: number;
  /** The order of the divergence on this link; the cohort's by default. */
  readonly alpha?: Schedule;
  /** By default 1 over the number of peers of that student, so that its divergences are averaged. 0 is no link. */
  readonly weight?: Schedule;
  /** Both sides' logits are divided by it; the cohort's by default. */
  readonly temperature?: Schedule;
}

/**
 * Who learns from whom. By name, each link with the cohort's alpha and temperature:
 *
 *     mesh     everybody from everybody else, as in deep mutual learning
 *     ring     student k from k - 1, and the first from the last
 *     star     all others from student 0, and student 0 from all others
 *     teacher  all others from student 0, which learns from the labels alone
 *     none     nobody from anybody
 */
export type Topology = (typeof topologies)[number] | readonly Link[];

export const topologies = ['mesh', 'ring', 'star', 'teacher', 'none'] as const;

export const ranges: Readonly<Record<'alpha' | 'weight' | 'temperature', Range>> = {
  alpha: {
    text: 'an order from 0 to Infinity (1 is the Kullback-Leibler divergence)',
    includes: (x) => x >= 0,
  },
  weight: { text: 'a finite number of at least 0', includes: isFinitePositiveOrZero },
  temperature: {
    text: 'a finite number above 0',
    includes: (x) => x > 0 && x < Number.POSITIVE_INFINITY,
  },
};

function isFinitePositiveOrZero(x: number): boolean {
  return x >= 0 && x < Number.POSITIVE_INFINITY;
}

/** A link with nothing left to default. */
export interface CompleteLink extends Required<Link> {}

/** A link at one step. */
export interface Coupling {
  readonly peer: number;
  readonly student: number;
  readonly alpha: number;
  readonly weight: number;
  readonly temperature: number;
}

/**
 * The links of a cohort; those of weight 0 are left out before anything is counted.
 * @throws ConfigError for a student that there is not, a link to oneself, the same link twice, or an impossible setting
 */
export function completeLinks(
  operation: string,
  topology: Topology,
  size: number,
  defaults: { readonly alpha: Schedule; readonly temperature: Schedule },
): readonly CompleteLink[] {
  const links = (typeof topology === 'string' ? named(operation, topology, size) : topology).filter(
    (link) => link.weight !== 0,
  );
  const seen = new Set<string>();
  for (const link of links) {
    check(operation, link, size);
    const name = linkName(link);
    if (seen.has(name))
      throw new ConfigError(operation, { expected: 'each link once', got: `${name} twice` });
    seen.add(name);
  }
  return links.map((link) => ({
    ...defaults,
    weight: 1 / links.filter(({ student }) => student === link.student).length,
    ...link,
  }));
}

/** `0 -> 2`: student 2 learns from student 0. */
export function linkName({ peer, student }: Pick<Link, 'peer' | 'student'>): string {
  return `${peer} -> ${student}`;
}

/** What the links are at one step. */
export function couplingsAt(links: readonly CompleteLink[], position: Position): readonly Coupling[] {
  return links.map(({ peer, student, alpha, weight, temperature }) => ({
    peer,
    student,
    alpha: valueAt(alpha, position),
    weight: valueAt(weight, position),
    temperature: valueAt(temperature, position),
  }));
}

/** Whether the links are the same at every step. */
export function areConstant(links: readonly CompleteLink[]): boolean {
  return links.every(({ alpha, weight, temperature }) => [alpha, weight, temperature].every(isConstant));
}

function named(operation: string, topology: string, size: number): readonly Link[] {
  const all = Array.from({ length: size }, (_, k) => k);
  const others = all.slice(1);
  switch (topology) {
    case 'mesh':
      return all.flatMap((student) =>
        all.filter((peer) => peer !== student).map((peer) => ({ peer, student })),
      );
    case 'ring':
      return size === 1 ? [] : all.map((student) => ({ peer: (student + size - 1) % size, student }));
    case 'star':
      return others.flatMap((k) => [
        { peer: 0, student: k },
        { peer: k, student: 0 },
      ]);
    case 'teacher':
      return others.map((student) => ({ peer: 0, student }));
    case 'none':
      return [];
    default:
      throw new ConfigError(operation, {
        expected: `links to be one of ${topologies.join(', ')}, or a list of { peer, student }`,
        got: String(topology),
      });
  }
}

const keys = new Set(['peer', 'student', 'alpha', 'weight', 'temperature']);

function check(operation: string, link: Link, size: number): void {
  const unknown = Object.keys(link).find((key) => !keys.has(key));
  if (unknown !== undefined) {
    throw new ConfigError(operation, { expected: `a link with ${[...keys].join(', ')}`, got: unknown });
  }
  for (const end of ['peer', 'student'] as const) {
    const k = link[end];
    if (Number.isInteger(k) && k >= 0 && k < size) continue;
    throw new ConfigError(operation, {
      expected: `a link's ${end} to be a student from 0 to ${size - 1}`,
      got: String(k),
    });
  }
  if (link.peer === link.student) {
    throw new ConfigError(operation, {
      expected: 'links between two students',
      got: linkName(link),
      remedy: 'What a student learns from the labels is not a link',
    });
  }
  for (const key of ['alpha', 'weight', 'temperature'] as const) {
    const value = link[key];
    if (value !== undefined) checkSchedule(operation, `${key} of link ${linkName(link)}`, value, ranges[key]);
  }
}
