import os from 'node:os';
import { setTimeout } from 'node:timers/promises';

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
  /** Cores that other processes kept busy in the second before the run; not in runs that are older than this figure. */
  readonly busyCores?: number;
}

/** Processor time up to now, in ms. */
export interface ProcessorTime {
  /** Of all processes together, on all cores. */
  readonly used: number;
  /** Of this process, with all of its threads. */
  readonly own: number;
  /** That has passed, on one core. */
  readonly passed: number;
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

/** The machine as it is before a run: looks for a second at what else runs, since the load average remembers what has ended. */
export async function machineBeforeRun(): Promise<Machine> {
  const before = processorTime();
  await setTimeout(1000);
  return { ...describeMachine(), busyCores: busyCores(before, processorTime()) };
}

export function processorTime(): ProcessorTime {
  const used = os
    .cpus()
    .map(({ times: { user, nice, sys, irq } }) => user + nice + sys + irq)
    .reduce((a, b) => a + b, 0);
  const own = process.cpuUsage();
  return { used, own: (own.user + own.system) / 1000, passed: performance.now() };
}

/** Cores that other processes kept busy between the two, on average. The system counts in steps of some 10 ms. */
export function busyCores(before: ProcessorTime, after: ProcessorTime): number {
  const others = after.used - before.used - (after.own - before.own);
  return Math.max(0, others) / (after.passed - before.passed);
}

/** Whether others kept more than a quarter of the cores busy before the run. */
export function isBusy({ busyCores, load, cores }: Machine): boolean {
  return (busyCores ?? load) > cores / 4;
}

export function formatMachine(machine: Machine): string {
  const { cpu, cores, node, v8 } = machine;
  return `${cpu}, ${cores} cores; Node ${node} (V8 ${v8}); ${formatLoad(machine)}`;
}

export function formatLoad({ busyCores, cores, load }: Machine): string {
  const busy =
    busyCores === undefined ? '' : `${busyCores.toFixed(2)} of ${cores} cores busy with other work, `;
  return `${busy}load average ${load.toFixed(2)}`;
}
