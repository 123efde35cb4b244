import { escape } from './html.js';
import type { RunRecord } from './record.js';

export function formatPage(run: RunRecord): string {
  return escape(run.date);
}
