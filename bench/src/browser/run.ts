import type { GpuBackend } from '@renyi/tensor/gpu';
import type { Limits } from '../limits/limits.js';
import { measureLimitsHere } from '../limits/measure-here.js';
import { measureLater } from './measure-later.js';
import { type GroupRecord, recordOf } from '../record.js';
import { portableSuites } from '../suites/portable.js';
import { gpuModes, ownBackends, pageDevices, pagePeers } from './contenders.js';
import { platform } from './platform.js';

/** What a GPU mode computes with here. */
export interface Adapter {
  readonly mode: string;
  readonly renderer: string;
  /** Whether it is a GPU, and no software that draws like one. */
  readonly isHardware: boolean;
}

/** Where a run of the page took place. */
export interface BrowserFingerprint {
  readonly userAgent: string;
  readonly cores: number;
  /** GiB, rounded by the browser; where it tells. */
  readonly memory?: number;
  /** Whether pages may share memory with workers, and the clock is a fine one. */
  readonly isIsolated: boolean;
  readonly adapters: readonly Adapter[];
  /** Modes of GPUs that there are not, and why. */
  readonly missing: readonly string[];
}

export interface BrowserRun {
  readonly date: string;
  readonly browser: BrowserFingerprint;
  /** What its processor gave to the page's own thread, before anything else was measured. */
  readonly limits: Limits;
  readonly records: readonly GroupRecord[];
}

export interface PageOptions {
  readonly suites: readonly string[];
  readonly sizes: readonly number[];
  /** For each group of contenders. */
  readonly seconds: number;
  /** How many groups of each suite are run at most; all where nothing is said. */
  readonly groups?: number;
  /** Whether to refuse a browser that has no GPU, or draws on one of its modes in software. */
  readonly needsGpu?: boolean;
}

/** Runs suites, and tells of each group when it is done. @throws Error for a suite that there is not, and for a GPU that is wanted and is none */
export async function runInPage(
  { suites, sizes, seconds, groups = Number.POSITIVE_INFINITY, needsGpu = false }: PageOptions,
  onBrowser: (browser: BrowserFingerprint, limits: Limits) => void,
  onGroup: (record: GroupRecord) => void,
): Promise<BrowserRun> {
  const unknown = suites.find((name) => !(name in portableSuites));
  if (unknown !== undefined)
    throw new Error(`there is no suite ${unknown}; there are ${Object.keys(portableSuites).join(', ')}`);
  const date = new Date().toISOString();
  const { backends, gpus, missing } = await ownBackends();
  if (needsGpu) requireGpu(gpus);
  const { navigator, crossOriginIsolated } = platform;
  const modes = gpuModes.filter((mode) => backends.has(mode));
  const browser: BrowserFingerprint = {
    userAgent: navigator.userAgent,
    cores: navigator.hardwareConcurrency,
    ...(navigator.deviceMemory === undefined ? {} : { memory: navigator.deviceMemory }),
    isIsolated: crossOriginIsolated,
    adapters: gpus.map(({ device: { mode, renderer, isHardware } }) => ({ mode, renderer, isHardware })),
    missing,
  };
  const limits = measureLimitsHere();
  onBrowser(browser, limits);
  const options = {
    sizes,
    backends,
    peers: pagePeers(modes),
    gpuModes: [...modes, 'webasm' as const],
    devices: pageDevices(),
  };
  const records: GroupRecord[] = [];
  for (const name of suites) {
    let taken = 0;
    for await (const group of portableSuites[name]?.groups(options) ?? []) {
      const record = recordOf(name, group, await measureLater(group, seconds, limits));
      records.push(record);
      onGroup(record);
      taken += 1;
      if (taken >= groups) break;
    }
  }
  return { date, browser, limits, records };
}

/** @throws Error where a mode is software, or there is none */
function requireGpu(gpus: readonly GpuBackend[]): void {
  const software = gpus.find(({ device }) => !device.isHardware);
  if (software !== undefined)
    throw new Error(
      `expected a GPU; ${software.device.mode} is ${software.device.renderer}, which is software`,
    );
  if (gpus.length === 0) throw new Error('expected a GPU; there is none that this browser takes');
}
