import { t } from "@/lib/messages";

/** Grey bars where rows will be. They appear only after 200 ms: a fast answer shows nothing but the answer. */
export function RowSkeleton({ rows = 5 }: { rows?: number }) {
  return (
    <div className="appear-late" role="status" aria-label={t.loading}>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="border-line flex items-center gap-3 border-b px-2 py-3.5">
          <span className="bg-hover size-5 rounded-full" />
          <span className="bg-hover h-3.5 rounded" style={{ width: `${[52, 38, 61, 44, 30][index % 5]}%` }} />
        </div>
      ))}
    </div>
  );
}
