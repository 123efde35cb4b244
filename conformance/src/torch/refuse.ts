import { DomainError } from '@renyi/tensor';

/** Says what PyTorch refuses and this library has a meaning for. */
export function refuse(operation: string, expected: string, got: string): never {
  throw new DomainError(operation, { expected: `${expected}, as PyTorch has it`, got });
}
