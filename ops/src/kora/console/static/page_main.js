// The page: what is known, which view shows it, keys, and when to look again.
import { get, listen, post } from './page_api.js';
import { audit } from './page_audit.js';
import { ago, h, waiting } from './page_dom.js';
import { findings } from './page_findings.js';
import { health } from './page_health.js';
import { askApprove, askReject, isMoving, load, plan, plans } from './page_plans.js';
import { usage } from './page_usage.js';

const PAGES = [['health', 'Health', '♥'], ['findings', 'Findings', '◎'], ['plans', 'Plans', '☑'], ['usage', 'Resources', '▤'], ['audit', 'Audit', '≡']];
const VIEWS = { health, findings: (now, id) => findings(now, id), plans: (now, id) => (id ? plan(now, actions) : plans(now)), usage, audit };
const KEYS = [['1 – 5', 'pages'], ['j  k', 'next, previous'], ['Enter', 'open'], ['a', 'approve the plan shown'], ['x', 'reject the plan shown'], ['r', 'look again'], ['Esc', 'close, back'], ['?', 'these keys']];
const KEPT_RECORDS = 500;

const state = { overview: null, plans: null, plan: null, waiting: [], records: [], chain: null, trouble: null, live: false, problem: null };
const $ = (id) => document.getElementById(id);
const place = () => { const [name, ...rest] = location.hash.slice(1).split('/'); return { name: VIEWS[name] ? name : 'health', id: decodeURIComponent(rest.join('/')) }; };

let drawn = '';
let shownChosen = '';
function draw() {
  const { name, id } = place();
  const ready = name === 'audit' ? true : name === 'plans' ? (id ? state.plan?.id === id : state.plans) : state.overview && state.plans;
  const key = JSON.stringify([name, id, ready && facts(name, id)]);
  menu(name);
  banner();
  document.title = `${PAGES.find(([page]) => page === name)[1]} · Kora`;
  if (key === drawn) return;
  const before = keep();
  drawn = key;
  $('view').replaceChildren(...[ready ? VIEWS[name](state, id) : state.problem ? [] : waiting()].flat(3).filter(Boolean));
  restore(before);
}

const facts = (name, id) => (name === 'audit' ? [state.records.length && state.records.at(-1).sequence, state.chain, state.live, state.trouble] : name === 'plans' ? (id ? state.plan : [state.plans, Math.floor(Date.now() / 30000)]) : [state.overview, state.waiting.length, name === 'health' && state.chain]);

function keep() {
  const items = [...document.querySelectorAll('[data-item]')];
  return { index: items.indexOf(document.activeElement), scroll: scrollY };
}

function restore({ index, scroll }) {
  if (index >= 0) document.querySelectorAll('[data-item]')[index]?.focus({ preventScroll: true });
  scrollTo(0, scroll);
  if (shownChosen !== location.hash) document.querySelector('.chosen')?.scrollIntoView({ block: 'center' });
  shownChosen = location.hash;
}

function menu(current) {
  const counts = { findings: state.overview?.findings.length, plans: state.waiting.length };
  const key = JSON.stringify([current, counts]);
  if ($('pages').dataset.key === key) return;
  $('pages').dataset.key = key;
  $('pages').replaceChildren(...PAGES.map(([page, label, icon]) => h('li', {}, h('a', { href: `#${page}`, 'aria-current': page === current ? 'page' : null }, h('span', { class: 'glyph', 'aria-hidden': 'true' }, icon), h('span', {}, label), counts[page] ? h('span', { class: 'badge' }, String(counts[page])) : null))));
}

function banner() {
  const error = state.problem || state.overview?.error;
  $('banner').hidden = !error;
  if (error) $('banner').replaceChildren(h('strong', {}, error.message), ' ', state.overview?.taken_at ? `What you see is from ${ago(state.overview.taken_at)}. ` : '', error.fix ? h('code', {}, error.fix) : '');
}

async function look() {
  const { name, id } = place();
  try {
    const jobs = [get('/api/plans').then((found) => { state.plans = found; state.waiting = found.plans.filter((each) => each.state === 'proposed'); })];
    if (name === 'plans' && id) jobs.push(load(id).then((found) => { state.plan = found; }));
    if (name !== 'plans' || !state.overview) jobs.push(get('/api/overview').then((found) => { state.overview = found; draw(); }));
    await Promise.all(jobs);
    state.problem = null;
  } catch (error) {
    state.problem = error;
  }
  draw();
}

