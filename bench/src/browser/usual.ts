/** What runs where no suites are chosen: a minute or so, also where software stands in for a GPU. */
export const usualSuites: readonly string[] = ['matmul', 'elementwise', 'softmax', 'gpu'];
