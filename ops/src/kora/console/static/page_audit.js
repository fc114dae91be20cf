// The audit log as it grows, newest first, and whether its chain holds.
import { empty, h, head, plural } from './page_dom.js';

const SHOWN = 200;

export function audit(state) {
  const records = [...state.records].slice(-SHOWN).reverse();
  return [
    head('Audit', state.live ? 'Live: every attempt and every outcome, as they are written' : 'Not connected; trying again', h('span', { class: `live ${state.live ? 'on' : ''}`, 'aria-hidden': 'true' })),
    chain(state.chain, state.trouble),
    records.length ? h('ol', { class: 'timeline', reversed: true }, records.map(entry)) : empty('Nothing was done yet', 'Every question, plan, approval and change leaves a line here, each chained to the one before.'),
  ];
}

function chain(report, trouble) {
  if (trouble) return h('p', { class: 'chain bad', role: 'alert' }, h('strong', {}, 'The log can’t be read. '), trouble.message);
  if (!report) return null;
  if (!report.intact) return h('div', { class: 'chain bad', role: 'alert' }, h('strong', {}, `The chain is broken at record ${report.broken_at}. `), report.reason, ' Changes are refused until somebody has looked.');
  return h('div', { class: 'chain good' }, h('strong', {}, 'The chain is intact. '), `${plural(report.records, 'record')}, ${plural(report.checkpoints, 'checkpoint')}. Its end: `, h('code', {}, report.head.slice(0, 12)), ...report.notes.map((note) => ` ${note}`));
}

function entry(record) {
  const tone = record.verdict === 'deny' || record.status === 'failed' || record.status === 'denied' ? 'bad' : record.status === 'approval_required' || record.verdict === 'ask' ? 'ask' : record.status === 'ok' ? 'good' : '';
  const time = new Date(record.time);
  return h(
    'li',
    { class: tone, 'data-item': true, tabindex: '-1' },
    h('time', { datetime: record.time, title: record.time }, time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })),
    h('div', { class: 'what' }, h('div', { class: 'line' }, h('strong', {}, record.tool), h('span', { class: 'pill' }, record.phase), record.status ? h('span', { class: `pill ${tone}` }, record.status.replaceAll('_', ' ')) : record.verdict ? h('span', { class: `pill ${tone}` }, record.verdict) : null, h('span', { class: 'muted small' }, `${record.who} · ${record.surface}${record.approver ? ` · approved by ${record.approver}` : ''}`)),
      record.objects.length ? h('p', { class: 'small' }, record.objects.join(', ')) : null,
      record.result || record.why ? h('p', { class: 'muted small said' }, record.result || record.why) : null,
      h('p', { class: 'muted tiny' }, `#${record.sequence} `, h('code', {}, record.hash.slice(0, 12)), ' ← ', h('code', {}, record.previous.slice(0, 12)))),
  );
}
