import type { NextConfig } from "next";

/**
 * One source, two builds (TASKORA_BUILD):
 * - `export`: plain files in `out/`, served by the backend itself; `route.server.ts` files are invisible to it.
 * - `standalone`: a Node server that also forwards /api, /mcp and /feeds to API_BASE_URL, read per request.
 */
const standalone = process.env.TASKORA_BUILD !== "export";

const securityHeaders = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Referrer-Policy", value: "strict-origin-when-cross-origin" },
  { key: "Permissions-Policy", value: "camera=(), geolocation=(), payment=(), usb=()" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
];

const shared: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  trailingSlash: false,
  images: { unoptimized: true },
  // `npm run check` is the type check; a build on somebody's machine need not repeat it.
  typescript: { ignoreBuildErrors: true },
  experimental: { optimizePackageImports: ["lucide-react"] },
};

const config: NextConfig = standalone
  ? {
      ...shared,
      output: "standalone",
      outputFileTracingRoot: import.meta.dirname,
      pageExtensions: ["tsx", "server.ts"],
      // scripts/build.mjs adds a Content-Security-Policy per page: the hashes are known only after the build.
      headers: async () => [{ source: "/:path*", headers: securityHeaders }],
    }
  : { ...shared, output: "export", pageExtensions: ["tsx"] };

export default config;
