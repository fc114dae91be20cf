// Usage against requests: a bar a resource with marks at request and limit, and the line of the last minutes.
import { bytes, cores, empty, h, head, svg } from './page_dom.js';

const KINDS = [['cpu', 'Processor', cores], ['memory', 'Memory', bytes]];
const WIDTH = 240;

export function usage(state) {
  const rows = state.overview.usage;
  const measured = rows.some((row) => row.cpu.used !== null);
  return [
    head('Resources', measured ? 'What is used against what is asked for' : 'What is asked for; the cluster measures no usage'),
    rows.length ? legend() : null,
    rows.length ? h('ul', { class: 'cards charts' }, rows.map(card)) : empty('Nothing runs here', 'Workloads with running pods appear with their usage, requests and limits.'),
    rows.length && !measured ? h('p', { class: 'muted' }, 'Usage needs the metrics API (metrics-server).') : null,
  ];
}

const legend = () => h('ul', { class: 'legend muted small' }, h('li', {}, h('i', { class: 'used' }), 'used'), h('li', {}, h('i', { class: 'request' }), 'requested'), h('li', {}, h('i', { class: 'limit' }), 'limit'));

function card(row) {
  return h('li', { class: 'card', 'data-item': true, tabindex: '-1' }, h('div', { class: 'card-head' }, h('h2', {}, row.workload.split('/')[1]), h('span', { class: 'muted small' }, `${row.workload.split('/')[0]} · ${row.namespace} · ${row.pods} pod${row.pods === 1 ? '' : 's'}`)), h('div', { class: 'pair' }, KINDS.map(([key, label, words]) => chart(row, key, label, words))));
}

function chart(row, key, label, words) {
  const { used, request, limit } = row[key];
  const top = Math.max(used || 0, request || 0, limit || 0) * 1.05 || 1;
  const x = (value) => (value / top) * WIDTH;
  const over = used !== null && request !== null && used > request;
  const text = `${label}: ${words(used)} used, ${request === null ? 'no request' : `${words(request)} requested`}, ${limit === null ? 'no limit' : `limit ${words(limit)}`}`;
  const bound = request !== null || limit !== null; // a bar without a bound would only show itself
  const parts = [svg('rect', { class: bound ? 'track' : 'track unbound', x: 0, y: 6, width: WIDTH, height: 10, rx: 5 })];
  if (used !== null && bound) parts.push(svg('rect', { class: over ? 'used over' : 'used', x: 0, y: 6, width: Math.max(3, x(used)), height: 10, rx: 5 }));
  if (limit !== null) parts.push(svg('rect', { class: 'limit', x: Math.min(x(limit), WIDTH - 3), y: 0, width: 3, height: 22, rx: 1.5 }));
  if (request !== null) parts.push(svg('rect', { class: 'request', x: Math.min(x(request), WIDTH - 3), y: 4, width: 3, height: 14, rx: 1.5 }));
  return h('div', { class: 'chart' }, h('div', { class: 'chart-head' }, h('span', {}, label), h('span', { class: 'small muted' }, told(used, request, words))), svg('svg', { viewBox: `0 0 ${WIDTH} 22`, role: 'img', 'aria-label': text }, parts), line(row.history, key));
}

function told(used, request, words) {
  if (used === null) return request === null ? 'not measured' : `${words(request)} requested`;
  return request === null ? `${words(used)}, no request` : `${words(used)} of ${words(request)}`;
}

function line(history, key) {
  const values = history.map((each) => each[key]).filter((value) => value !== null);
  if (values.length < 3) return null;
  const top = Math.max(...values) * 1.1 || 1;
  const points = values.map((value, index) => `${((index / (values.length - 1)) * WIDTH).toFixed(1)},${(34 - (value / top) * 30).toFixed(1)}`);
  return svg('svg', { class: 'spark', viewBox: `0 0 ${WIDTH} 36`, 'aria-hidden': 'true' }, svg('polygon', { class: 'area', points: `0,36 ${points.join(' ')} ${WIDTH},36` }), svg('polyline', { points: points.join(' ') }));
}
