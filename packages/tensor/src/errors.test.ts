import { describe, expect, it } from 'vitest';
import * as errors from './errors.js';

const { TensorError, ...classes } = errors;
const expected = 'rows of 3';
const got = '[2, 4]';

describe('an error', () => {
  it('says what it expected and what it got', () => {
    expect(new errors.ShapeError('f', { expected, got }).message).toBe('f: expected rows of 3; got [2, 4]');
  });

  it('adds the difference after a colon', () => {
    const difference = 'axis 1 has 4';
    expect(new errors.ShapeError('f', { expected, got, difference }).message).toBe(
      'f: expected rows of 3; got [2, 4]: axis 1 has 4',
    );
  });

  it('ends with the remedy as a sentence', () => {
    const details = { expected, got, difference: 'axis 1 has 4', remedy: 'Transpose it' };
    expect(new errors.ShapeError('f', details).message).toBe(
      'f: expected rows of 3; got [2, 4]: axis 1 has 4. Transpose it',
    );
    expect(new errors.ShapeError('f', { expected, got, remedy: 'Transpose it' }).message).toBe(
      'f: expected rows of 3; got [2, 4]. Transpose it',
    );
  });

  it('keeps its cause', () => {
    const cause = new Error('disk full');
    expect(new errors.FormatError('read', { expected, got }, { cause }).cause).toBe(cause);
  });
});

describe('the classes of errors', () => {
  it('are these and no others: a new one is a new promise to callers', () => {
    expect(Object.keys(classes).sort()).toEqual([
      'BackendError',
      'ConfigError',
      'DTypeError',
      'DisposedError',
      'DomainError',
      'FormatError',
      'KernelMissingError',
      'ShapeError',
    ]);
  });

  it.each(Object.entries(classes))('%s carries its name and its details as fields', (name, SomeError) => {
    const details = { expected, got, difference: 'axis 1 has 4', remedy: 'Transpose it' };
    const error = new SomeError('f', details);
    expect(error).toBeInstanceOf(SomeError);
    expect(error).toBeInstanceOf(TensorError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name, operation: 'f', ...details });
    expect(String(error)).toBe(`${name}: ${error.message}`);
    expect(error.stack).toContain(error.message);
  });

  it.each(Object.entries(classes))('%s is no instance of another', (name, SomeError) => {
    const error = new SomeError('f', { expected, got });
    for (const [other, Other] of Object.entries(classes)) expect(error instanceof Other).toBe(other === name);
  });
});
