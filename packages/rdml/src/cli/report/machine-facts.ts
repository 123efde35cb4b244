import type { Environment } from '../environment.js';

/** Where something ran, as names and texts. */
export function machineFacts(environment: Environment): readonly (readonly [string, string])[] {
  const { cpu, cores, platform, arch, node, backend, device, threads, version } = environment;
  return [
    ['processor', `${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}`],
    ['system', `${platform}, ${arch}`],
    ['Node', node],
    ['backend', device ? `${backend}: ${device}` : threads > 1 ? `${backend}, ${threads} threads` : backend],
    ['rdml', version],
  ];
}
