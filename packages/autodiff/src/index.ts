/**
 * Automatic differentiation of functions, in reverse and in forward mode, on tensors.
 * @packageDocumentation
 */
export { checkGradients, type GradientCheckOptions } from './check-gradients.js';
export { checkpoint } from './checkpoint.js';
export { customJvp, type CustomJvpRule } from './custom-jvp.js';
export { customVjp, type CustomVjpRule } from './custom-vjp.js';
export { grad, type ValueAndGradients, valueAndGrad } from './grad.js';
export type { DerivativeMode, GradientCheck, GradientReport } from './gradient-report.js';
export { hessian, hvp } from './hessian.js';
export { type Jacobian, jacobian, type JacobianOptions } from './jacobian.js';
export { type JacobianVectorProduct, jvp } from './jvp.js';
export { type JvpRules, type JvpTable, type Linear, linear } from './jvp-rule.js';
export { jvpTable } from './jvp-table.js';
export { Parameter } from './parameter.js';
export { type Anomaly, AnomalyError, type NotFinite } from './seeing/anomaly-error.js';
export { type AnomalyOptions, detectAnomaly } from './seeing/detect-anomaly.js';
export type { Graph, GraphConstant, GraphNode, GraphTensor } from './seeing/graph.js';
export type { Plain, PlainElement, PlainElements } from './seeing/plain.js';
export { type GraphFormat, printGraph } from './seeing/print-graph.js';
export { printSteps } from './seeing/print-steps.js';
export {
  type BackwardStep,
  type Contribution,
  type StepThrough,
  stepThrough,
} from './seeing/step-through.js';
export { trace } from './seeing/trace.js';
export { stopGradient } from './stop-gradient.js';
export type { Direction, TensorsLike, Tree } from './tree.js';
export { detachVariable, variable } from './variable.js';
export { type VectorJacobianProduct, vjp } from './vjp.js';
export { vjpParameters } from './vjp-parameters.js';
export { nonDifferentiable, type Pullback, type VjpRules, type VjpTable } from './vjp-rule.js';
export { vjpTable } from './vjp-table.js';
export { zeroGrad } from './zero-grad.js';
