/** What a public docstring says. */
export interface Docstring {
  /** Relative to the root, with the line of the declaration. */
  readonly path: string;
  readonly line: number;
  /** All that stands before the first tag, in one line. */
  readonly text: string;
  /** What the tags of each name say, in order. */
  readonly tags: Readonly<Record<string, readonly string[]>>;
}

interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const documented =
  /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export (?:async )?function (\w+)|\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*function (is\w+?)Tensor\(/g;

/** The docstrings of the functions in some sources, by name. Overloads have one, before the first. */
export function readDocstrings(files: readonly SourceFile[]): ReadonlyMap<string, Docstring> {
  const found = new Map<string, Docstring>();
  for (const { path, text } of files) {
    for (const match of text.matchAll(documented)) {
      const name = (match[2] ?? match[4]) as string;
      if (found.has(name)) continue;
      const line = text.slice(0, match.index + match[0].length).split('\n').length;
      found.set(name, { path, line, ...parse((match[1] ?? match[3]) as string) });
    }
  }
  return found;
}

function parse(comment: string): Pick<Docstring, 'text' | 'tags'> {
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\* ?/, '').trim());
  const [text = '', ...rest] = lines
    .join('\n')
    .split(/(?:^|\s)@(?=(?:param|returns|throws|see|example|remarks)\b)/);
  const tags: Record<string, string[]> = {};
  for (const part of rest) {
    const [, tag, said] = /^(\w+)\s*([\s\S]*)$/.exec(part) as unknown as [string, string, string];
    tags[tag] = [...(tags[tag] ?? []), inOneLine(said)];
  }
  return { text: inOneLine(text), tags };
}

function inOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** The sentences of a text: a full stop within a number or a formula ends none. */
export function sentencesOf(text: string): string[] {
  return text.split(/(?<=[.!?])\s+(?=[A-Z`_$(])/).filter((sentence) => sentence !== '');
}
