import type { Score } from '@renyi/nn';
import type { Evaluation, TrainingConfig, TrainingResult } from '../index.js';

/** What `--json` prints and result.json holds. */
export interface RunReport extends CohortReport {
  readonly config: TrainingConfig;
  /** The same students trained without each other. */
  readonly independent: CohortReport;
  /** Rows in each part of the data. */
  readonly sizes: TrainingResult['sizes'];
  readonly run: { readonly folder: string; readonly seconds: number; readonly version: string };
}

interface CohortReport {
  readonly students: readonly TestScore[];
  readonly ensemble: TestScore;
  readonly divergence: number;
}

interface TestScore {
  readonly testAccuracy: number;
  readonly testNll: number;
}

export function runReport(result: TrainingResult, run: RunReport['run']): RunReport {
  const { config, sizes, test, independent } = result;
  return { config, ...cohortReport(test), independent: cohortReport(independent), sizes, run };
}

function cohortReport({ students, ensemble, divergence }: Evaluation): CohortReport {
  return { students: students.map(testScore), ensemble: testScore(ensemble), divergence };
}

function testScore({ accuracy, nll }: Score): TestScore {
  return { testAccuracy: accuracy, testNll: nll };
}
