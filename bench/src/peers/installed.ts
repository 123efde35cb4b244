import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { NotInstalledError } from './peer.js';

export const notInstalled = 'not installed; pnpm bench:peers installs it';

const require = createRequire(new URL('../../peers/package.json', import.meta.url));

/** Whether a package of bench/peers is there. */
export function isInstalled(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * A package of bench/peers, whose types are not known here: whoever uses it says what it needs of it.
 * @throws NotInstalledError
 */
export async function importPeer<T>(name: string): Promise<T> {
  if (!isInstalled(name)) throw new NotInstalledError(notInstalled);
  return (await import(pathToFileURL(require.resolve(name)).href)) as T;
}
