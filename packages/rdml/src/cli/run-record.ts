import type { StateDict } from '@renyi/nn';
import type { EpochReport, Training } from '../index.js';
import { MetricsLog, RunFolder, toJson, writeCheckpoint } from '../node.js';
import type { DataSource } from './data/load.js';
import type { LoadedData } from './data/loaded-data.js';
import { digestOf } from './digest.js';
import { describeEnvironment, schema } from './environment.js';
import { metricsCsv } from './metrics-csv.js';

export interface RunSource {
  readonly version: string;
  /** The words after `rdml` with which it is started. */
  readonly words: readonly string[];
  readonly loaded: LoadedData;
  /** Where the data came from. */
  readonly data: DataSource;
}

/** Keeps the record of one run in its folder. Each epoch is saved before the next one begins: a process that is killed loses one at most. */
export class RunRecord {
  readonly folder: string;
  readonly #folder: RunFolder;
  readonly #metrics: MetricsLog;
  readonly #training: Training;
  readonly #data: string;
  readonly #start = performance.now();
  /** For how long it had run before it was resumed, in seconds. */
  readonly #before: number;
  #epochStart = performance.now();
  #savedBest: readonly StateDict[] | undefined;

  private constructor(folder: RunFolder, metrics: MetricsLog, training: Training, data: string) {
    this.folder = folder.path;
    this.#folder = folder;
    this.#metrics = metrics;
    this.#training = training;
    this.#data = data;
    this.#before = (metrics.last as { seconds: number } | undefined)?.seconds ?? 0;
  }

  /** @throws FileSystemError */
  static async start(training: Training, folder: RunFolder, source: RunSource): Promise<RunRecord> {
    const { config } = training;
    const { loaded, version, words } = source;
    const time = new Date();
    const data = digestOf(loaded.dataset, loaded.test);
    await folder.writeJson('config.json', config);
    await folder.writeJson(
      'env.json',
      describeEnvironment({ version, started: time, words }, loaded, source.data, data),
    );
    const metrics = await MetricsLog.create(folder.file('metrics.jsonl'));
    const record = new RunRecord(folder, metrics, training, data);
    await record.save();
    return record;
  }

  /**
   * Goes on with the record of a run that was read back.
   * @param data the digest of its rows
   * @throws FileSystemError, FormatError
   */
  static async resume(training: Training, path: string, data: string): Promise<RunRecord> {
    const folder = await RunFolder.open(path);
    const metrics = await MetricsLog.resume(folder.file('metrics.jsonl'), training.epoch);
    return new RunRecord(folder, metrics, training, data);
  }

  /** How long it has run, in all goes together up to the last epoch of each. */
  get seconds(): number {
    return this.#before + (performance.now() - this.#start) / 1000;
  }

  /** @throws FileSystemError */
  async epoch(report: EpochReport, step: number): Promise<void> {
    const { train } = this.#training.sizes;
    const samplesPerSecond = (1000 * train) / (performance.now() - this.#epochStart);
    const memory = process.memoryUsage().rss;
    const { seconds } = this;
    await this.#metrics.append({ schema, ...report, step, seconds, samplesPerSecond, memory });
    await this.save();
    this.#epochStart = performance.now();
  }

  /**
   * The checkpoint from which the run can be resumed, and the weights of its best epoch so far.
   * @throws FileSystemError
   */
  async save(): Promise<void> {
    const training = this.#training;
    const { config } = training;
    await writeCheckpoint(this.#folder.file('last.safetensors'), {
      config,
      state: training.state(),
      data: this.#data,
    });
    const best = training.bestWeights();
    if (best !== this.#savedBest) {
      const named = best.flatMap((weights, k) =>
        Object.entries(weights).map(([name, value]) => [`${k}.${name}`, value] as const),
      );
      await this.#folder.writeWeights('best.safetensors', Object.fromEntries(named), {
        ...this.#common(training.epoch, training.step),
        epoch: String(training.state().progress.cohort.bestEpoch),
        role: 'cohort',
      });
      this.#savedBest = best;
    }
  }

  /** What files of weights say about themselves. The same run gives the same bytes: no time, no path. */
  #common(epoch: number, step: number): Record<string, string> {
    const { config, scaling } = this.#training;
    return {
      schema: String(schema),
      epoch: String(epoch),
      step: String(step),
      config: toJson(config),
      scaling: toJson(scaling ?? null),
    };
  }

  /**
   * The weights of all students as they are now, a file for each.
   * @param epoch how many are finished
   * @throws FileSystemError
   */
  async saveWeights(epoch: number, step: number): Promise<void> {
    const training = this.#training;
    const common = this.#common(epoch, step);
    const save = (role: string, states: readonly StateDict[]): Promise<void>[] =>
      states.map((weights, k) => {
        const metadata = { ...common, role, student: String(k) };
        return this.#folder.writeWeights(`${role}-${k}.safetensors`, weights, metadata);
      });
    await Promise.all([
      ...save('student', training.weights()),
      ...save('independent', training.independentWeights()),
    ]);
  }

  /** @throws FileSystemError */
  async result(report: object): Promise<void> {
    await this.#folder.writeText('metrics.csv', metricsCsv(this.#training.history));
    await this.#folder.writeJson('result.json', { schema, ...report });
  }

  close(): Promise<void> {
    return this.#metrics.close();
  }
}
