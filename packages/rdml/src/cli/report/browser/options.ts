import uPlot from 'uplot';
import { type Chart, errorBar, type Series } from '../chart.js';

/** How many colors of its own a page has for students. */
const palette = 8;

function cssColor(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function colorOf({ color }: Series): string {
  return cssColor(typeof color === 'number' ? `c${color % palette}` : color);
}

/** A chart as uPlot wants it. */
export function chartOptions(chart: Chart, width: number): uPlot.Options {
  const [ink, line] = [cssColor('ink'), cssColor('line')];
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  const isShort = chart.x.length <= 40;
  const series = chart.series.map((own) => ({
    label: own.name,
    stroke: colorOf(own),
    width: own.color === 'whole' ? 2.5 : 1.5,
    ...(own.isDashed === true && { dash: [6, 4] }),
    points: { show: isShort, size: 5, fill: colorOf(own) },
    spanGaps: true,
    value: (_: uPlot, value: number | null) => (value === null ? '–' : String(Number(value.toPrecision(4)))),
  }));
  const diagonal = { label: 'as sure as right', stroke: line, width: 1.5, points: { show: false } };
  return {
    width,
    height: chart.isUnitSquare === true ? Math.min(width, 360) : Math.round(Math.min(300, 140 + width / 4)),
    scales: {
      x: { time: false, ...(chart.isUnitSquare === true && { range: [0, 1] as [number, number] }) },
      y: { range: chart.isUnitSquare === true ? [0, 1] : yRange(chart) },
    },
    axes: [
      { ...axis, label: chart.xLabel, size: 36, labelSize: 20, ...namesOf(chart) },
      { ...axis, label: chart.yLabel, size: 62, labelSize: 20 },
    ],
    legend: {
      markers: { dash: (_, k) => (chart.series[k - 1]?.isDashed === true ? 'dashed' : 'solid') },
    },
    series: [{ label: chart.xLabel }, ...series, ...(chart.isUnitSquare === true ? [diagonal] : [])],
    cursor: { drag: { x: true, y: false } },
    hooks: { draw: [(plot) => drawErrorBars(plot, chart)] },
  };
}

/** The marks of an axis whose places have names. */
function namesOf({ x, xNames }: Chart): Pick<uPlot.Axis, 'splits' | 'values'> {
  if (xNames === undefined) return {};
  return { splits: () => [...x], values: () => [...xNames] };
}

/** The range of what is in sight, with room for error bars, and a little more. */
function yRange({
  series,
}: Chart): (plot: uPlot, low: number | null, high: number | null) => [number, number] {
  const longest = Math.max(0, ...series.flatMap(({ errors = [] }) => errors.map((error) => error ?? 0)));
  return (_, low, high) => {
    if (low === null || high === null) return [0, 1];
    const [from, to] = [low - longest, high + longest];
    const room = (to - from) * 0.06 || Math.abs(to) * 0.05 || 1;
    return [low >= 0 && from - room < 0 ? 0 : from - room, to + room];
  };
}

function drawErrorBars(plot: uPlot, chart: Chart): void {
  const { ctx } = plot;
  const cap = 4 * uPlot.pxRatio;
  for (const [k, own] of chart.series.entries()) {
    if (own.errors === undefined || plot.series[k + 1]?.show === false) continue;
    ctx.save();
    ctx.strokeStyle = colorOf(own);
    ctx.lineWidth = 1.5 * uPlot.pxRatio;
    ctx.beginPath();
    for (const [i, x] of chart.x.entries()) {
      const [value, error] = [own.values[i], own.errors[i]];
      if (value === null || value === undefined || error === null || error === undefined) continue;
      const across = plot.valToPos(x, 'x', true);
      const { min = value, max = value } = plot.scales['y'] ?? {};
      const { from, to, caps } = errorBar(value, error, [min, max]);
      ctx.moveTo(across, plot.valToPos(from, 'y', true));
      ctx.lineTo(across, plot.valToPos(to, 'y', true));
      for (const end of caps) {
        const height = plot.valToPos(end, 'y', true);
        ctx.moveTo(across - cap, height);
        ctx.lineTo(across + cap, height);
      }
    }
    ctx.stroke();
    ctx.restore();
  }
}
