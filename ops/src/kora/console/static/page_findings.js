// What is wrong, one card per cause: evidence, what Kora would do, the command for a person.
import { empty, h, head, plural } from './page_dom.js';

const VERDICTS = { heal: 'Kora can mend it', propose: 'Kora proposes a change', escalate: 'For a person' };
const MARKS = { critical: '!', warning: '!', info: 'i' };

export function findings(state, chosen) {
  const { findings: found, notes, checked, taken_at: taken } = state.overview;
  return [
    head('Findings', found.length ? `${plural(found.length, 'cause')}, worst first` : taken ? `${checked} objects looked at` : 'Nothing was seen yet.'),
    found.length ? h('ul', { class: 'cards' }, found.map((each) => card(each, each.id === chosen))) : taken ? empty('Nothing is wrong', 'Pods, roll-outs, services, volumes and what they refer to were looked at.') : null,
    notes.length ? h('section', { class: 'group' }, h('h2', {}, 'Not looked at'), h('ul', { class: 'plain muted' }, notes.map((note) => h('li', {}, note)))) : null,
  ];
}

function card(finding, chosen) {
  const [subject, ...others] = finding.objects;
  return h(
    'li',
    { class: `card ${finding.severity} ${chosen ? 'chosen' : ''}`, id: `finding-${finding.id}`, 'data-item': true, tabindex: '-1' },
    h('div', { class: 'card-head' }, h('span', { class: `mark ${finding.severity}`, 'aria-hidden': 'true' }, MARKS[finding.severity]), h('h2', {}, finding.cause), h('span', { class: `pill ${finding.severity}` }, finding.severity), h('span', { class: 'pill' }, VERDICTS[finding.verdict])),
    h('p', {}, finding.summary),
    h('p', { class: 'muted small' }, place(subject), others.length ? ` · shows on ${others.map((each) => each.name).join(', ')}` : ''),
    finding.evidence.length ? h('dl', { class: 'evidence' }, finding.evidence.map((each) => [h('dt', {}, each.source), h('dd', {}, each.text)])) : null,
    finding.plan ? h('p', {}, h('a', { href: `#plans/${finding.plan.id}` }, finding.plan.state === 'proposed' ? 'A plan waits for a decision' : `Its plan is ${finding.plan.state.replaceAll('_', ' ')}`), ` · ${finding.plan.goal}`) : null,
    finding.fix_command ? command(finding.fix_command) : null,
  );
}

const place = (one) => (one ? `${one.kind} ${one.name}${one.namespace ? ` in ${one.namespace}` : ''}` : '');

export function command(text) {
  const copy = h('button', { type: 'button', class: 'quiet', 'aria-label': 'Copy the command', click: async () => { await navigator.clipboard.writeText(text); copy.textContent = 'Copied'; } }, 'Copy');
  return h('div', { class: 'command' }, h('code', { tabindex: '0' }, text), copy);
}
