import os from 'node:os';

/** Where and under what load a run took place. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  /** In GiB. */
  readonly memory: number;
  /** The operating system and the kind of processor, such as `linux x64`. */
  readonly system: string;
  readonly node: string;
  readonly v8: string;
  /** The mean number of processes that wanted to run in the last minute. */
  readonly load: number;
}

export function describeMachine(): Machine {
  const cpus = os.cpus();
  return {
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    memory: Math.round(os.totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    v8: process.versions.v8,
    load: os.loadavg()[0] ?? Number.NaN,
  };
}

/** Before the first measurement, anything above a quarter of the cores is somebody else's work. */
export function isLoaded({ load, cores }: Machine): boolean {
  return load > cores / 4;
}

export function formatMachine(machine: Machine): string {
  const { cpu, cores, node, v8, load } = machine;
  return `${cpu}, ${cores} cores; Node ${node} (V8 ${v8}); load average ${load.toFixed(2)}`;
}
