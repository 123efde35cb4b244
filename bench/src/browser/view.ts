import { escapeText } from '../html.js';
import type { BrowserFingerprint } from './run.js';

/** Where the run takes place; software that stands in for a GPU is named as such. */
export function fingerprintView(browser: BrowserFingerprint): string {
  const { userAgent, cores, memory, isIsolated, adapters, missing } = browser;
  const facts = [
    userAgent,
    `${cores} cores`,
    ...(memory === undefined ? [] : [`at least ${memory} GiB`]),
    isIsolated ? 'isolated' : 'not isolated: the clock is coarse',
  ];
  const lines = adapters.map(({ mode, renderer, isHardware }) => {
    const warning = isHardware
      ? ''
      : ' <strong class="bad">a software adapter: its times say nothing of a GPU</strong>';
    return `<li>${escapeText(`${mode}: ${renderer}`)}${warning}</li>`;
  });
  const absent = missing.map((reason) => `<li class="soft">${escapeText(reason)}</li>`);
  return `<p>${escapeText(facts.join('; '))}</p><ul>${[...lines, ...absent].join('')}</ul>`;
}
