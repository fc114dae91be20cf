// The map of workloads: a tile each, those that are not well first.
import { bytes, cores, empty, h, head, plural, span } from './page_dom.js';

export function health(state) {
  const { workloads, findings, checked, taken_at: taken } = state.overview;
  const ill = workloads.filter((each) => !each.healthy);
  const said = !taken ? 'Nothing was seen yet.' : ill.length ? `${plural(ill.length, 'workload')} of ${workloads.length} ${ill.length === 1 ? 'is' : 'are'} not well` : `All ${plural(workloads.length, 'workload')} are well`;
  const spaces = [...new Set(workloads.map((each) => each.namespace))].sort((a, b) => illIn(ill, b) - illIn(ill, a) || a.localeCompare(b));
  return [
    head('Health', said),
    h('ul', { class: 'facts' }, fact(`${workloads.length - ill.length}/${workloads.length}`, 'workloads well', ill.length ? 'bad' : 'good', '#health'), fact(findings.length, findings.length === 1 ? 'finding' : 'findings', findings.length ? 'bad' : 'good', '#findings'), fact(state.waiting.length, state.waiting.length === 1 ? 'plan waits' : 'plans wait', state.waiting.length ? 'ask' : 'good', '#plans'), fact(state.chain ? (state.chain.intact ? 'intact' : 'broken') : '…', 'audit log', state.chain && !state.chain.intact ? 'bad' : 'good', '#audit')),
    workloads.length ? spaces.map((space) => group(space, workloads.filter((each) => each.namespace === space), findings)) : empty('No workloads here', `${checked || 0} objects were looked at. Ship something and it appears by itself.`, 'kora up'),
  ];
}

const illIn = (ill, space) => Number(ill.some((each) => each.namespace === space));

const fact = (value, label, tone, to) => h('li', {}, h('a', { href: to, class: `fact ${tone}` }, h('strong', {}, String(value)), h('span', {}, label)));

function group(space, rows, findings) {
  return h('section', { class: 'group' }, h('h2', {}, space || 'cluster', ' ', h('span', { class: 'muted' }, String(rows.length))), h('ul', { class: 'tiles' }, rows.map((row) => tile(row, findings))));
}

function tile(row, findings) {
  const [kind, name] = split(row.workload);
  const about = findings.filter((each) => each.objects.some((one) => one.name === name && one.namespace === row.namespace));
  const dots = Math.min(row.wanted, 24);
  return h(
    'li',
    { class: `tile ${row.healthy ? 'well' : 'ill'}` },
    h('div', { class: 'tile-head' }, h('span', { class: 'state', 'aria-hidden': 'true' }, row.healthy ? '✓' : '!'), h('strong', {}, name), h('span', { class: 'kind' }, kind)),
    h('div', { class: 'pods', role: 'img', 'aria-label': `${row.ready} of ${row.wanted} pods ready` }, Array.from({ length: dots }, (_, index) => h('i', { class: index < row.ready ? 'on' : '' })), h('span', { class: 'count' }, `${row.ready}/${row.wanted}`)),
    h('p', { class: 'muted small' }, [span(row.age_seconds), row.restarts ? plural(row.restarts, 'restart') : null, row.cpu === null ? null : `${cores(row.cpu)} CPU`, row.memory === null ? null : bytes(row.memory)].filter(Boolean).join(' · ')),
    about.length ? h('a', { href: `#findings/${about[0].id}`, class: 'why' }, about[0].cause) : null,
  );
}

const split = (text) => [text.slice(0, text.indexOf('/')), text.slice(text.indexOf('/') + 1)];
