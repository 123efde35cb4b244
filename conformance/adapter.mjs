// What `pnpm build` makes of src/adapter.ts.
export * from './dist/adapter.js';
