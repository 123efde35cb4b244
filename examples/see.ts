/*
 * Shows what a derivative does, step by step and as a graph:
 *
 *     node examples/dist/see.js                             what there is
 *     node examples/dist/see.js neuron                      the backward pass step by step
 *     node examples/dist/see.js classifier gradient dot     the gradient's graph, for Graphviz
 */
import { see } from './views.js';

const { text, code } = see(process.argv.slice(2));
if (code === 0) console.log(text);
else console.error(text);
process.exitCode = code;
