// Requests to the console. The page token goes along with each; a lost session leads back to the door.
const page = localStorage.getItem('kora-page') || '';

export class Refused extends Error {
  constructor(error) {
    super(error.message);
    this.code = error.code;
    this.fix = error.fix;
  }
}

async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, { ...options, headers: { 'X-Kora-Page': page, ...options.headers } });
  } catch {
    throw new Refused({ code: 'CONSOLE_GONE', message: 'The console does not answer. Is kora console still running?' });
  }
  if (answer.status === 401) location.replace('/login');
  if (answer.ok) return answer;
  const body = await answer.json().catch(() => ({}));
  if (body.error?.code === 'PAGE_TOKEN_REQUIRED') location.replace('/login');
  throw new Refused(body.error || { code: 'FAILED', message: `The console answered ${answer.status}.` });
}

export const get = async (path) => (await ask(path)).json();

export async function post(path, body = {}) {
  const headers = { 'Content-Type': 'application/json' };
  return (await ask(path, { method: 'POST', headers, body: JSON.stringify(body) })).json();
}

// Server-sent events over fetch, because EventSource can't send the page token. Comes back after a lost connection.
export async function listen(path, since, tell) {
  let last = since;
  for (;;) {
    try {
      const answer = await ask(`${path}?since=${last}`);
      tell('open', null);
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        const blocks = (rest + value).split('\n\n');
        rest = blocks.pop();
        for (const block of blocks) {
          const fields = Object.fromEntries(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
          if (fields.id) last = Number(fields.id);
          if (fields.event) tell(fields.event, JSON.parse(fields.data));
        }
      }
    } catch {
      tell('closed', null);
    }
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
}
