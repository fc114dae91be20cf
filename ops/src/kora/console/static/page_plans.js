// Plans: the list, one plan with its coloured diff, and a person's yes or no to exactly the hash that is shown.
import { get, post } from './page_api.js';
import { ago, empty, h, head, plural, until } from './page_dom.js';
import { command } from './page_findings.js';

const MOVING = new Set(['approved', 'applying', 'verifying', 'rolling_back']);
const TONES = { proposed: 'ask', approved: 'ask', applying: 'ask', verifying: 'ask', rolling_back: 'ask', done: 'good', failed: 'bad', rolled_back: 'bad', void: 'bad' };

export function plans(state) {
  const { plans: all, damaged, interrupted } = state.plans;
  return [
    head('Plans', state.waiting.length ? `${plural(state.waiting.length, 'plan')} ${state.waiting.length === 1 ? 'waits' : 'wait'} for a decision` : 'Nothing waits for a decision'),
    interrupted.length ? h('div', { class: 'chain bad' }, h('strong', {}, `Interrupted: ${interrupted.join(', ')}. `), 'A process died in the middle. Next: ', h('code', {}, 'kora plans resume')) : null,
    all.length ? h('ul', { class: 'rows' }, all.map(row)) : empty('No plans yet', 'A change that is asked for at the command line, by the operator or over MCP waits here for your yes.', 'kora ask "scale web to 3"'),
    damaged.map((each) => h('p', { class: 'chain bad' }, `${each.file}: ${each.reason}`)),
  ];
}

function row(plan) {
  return h('li', {}, h('a', { href: `#plans/${plan.id}`, class: 'item', 'data-item': true }, h('span', { class: `dot ${TONES[plan.state] || ''}`, 'aria-hidden': 'true' }), h('span', { class: 'grow' }, h('strong', {}, plan.goal), h('span', { class: 'muted small' }, `${plan.id} · by ${plan.made_by} · ${ago(plan.made_at)}${plan.approver ? ` · approved by ${plan.approver}` : ''}`)), h('span', { class: `pill ${plan.risk}` }, plan.risk), h('span', { class: `pill ${TONES[plan.state] || ''}` }, plan.state.replaceAll('_', ' '))));
}

export function plan(state, actions) {
  const shown = state.plan;
  const open = shown.state === 'proposed';
  return [
    h('p', { class: 'back' }, h('a', { href: '#plans' }, '← All plans')),
    head(shown.goal, `${shown.id} · made by ${shown.made_by} ${ago(shown.made_at)}`, h('span', { class: 'pills' }, h('span', { class: `pill ${shown.risk}` }, shown.risk), h('span', { class: `pill ${TONES[shown.state] || ''}` }, shown.state.replaceAll('_', ' ')))),
    open ? decide(shown, actions) : became(shown),
    activity(shown),
    h('section', { class: 'group' }, h('h2', {}, 'What would change'), shown.blocks.map(block)),
    h('section', { class: 'group' }, h('h2', {}, 'Steps'), h('ol', { class: 'steps' }, shown.steps.map(step))),
    h('section', { class: 'group' }, h('h2', {}, 'Must hold afterwards'), h('ul', { class: 'plain' }, shown.postconditions.map((each) => h('li', {}, each.check.replaceAll('_', ' '), each.target ? ` · ${each.target.kind} ${each.target.name}` : ''))), h('p', { class: 'muted small' }, `Watched for ${shown.hold_seconds} s; rolled back when it does not hold.`)),
    h('section', { class: 'group' }, h('h2', {}, 'Hash'), h('p', {}, h('code', { class: 'hash' }, shown.hash))),
  ];
}

