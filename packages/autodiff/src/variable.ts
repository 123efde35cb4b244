import {
  add,
  cast,
  checkLive,
  ConfigError,
  fullLike,
  type BackwardOptions,
  keep,
  scope,
  type Tensor,
} from '@renyi/tensor';
import { checkDirection, checkLoss, checkVariables } from './checks.js';
import { isReleased, type Node, nothing } from './node.js';
import { Recorder } from './recorder.js';
import type { VjpTable } from './vjp-rule.js';
import { vjpTable } from './vjp-table.js';
import { Walk } from './walk.js';

/** What has been collected for a variable. Those that take each other's place in a parameter share one. */
interface Account {
  gradient: Tensor | null;
}

/**
 * The recorder of variables, outside of all transformations. It has no list: a tensor holds the node that made it, a node
 * those that it came from, and what no tensor leads to any more is gone. So `backward()` finds what it walks through from
 * its end.
 */
class VariableGraph extends Recorder {
  override readonly level = 0;
  protected override readonly rules: VjpTable = vjpTable;
  readonly #accounts = new WeakMap<Node, Account>();
  #next = 0;
  #apart: Node[] | null = null;

  constructor() {
    super(undefined);
  }

  watch(x: Tensor, account: Account): Tensor {
    const leaf = this.record(x, 'variable', nothing, nothing);
    this.#accounts.set(this.nodeOf(leaf) as Node, account);
    return leaf;
  }

  accountOf(x: Tensor): Account | undefined {
    const node = x.trace?.interpreter === this ? this.nodeOf(x) : undefined;
    return node && this.#accounts.get(node);
  }

  gradientOf(x: Tensor): Tensor | null {
    return this.accountOf(x)?.gradient ?? null;
  }

  backward(output: Tensor, { cotangent, retainGraph = false }: BackwardOptions): void {
    const value = this.primalOf(output);
    if (cotangent === undefined) checkLoss('backward', value);
    else checkDirection('backward', 'cotangent', value, cotangent);
    const last = this.nodeOf(output) as Node;
    const nodes = nodesBehind(last);
    const gone = nodes.find(isReleased);
    if (gone !== undefined) {
      throw new ConfigError('backward', {
        expected: 'what was recorded on the way to this tensor',
        got: `nothing of ${gone.operation}, which an earlier backward() has let go`,
        remedy: 'Compute it anew, or give { retainGraph: true } to all calls but the last',
      });
    }
    // Cotangents on the way are freed at once, where memory is freed by scopes.
    scope(() => {
      const walk = new Walk(new Map<Node, Tensor>(), this.observer, { release: !retainGraph });
      walk.accumulate(last, cast(cotangent ?? fullLike(value, 1), last.dtype));
      walk.run(nodes);
      for (const node of nodes) {
        const account = this.#accounts.get(node);
        const g = walk.cotangents.get(node);
        if (account === undefined || g === undefined) continue;
        account.gradient = keep(account.gradient === null ? g : add(account.gradient, g));
      }
    });
  }

  protected override nextIndex(): number {
    return this.#next++;
  }

  protected override keep(node: Node): void {
    this.#apart?.push(node);
  }

  protected override apart(f: () => void): readonly Node[] {
    const around = this.#apart;
    const own: Node[] = [];
    this.#apart = own;
    try {
      f();
    } finally {
      this.#apart = around;
    }
    return own;
  }
}

/** A node with all that it came from, in the order in which they were recorded. */
function nodesBehind(last: Node): Node[] {
  const found = new Set([last]);
  const pending = [last];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    for (const parent of node.parents) {
      if (found.has(parent)) continue;
      found.add(parent);
      pending.push(parent);
    }
  }
  return [...found].sort((a, b) => a.index - b.index);
}

const graph: VariableGraph = /* @__PURE__ */ new VariableGraph();

/**
 * The tensor as a variable: what is computed from it is recorded, until `backward()` of a scalar that depends on it adds
 * the derivative by it to its `grad`. This is PyTorch's habit, on the same engine as `grad`; no mode is switched on or off.
 * What is recorded lives as long as a tensor that was computed from it, or until `backward()` lets it go. Where a scope
 * frees what was computed in it, `backward()` is to be called in that scope. Gradients survive scopes.
 *
 * Gradients are constants. For derivatives of derivatives, nest `grad`, which may be done in between.
 * @throws DTypeError unless it is float
 * @throws ConfigError for a tensor that was computed from variables, or of a function that is being differentiated
 * @see torch.Tensor.requires_grad_
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { variable, zeroGrad } from '@renyi/autodiff';
 * const w = variable(tensor([1, 2]));
 * w.mul(w).sum().backward();
 * console.log(w.grad?.toArray()); // => [ 2, 4 ]
 * w.mul(3).sum().backward();
 * console.log(w.grad?.toArray()); // => [ 5, 7 ]
 * zeroGrad([w]);
 * console.log(w.grad); // => null
 */
export function variable(x: Tensor): Tensor {
  checkLive('variable', x);
  if (graph.accountOf(x) !== undefined) return x;
  if (x.trace !== null) {
    throw new ConfigError('variable', {
      expected: 'a plain tensor',
      got:
        x.trace.interpreter === graph
          ? 'one that was computed from variables'
          : 'one of a function that is being differentiated',
      remedy: 'Make a constant of it with stopGradient()',
    });
  }
  checkVariables('variable', [x]);
  return graph.watch(x, { gradient: null });
}

/** A variable's value as a constant, and any other tensor as it is. Derivatives that are under way still see it. */
export function detachVariable(x: Tensor): Tensor {
  return x.trace?.interpreter === graph ? x.trace.primal : x;
}

/** A tensor in place of another: if that is a variable, this one is too, and has its gradient. */
export function inPlaceOf(old: Tensor, x: Tensor): Tensor {
  const account = graph.accountOf(old);
  const value = detachVariable(x);
  return account === undefined ? value : graph.watch(value, account);
}

/** Forgets what `backward()` has collected for a variable. */
export function forgetGradient(x: Tensor): void {
  const account = graph.accountOf(x);
  if (account !== undefined) account.gradient = null;
}