let timer;
async function cycle() {
  clearTimeout(timer);
  if (!document.hidden) await look();
  clearTimeout(timer);
  timer = setTimeout(cycle, place().name === 'plans' && isMoving(state.plan) ? 1000 : 12000);
}

const actions = {
  say(text) { $('toast').textContent = text; $('toast').classList.add('on'); setTimeout(() => $('toast').classList.remove('on'), 6000); },
  dialog(title, body, yes, act, danger = false) {
    const box = $('dialog');
    const problem = h('p', { class: 'chain bad', role: 'alert', hidden: true });
    const go = h('button', { type: 'submit', class: danger ? 'danger' : 'main' }, yes);
    const form = h('form', { submit: async (event) => {
      event.preventDefault();
      go.disabled = true;
      try { await act(); box.close(); cycle(); } catch (error) { problem.textContent = `${error.message} ${error.fix || ''}`; problem.hidden = false; go.disabled = false; }
    } }, h('h2', { id: 'dialog-title' }, title), body, problem, h('div', { class: 'row end' }, h('button', { type: 'button', autofocus: !body.some((each) => each?.tagName === 'INPUT'), click: () => box.close() }, 'Cancel'), go));
    box.replaceChildren(form);
    box.showModal();
  },
};

function showKeys() {
  const box = $('dialog');
  box.replaceChildren(h('h2', { id: 'dialog-title' }, 'Keys'), h('dl', { class: 'keys' }, KEYS.map(([key, text]) => [h('dt', {}, h('kbd', {}, key)), h('dd', {}, text)])), h('div', { class: 'row end' }, h('button', { type: 'button', click: () => box.close() }, 'Close')));
  box.showModal();
}

function step(by) {
  const items = [...document.querySelectorAll('[data-item]')];
  const next = Math.min(items.length - 1, Math.max(0, items.indexOf(document.activeElement) + by));
  items[next]?.focus();
}

const ON_KEY = { j: () => step(1), k: () => step(-1), r: cycle, '?': showKeys, a: () => decide(askApprove), x: () => decide(askReject), Escape: () => { if (place().id) location.hash = place().name; } };

function decide(ask) {
  const { name, id } = place();
  if (name === 'plans' && id && state.plan?.id === id && state.plan.state === 'proposed') ask(state.plan, actions);
}

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || $('dialog').open || event.target.matches('input, textarea')) return;
  const page = PAGES[Number(event.key) - 1];
  if (page) location.hash = page[0];
  else if (ON_KEY[event.key]) { event.preventDefault(); ON_KEY[event.key](); }
});
addEventListener('hashchange', () => { scrollTo(0, 0); draw(); cycle(); $('main').focus({ preventScroll: true }); });
document.addEventListener('visibilitychange', () => { if (!document.hidden) cycle(); });
$('keys').addEventListener('click', showKeys);
onAct('leave', async () => { await post('/api/session/end'); localStorage.removeItem('kora-page'); location.replace('/login'); });
onAct('theme', () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
  localStorage.setItem('kora-theme', root.dataset.theme);
});

function onAct(name, act) {
  for (const button of document.querySelectorAll(`[data-act=${name}]`)) button.addEventListener('click', act);
}

function heard(kind, data) {
  if (kind === 'record') state.records = [...state.records, data].slice(-KEPT_RECORDS);
  else if (kind === 'chain') { state.chain = data; state.trouble = null; }
  else if (kind === 'trouble') state.trouble = data;
  else state.live = kind === 'open';
  draw();
}

async function begin() {
  draw();
  cycle();
  const session = await get('/api/session');
  $('where').textContent = [session.person, session.cluster].filter(Boolean).join(' · ');
  try { state.records = (await get('/api/audit?count=200')).records; } catch (error) { state.trouble = error; }
  draw();
  listen('/api/audit/live', state.records.at(-1)?.sequence || 0, heard);
}
begin().catch((error) => { state.problem = error; draw(); });
