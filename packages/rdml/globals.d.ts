/**
 * The few globals of the web platform that this package uses, as far as it uses them. Every runtime it targets
 * has them (Node >= 20, browsers, Deno, Bun, workers); declaring them here keeps all other DOM and Node names out of reach.
 */

declare function setTimeout(callback: () => void, ms: number): unknown;

declare const performance: { now(): number };
