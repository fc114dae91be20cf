"use client";

import { lazy, Suspense } from "react";

const Markdown = lazy(() => import("./markdown"));
const MARKS = /[*_`#>[\]~|]|^\s*(?:[-+]|\d+[.)])\s|https?:|\n/m;

/** Text that may be Markdown: plain text needs no parser and shows at once. */
export function LazyMarkdown({ text }: { text: string }) {
  const asIs = <p className="[overflow-wrap:anywhere] whitespace-pre-wrap">{text}</p>;
  if (!MARKS.test(text)) return asIs;
  return (
    <Suspense fallback={asIs}>
      <Markdown text={text} />
    </Suspense>
  );
}
