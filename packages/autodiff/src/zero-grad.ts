import { Tensor } from '@renyi/tensor';
import { Parameter } from './parameter.js';
import { leavesOf, type LeafKind, type Tree } from './tree.js';
import { forgetGradient } from './variable.js';

const variables: LeafKind<Tensor | Parameter> = {
  is: (x) => x instanceof Tensor || x instanceof Parameter,
  name: 'tensor or Parameter',
};

/**
 * Forgets what `backward()` has collected for variables and parameters: their `grad` is null again.
 * @throws DTypeError for anything else in the tree
 * @see torch.nn.Module.zero_grad
 */
export function zeroGrad(tree: Tree<Tensor | Parameter>): void {
  for (const x of leavesOf('zeroGrad', variables, tree, 'to forget the gradients of')) {
    forgetGradient(x instanceof Parameter ? x.value : x);
  }
}
