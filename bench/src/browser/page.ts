import { groupView } from '../group-view.js';
import { limitsView } from '../limits/format-limits.js';
import { portableSuites } from '../suites/portable.js';
import { platform } from './platform.js';
import { type BrowserRun, type PageOptions, runInPage } from './run.js';
import { usualSuites } from './usual.js';
import { fingerprintView } from './view.js';

type Element = ReturnType<typeof platform.document.getElementById>;

const [form, button, state, where, results, download] = [
  'suites',
  'run',
  'state',
  'where',
  'results',
  'download',
].map((id) => platform.document.getElementById(id)) as [Element, Element, Element, Element, Element, Element];

form.innerHTML = Object.entries(portableSuites)
  .map(([name, { summary }]) => {
    const checked = usualSuites.includes(name) ? ' checked' : '';
    return `<label><input type="checkbox" value="${name}"${checked}> <b>${name}</b> ${summary}</label>`;
  })
  .join('');

async function run(options: PageOptions): Promise<BrowserRun> {
  button.disabled = true;
  results.innerHTML = '';
  let groups = 0;
  state.textContent = "measuring the processor's limits ...";
  try {
    const done = await runInPage(
      options,
      (browser, limits) => {
        where.innerHTML = `${fingerprintView(browser)}${limitsView(limits)}`;
        state.textContent = 'running ...';
      },
      (record) => {
        groups += 1;
        state.textContent = `running ... ${groups} groups`;
        results.insertAdjacentHTML('beforeend', groupView(record, `${record.suite}: ${record.group}`));
      },
    );
    state.textContent = `done: ${groups} groups`;
    download.href = `data:application/json,${encodeURIComponent(JSON.stringify(done))}`;
    download.innerHTML = 'Download the results as JSON';
    return done;
  } catch (error) {
    state.textContent = String(error);
    throw error;
  } finally {
    button.disabled = false;
  }
}

button.addEventListener('click', () => {
  const suites = [...form.querySelectorAll('input')].flatMap(({ checked, value }) =>
    checked === true && value !== undefined ? [value] : [],
  );
  // What went wrong stands in the page.
  run({ suites, sizes: [256], seconds: 1 }).catch(() => undefined);
});

/** For who drives the page from outside. */
export const api: { readonly run: (options: PageOptions) => Promise<BrowserRun> } = { run };

Object.assign(globalThis, { renyiBench: api });
