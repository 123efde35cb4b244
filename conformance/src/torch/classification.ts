import * as api from '@renyi/tensor';
import { along, oneAxis, scalarsAsAxis } from './axes.js';
import { input, type Table } from './operation.js';

export const classification: Table = {
  softmax: scalarsAsAxis((inputs, { dim }) => along(input(inputs, 'x'), oneAxis(dim), api.softmax)),
  log_softmax: scalarsAsAxis((inputs, { dim }) => along(input(inputs, 'x'), oneAxis(dim), api.logSoftmax)),
};
