import { arch, cpus, platform, release } from 'node:os';
import type { Dataset } from '@renyi/nn';
import type { EpochReport, Training } from '../index.js';
import { MetricsLog, RunFolder, toJson } from '../node.js';
import { alphaText } from './summary.js';

/** Version of the shape of every JSON file in a run folder. */
const schema = 1;

/** Weights are saved after an epoch when the last time is this long ago: a crash costs seconds, and so does saving. */
const checkpointMs = 2000;

export interface RunSource {
  /** The folder of all runs. */
  readonly parent: string;
  /** What to call the run instead of by its data and settings. */
  readonly name: string | undefined;
  readonly version: string;
  readonly dataset: Dataset;
  /** The file that the data came from. */
  readonly dataFile: string | undefined;
}

/** Keeps the record of one run in its folder, up to date after each epoch. */
export class RunRecord {
  readonly folder: string;
  readonly #folder: RunFolder;
  readonly #metrics: MetricsLog;
  readonly #training: Training;
  readonly #start = performance.now();
  #savedAt = performance.now();

  private constructor(folder: RunFolder, metrics: MetricsLog, training: Training) {
    this.folder = folder.path;
    this.#folder = folder;
    this.#metrics = metrics;
    this.#training = training;
  }

  /** @throws FileSystemError */
  static async start(training: Training, source: RunSource): Promise<RunRecord> {
    const { config } = training;
    const { dataset, dataFile, version } = source;
    const name = source.name ?? `${dataset.name}-alpha${alphaText(config.alpha)}-seed${config.seed}`;
    const time = new Date();
    const folder = await RunFolder.create({ parent: source.parent, name, time });
    await folder.writeJson('config.json', config);
    await folder.writeJson('env.json', {
      schema,
      version,
      started: time.toISOString(),
      node: process.version,
      platform: `${platform()} ${release()}`,
      arch: arch(),
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      data: {
        name: dataset.name,
        file: dataFile ?? null,
        rows: dataset.size,
        features: dataset.features,
        classes: dataset.classes,
      },
    });
    return new RunRecord(folder, await MetricsLog.create(folder.file('metrics.jsonl')), training);
  }

  get seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }

  /** @throws FileSystemError */
  async epoch(report: EpochReport, step: number): Promise<void> {
    await this.#metrics.append({ schema, ...report, step, seconds: this.seconds });
    if (performance.now() - this.#savedAt >= checkpointMs) await this.saveWeights(report.epoch, step);
  }

  /**
   * The weights of all students as they are now.
   * @param epoch how many are finished
   * @throws FileSystemError
   */
  async saveWeights(epoch: number, step: number): Promise<void> {
    const training = this.#training;
    // The same run gives the same bytes: no time, no path.
    const common = {
      schema: String(schema),
      epoch: String(epoch),
      step: String(step),
      config: toJson(training.config),
    };
    const save = (role: string, states: ReturnType<Training['weights']>): Promise<void>[] =>
      states.map((weights, k) => {
        const metadata = { ...common, role, student: String(k) };
        return this.#folder.writeWeights(`${role}-${k}.safetensors`, weights, metadata);
      });
    await Promise.all([
      ...save('student', training.weights()),
      ...save('independent', training.independentWeights()),
    ]);
    this.#savedAt = performance.now();
  }

  /** @throws FileSystemError */
  async result(report: object): Promise<void> {
    await this.#folder.writeJson('result.json', { schema, ...report });
  }

  close(): Promise<void> {
    return this.#metrics.close();
  }
}
