// helm test of a release that holds the page alone: walks from the page to its server, wherever that runs.
const { FRONTEND_URL, TIMEOUT_SECONDS } = process.env;

const steps = [
  ["the page answers", "/health", [200]],
  ["the page reaches the server", "/api/auth/session", [200, 401]],
];

async function problem(path, accepted) {
  try {
    const answer = await fetch(FRONTEND_URL + path, { signal: AbortSignal.timeout(5000) });
    const body = await answer.json();
    return accepted.includes(answer.status) ? null : `HTTP ${answer.status}: ${JSON.stringify(body)}`;
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
}

for (const [title, path, accepted] of steps) {
  const end = Date.now() + TIMEOUT_SECONDS * 1000;
  for (let why; (why = await problem(path, accepted)); ) {
    if (Date.now() > end) {
      console.error(`FAILED  ${title}: ${FRONTEND_URL}${path}: ${why}`);
      process.exit(1);
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  console.log(`ok      ${title}`);
}
