/** The kinds of chart that the statistics need, out of ECharts: only these parts are loaded. */
import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use, type EChartsType } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

export interface Series {
  readonly name: string;
  readonly kind: 'bar' | 'line';
  readonly values: readonly (number | null)[];
}

/** Told apart also by those who see no colours: light and dark in turn. */
const COLOURS = ['#a3211a', '#d89614', '#135200', '#69b1ff'];

export function draw(place: HTMLElement, names: readonly string[], series: readonly Series[]): EChartsType {
  const chart = init(place);
  chart.setOption({
    color: COLOURS,
    animation: false,
    backgroundColor: '#fff',
    tooltip: { trigger: 'axis' },
    legend: series.length > 1 ? { top: 0 } : undefined,
    grid: { left: 8, right: 16, bottom: 8, top: series.length > 1 ? 36 : 16, containLabel: true },
    xAxis: { type: 'category', data: [...names] },
    yAxis: { type: 'value' },
    series: series.map(({ name, kind, values }) => ({ name, type: kind, data: [...values] })),
  });
  return chart;
}
