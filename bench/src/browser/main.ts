import { writeFile } from 'node:fs/promises';
import { runProgram } from '../command-line.js';
import { describeMachine, machineBeforeRun } from '../machine.js';
import { keepAndShow } from '../results/keep.js';
import { portableSuites } from '../suites/portable.js';
import { formatGroup } from '../table.js';
import { pageUsage, parsePageArguments } from './arguments.js';
import { buildPage } from './build.js';
import { runHeadless } from './headless.js';
import { serve } from './serve.js';

async function main(words: readonly string[]): Promise<void> {
  const { help, isServed, port, isHeadless, isSaved, json, screenshot, ...options } = parsePageArguments(
    words,
    Object.keys(portableSuites),
  );
  if (help) {
    console.log(pageUsage(Object.keys(portableSuites)));
    return;
  }
  const { folder, hasTensorflow } = await buildPage();
  const tensorflow = hasTensorflow
    ? 'with TensorFlow.js'
    : 'without TensorFlow.js, which pnpm bench:peers installs';
  console.log(`built: ${folder} (${tensorflow})`);
  if (!isServed && !isHeadless) return;
  const { url, close } = await serve(folder, port);
  if (!isHeadless) {
    console.log(`serving: ${url}`);
    return;
  }
  try {
    const machine = await machineBeforeRun();
    const given = {
      ...options,
      needsGpu: options.isHardware,
      ...(screenshot === undefined ? {} : { screenshot }),
    };
    const run = await runHeadless(url, given);
    const { userAgent, adapters, missing } = run.browser;
    console.log(userAgent);
    for (const { mode, renderer, isHardware } of adapters)
      console.log(`${mode}: ${renderer}${isHardware ? '' : ' (software: its times say nothing of a GPU)'}`);
    for (const reason of missing) console.log(reason);
    for (const record of run.records) console.log(`\n${formatGroup(record)}`);
    const command = `pnpm bench:page ${words.join(' ')}`.replace(/ --(?:json|screenshot)[ =]\S+/g, '');
    if (isSaved) await keepAndShow({ ...run, command, machine, loadAtEnd: describeMachine().load });
    if (json !== undefined) await writeFile(json, `${JSON.stringify(run)}\n`);
  } finally {
    await close();
  }
}

await runProgram('bench:page', main);
