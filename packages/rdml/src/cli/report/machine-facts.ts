import type { Environment } from '../environment.js';

/** Where something ran, as names and texts. */
export function machineFacts(environment: Environment): readonly (readonly [string, string])[] {
  const { cpu, cores, platform, arch, node, backend, threads, version } = environment;
  return [
    ['processor', `${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}`],
    ['system', `${platform}, ${arch}`],
    ['Node', node],
    ['backend', threads > 1 ? `${backend}, ${threads} threads` : backend],
    ['rdml', version],
  ];
}
