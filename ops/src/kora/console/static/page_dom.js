// Elements from plain values. Text only ever becomes text: there is no way from data to markup here.
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(element, name, value);
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children.flat(3));
  return element;
}

function set(element, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (typeof value === 'function') element.addEventListener(name, value);
  else element.setAttribute(name, value === true ? '' : String(value));
}

export function ago(stamp) {
  if (!stamp) return 'never';
  const seconds = Math.max(0, (Date.now() - Date.parse(stamp)) / 1000);
  return seconds < 5 ? 'just now' : `${span(seconds)} ago`;
}

export function until(stamp) {
  const seconds = (Date.parse(stamp) - Date.now()) / 1000;
  return seconds > 0 ? `in ${span(seconds)}` : 'now';
}

export function span(seconds) {
  const sizes = [[86400, 'd'], [3600, 'h'], [60, 'min']];
  for (const [size, unit] of sizes) if (seconds >= size) return `${Math.floor(seconds / size)} ${unit}`;
  return `${Math.floor(seconds)} s`;
}

export function cores(value) {
  if (value === null) return '–';
  return value < 1 ? `${Math.round(value * 1000)}m` : `${value.toFixed(2).replace(/\.?0+$/, '')}`;
}

export function bytes(value) {
  if (value === null) return '–';
  return value >= 2 ** 30 ? `${(value / 2 ** 30).toFixed(1)} GiB` : `${Math.round(value / 2 ** 20)} MiB`;
}

export const plural = (count, word) => `${count} ${word}${count === 1 ? '' : 's'}`;

export function head(title, said, ...extra) {
  return h('header', { class: 'head' }, h('div', {}, h('h1', {}, title), h('p', { class: 'muted' }, said)), ...extra);
}

export function empty(title, text, command) {
  return h('section', { class: 'empty' }, h('span', { class: 'mark', 'aria-hidden': 'true' }, '✓'), h('h2', {}, title), h('p', { class: 'muted' }, text), command ? h('p', {}, h('code', {}, command)) : null);
}

export function waiting() {
  return h('div', { class: 'waiting', role: 'status' }, h('span', { class: 'hidden' }, 'Loading'), ...[1, 2, 3].map(() => h('div', { class: 'bone' })));
}
