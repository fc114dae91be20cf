// Builds the page: `node scripts/build.mjs export|standalone`.
// Standalone: copies the static files beside the server and gives every page its Content-Security-Policy.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { writePolicies } from "./policies.mjs";

const kind = process.argv[2];
if (kind !== "export" && kind !== "standalone") {
  console.error("Say which build: export or standalone.");
  process.exit(2);
}
const root = join(import.meta.dirname, "..");
const built = spawnSync(process.execPath, [join(root, "node_modules/next/dist/bin/next"), "build"], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, TASKORA_BUILD: kind, NEXT_TELEMETRY_DISABLED: "1" },
});
if (built.status !== 0) process.exit(built.status ?? 1);

if (kind === "standalone") {
  const server = join(root, ".next/standalone");
  cpSync(join(root, ".next/static"), join(server, ".next/static"), { recursive: true });
  if (existsSync(join(root, "public")))
    cpSync(join(root, "public"), join(server, "public"), { recursive: true });
  const pages = writePolicies(server);
  console.log(`Content-Security-Policy written for ${pages} pages.`);
}
