/** Runs in the report's page: draws each chart into its figure, as wide as that is, in the colors of the page. */
import uPlot from 'uplot';
import type { Chart } from '../chart.js';
import { chartOptions } from './options.js';

const source = document.getElementById('charts')?.textContent ?? '[]';
const charts = JSON.parse(source) as Chart[];
const places = [...document.querySelectorAll<HTMLElement>('figure[data-chart] .plot')];
let plots: uPlot[] = [];

function draw(): void {
  for (const plot of plots) plot.destroy();
  plots = places.flatMap((place, i) => {
    const chart = charts[i];
    if (chart === undefined) return [];
    const diagonal = chart.isUnitSquare === true ? [chart.x] : [];
    const data = [chart.x, ...chart.series.map(({ values }) => values), ...diagonal] as uPlot.AlignedData;
    return [new uPlot(chartOptions(chart, place.clientWidth), data, place)];
  });
}

draw();
// Colors are read when a chart is made.
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
let width = innerWidth;
addEventListener('resize', () => {
  // On a phone the height changes whenever the address bar hides.
  if (innerWidth === width) return;
  width = innerWidth;
  draw();
});
