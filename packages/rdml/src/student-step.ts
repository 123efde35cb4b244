/** What one step was for one student, before its weights moved. */
export interface StudentStep {
  /** Mean cross-entropy with the labels, in nats. */
  readonly baseLoss: number;
  /**
   * The weighted divergence from its peers, in nats; not measured, and 0, where nothing couples it to them (no links,
   * lambda or alpha 0).
   */
  readonly mutualLoss: number;
  /** baseLoss + lambda mutualLoss. */
  readonly loss: number;
  /** L2 norm of the gradient of the loss over all its parameters, before clipping. */
  readonly gradientNorm: number;
}

export const noStep: StudentStep = { baseLoss: 0, mutualLoss: 0, loss: 0, gradientNorm: 0 };

/** Entry by entry. */
export function addSteps(a: StudentStep, b: StudentStep): StudentStep {
  return combine(a, (value, key) => value + b[key]);
}

export function divideStep(sum: StudentStep, by: number): StudentStep {
  return combine(sum, (value) => value / by);
}

function combine(step: StudentStep, f: (value: number, key: keyof StudentStep) => number): StudentStep {
  return {
    baseLoss: f(step.baseLoss, 'baseLoss'),
    mutualLoss: f(step.mutualLoss, 'mutualLoss'),
    loss: f(step.loss, 'loss'),
    gradientNorm: f(step.gradientNorm, 'gradientNorm'),
  };
}
