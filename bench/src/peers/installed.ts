import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { NotInstalledError } from './peer.js';

const require = createRequire(new URL('../../peers/package.json', import.meta.url));

/**
 * A package of bench/peers, whose types are not known here: whoever uses it says what it needs of it.
 * @throws NotInstalledError
 */
export async function importPeer<T>(name: string): Promise<T> {
  let path: string;
  try {
    path = require.resolve(name);
  } catch {
    throw new NotInstalledError('not installed; pnpm bench:peers installs it');
  }
  return (await import(pathToFileURL(path).href)) as T;
}
