/**
 * Students that are networks of the literature, and texts as they take them.
 * @packageDocumentation
 */
export { newStudent } from './networks.js';
export { textRows } from './texts.js';
