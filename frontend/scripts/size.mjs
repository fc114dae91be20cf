// First-load JavaScript of every page of the export: the gzip size of each script its HTML asks for.
// Scripts marked `nomodule` are skipped, as modern browsers skip them. Exit code 1 over the limit.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const LIMIT_KB = 200;
const out = join(import.meta.dirname, "../out");
if (!existsSync(out)) {
  console.error("There is no out/ folder. Run `npm run build:export` first.");
  process.exit(2);
}
const sizes = new Map();
function gzipBytes(src) {
  if (!sizes.has(src)) sizes.set(src, gzipSync(readFileSync(join(out, decodeURI(src.split("?")[0])))).length);
  return sizes.get(src);
}
let worst = 0;
for (const page of readdirSync(out)
  .filter((name) => name.endsWith(".html"))
  .sort()) {
  const html = readFileSync(join(out, page), "utf8");
  const sources = new Set();
  for (const [tag] of html.matchAll(/<script[^>]*>/g)) {
    const src = /\ssrc="([^"]+)"/.exec(tag)?.[1];
    if (src && !/\snomodule/i.test(tag)) sources.add(src);
  }
  const total = [...sources].reduce((sum, src) => sum + gzipBytes(src), 0) / 1000;
  worst = Math.max(worst, total);
  console.log(`${page.padEnd(18)} ${total.toFixed(1).padStart(7)} kB`);
}
console.log(`largest ${worst.toFixed(1)} kB of ${LIMIT_KB} kB`);
process.exit(worst > LIMIT_KB ? 1 : 0);
