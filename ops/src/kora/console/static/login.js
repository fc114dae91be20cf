// A one-time link becomes a session: the cookie comes from the server, the page token stays in this page's storage.
const said = document.getElementById('said');

async function enter(text) {
  const token = text.includes('#') ? text.slice(text.indexOf('#') + 1) : text;
  const answer = await fetch('/login', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token: token.trim() }),
  });
  const body = await answer.json();
  if (!answer.ok) {
    said.textContent = `${body.error.message} ${document.body.dataset.hint ?? ''}`.trim();
    return;
  }
  localStorage.setItem('kora-page', body.page_token);
  location.replace('/');
}

function attempt(text) {
  enter(text).catch(() => (said.textContent = 'The console does not answer. Does it still run?'));
}

document.getElementById('form').addEventListener('submit', (event) => {
  event.preventDefault();
  attempt(document.getElementById('token').value);
});

if (location.hash.length > 1) {
  const token = location.hash;
  history.replaceState(null, '', '/login');
  attempt(token);
}
