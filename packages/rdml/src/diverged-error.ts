import { type Tensor, TensorError } from '@renyi/tensor';
import { type Link, linkName } from './links.js';
import { elementsOf, type Reading } from './reading.js';
import type { StudentStep } from './student-step.js';

/** Where a step went wrong, as far as it is known. */
export interface DivergedDetails {
  /** The link whose divergence is not finite. */
  readonly link?: Pick<Link, 'peer' | 'student'> | undefined;
  /** The rows of the batch whose loss or divergence is not finite; none where only the whole is not. */
  readonly rows?: readonly number[];
  /** Which step of the run, from 1. */
  readonly step?: number;
  /** Whether the student is one that trains independently, for comparison. */
  readonly isIndependent?: boolean;
}

/** A student's loss, gradient or new weights are not finite: its weights, and everybody's, are as they were before the step. */
export class DivergedError extends TensorError {
  override readonly name = 'DivergedError';

  constructor(
    /** Which student, from 0. */
    readonly student: number,
    /** What its step was. */
    readonly report: StudentStep,
    readonly details: DivergedDetails = {},
  ) {
    super('training', {
      expected: 'a finite loss and gradient, and finite weights after the step',
      got: `${whatIsNot(report)} of ${details.isIndependent === true ? 'independent ' : ''}student ${student}${place(details)}`,
      remedy: 'Lower the learning rate, lambda or alpha, or limit the gradient norm',
    });
  }
}

function whatIsNot({ loss, gradientNorm }: StudentStep): string {
  const measured = `loss ${loss} and gradient norm ${gradientNorm}`;
  const isMeasured = Number.isFinite(loss) && Number.isFinite(gradientNorm);
  return isMeasured ? `weights beyond the range of their dtype after ${measured}` : measured;
}

/** More rows than this are counted, not listed. */
const mostRows = 8;

function place({ link, rows = [], step }: DivergedDetails): string {
  const listed = rows.slice(0, mostRows).join(', ');
  const more = rows.length > mostRows ? ` and ${rows.length - mostRows} more` : '';
  return [
    ...(step === undefined ? [] : [` at step ${step}`]),
    ...(link === undefined ? [] : [`, from link ${linkName(link)}`]),
    ...(rows.length === 0 ? [] : [`, batch ${rows.length === 1 ? 'row' : 'rows'} ${listed}${more}`]),
  ].join('');
}

/** The places at which a tensor of row losses is not finite. */
export function* nonFiniteRows(losses: Tensor): Reading<number[]> {
  const [elements = []] = yield* elementsOf([losses]);
  return Array.from(elements).flatMap((loss, row) => (Number.isFinite(loss) ? [] : [row]));
}