function decide(shown, actions) {
  return h('div', { class: 'decide' }, h('p', {}, 'Waits for a decision; expires ', h('strong', {}, until(shown.expires_at)), '.'), h('div', { class: 'row' }, h('button', { type: 'button', click: () => askReject(shown, actions) }, 'Reject', h('kbd', { 'aria-hidden': 'true' }, 'x')), h('button', { type: 'button', class: 'main', click: () => askApprove(shown, actions) }, 'Approve…', h('kbd', { 'aria-hidden': 'true' }, 'a'))));
}

function became(shown) {
  const lines = [shown.approver ? `Approved by ${shown.approver} through the ${shown.approved_through} ${ago(shown.approved_at)}.` : null, shown.reason || null].filter(Boolean);
  return lines.length ? h('div', { class: `chain ${TONES[shown.state] || ''}` }, lines.map((line) => h('p', {}, line))) : null;
}

function activity(shown) {
  const now = shown.activity;
  if (!now) return null;
  return h('section', { class: 'group', 'aria-live': 'polite' }, h('h2', {}, now.running ? 'Working' : 'What happened'), h('ol', { class: 'log' }, now.lines.map((line) => h('li', {}, line))), now.answer && !now.running ? h('p', {}, now.answer) : null, now.fix ? command(now.fix) : null);
}

function block(each) {
  return h('figure', { class: 'diff' }, h('figcaption', {}, h('span', { class: `verb ${each.verb}` }, each.verb), h('span', { class: 'grow' }, each.title), each.added ? h('span', { class: 'plus' }, `+${each.added}`) : null, each.removed ? h('span', { class: 'minus' }, `−${each.removed}`) : null), each.lines.length ? h('div', { class: 'lines', tabindex: '0', role: 'region', 'aria-label': `Diff of ${each.title}` }, each.lines.map((line) => h('div', { class: line.kind }, h('span', { class: 'sign' }, { added: '+', removed: '−' }[line.kind] || ' '), line.text))) : null);
}

function step(each) {
  return h('li', {}, h('strong', {}, each.action.replaceAll('_', ' ')), each.target ? ` ${each.target} ` : ' ', h('span', { class: `pill ${each.risk}` }, each.risk), h('p', {}, each.reason), each.evidence.length ? h('dl', { class: 'evidence' }, each.evidence.map((one) => [h('dt', {}, one.source), h('dd', {}, one.text)])) : null, h('p', { class: 'muted small' }, each.undo.length ? `The way back: ${each.undo.join(', ').replaceAll('_', ' ')}` : 'There is no way back from this step.'));
}

export function askApprove(shown, actions) {
  const objects = shown.blocks.filter((each) => each.verb !== 'note').map((each) => h('li', {}, h('span', { class: `verb ${each.verb}` }, each.verb), each.title));
  actions.dialog('Approve and apply this plan?', [h('p', {}, h('strong', {}, shown.goal)), h('ul', { class: 'plain' }, objects), shown.steps.some((each) => !each.undo.length) ? h('p', { class: 'chain bad' }, 'It has a step without a way back.') : null, h('p', { class: 'muted small' }, 'Your yes is bound to this hash, is used once and is recorded under your name: '), h('p', {}, h('code', { class: 'hash' }, shown.hash))], `Approve (${shown.risk})`, async () => {
    await post(`/api/plans/${shown.id}/approve`, { hash: shown.hash });
    actions.say('Approved. It is being applied and verified.');
  }, shown.risk !== 'write');
}

export function askReject(shown, actions) {
  const reason = h('input', { id: 'reason', maxlength: '500', autocomplete: 'off' });
  actions.dialog('Reject this plan?', [h('p', {}, h('strong', {}, shown.goal)), h('label', { for: 'reason' }, 'Reason (kept with the plan)'), reason], 'Reject', async () => {
    await post(`/api/plans/${shown.id}/reject`, { reason: reason.value });
    actions.say('Rejected. Nothing was changed.');
  });
}

export const isMoving = (shown) => Boolean(shown?.activity?.running) || MOVING.has(shown?.state);
export const load = (id) => get(`/api/plans/${encodeURIComponent(id)}`);
