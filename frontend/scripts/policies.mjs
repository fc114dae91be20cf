// Content-Security-Policy of the standalone server. Every page is prerendered, so its inline scripts are known after
// the build: their SHA-256 hashes go into one header rule a page in the server's routes manifest. The backend does the
// same for the exported files.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

const INLINE = /<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g;

export function hashesOf(html) {
  const hashes = [...html.matchAll(INLINE)].map(
    ([, code]) => `'sha256-${createHash("sha256").update(code, "utf8").digest("base64")}'`,
  );
  return [...new Set(hashes)];
}

export function policyFor(html) {
  return [
    "default-src 'self'",
    `script-src 'self' ${hashesOf(html).join(" ")}`.trim(),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

function* htmlFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* htmlFiles(path);
    else if (entry.name.endsWith(".html")) yield path;
  }
}

/** Adds one header rule a page to `<server>/.next/routes-manifest.json`; answers how many. */
export function writePolicies(server) {
  const app = join(server, ".next/server/app");
  const manifestPath = join(server, ".next/routes-manifest.json");
  const manifest = JSON.parse(readFileSync(manifestPath, "utf8"));
  let count = 0;
  // Addresses that are no page show the not-found page. Later rules win over this one.
  const missing = policyFor(readFileSync(join(app, "_not-found.html"), "utf8"));
  manifest.headers.push({
    source: "/((?!api|mcp|feeds|_next).*)",
    headers: [{ key: "Content-Security-Policy", value: missing }],
    regex: "^/(?!(?:api|mcp|feeds|_next)(?:/|$)).*$",
  });
  for (const file of htmlFiles(app)) {
    const name = relative(app, file)
      .replace(/\.html$/, "")
      .replaceAll("\\", "/");
    const path = name === "index" ? "/" : `/${name}`;
    const header = { key: "Content-Security-Policy", value: policyFor(readFileSync(file, "utf8")) };
    const pattern = path.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    manifest.headers.push({ source: path, headers: [header], regex: `^${pattern}(?:/)?$` });
    count += 1;
  }
  writeFileSync(manifestPath, JSON.stringify(manifest));
  return count;
}
