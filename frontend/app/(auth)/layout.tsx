import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { t } from "@/lib/messages";
import { Mark } from "@/ui/mark";

export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <div className="grid min-h-dvh desk:grid-cols-[minmax(0,1fr)_minmax(0,1.1fr)]">
      <aside
        aria-label={t.app.name}
        className="bg-sunken border-line hidden flex-col justify-between border-e p-12 desk:flex"
      >
        <p className="flex items-center gap-2.5 text-lg font-semibold">
          <Mark /> {t.app.name}
        </p>
        <div>
          <p className="max-w-sm text-[2rem] leading-tight font-bold tracking-tight text-balance">
            {t.app.tagline}
          </p>
          <ul className="text-muted mt-6 grid max-w-sm gap-3">
            {[t.auth.point1, t.auth.point2, t.auth.point3].map((point) => (
              <li key={point} className="grid grid-cols-[auto_1fr] gap-3">
                <Check aria-hidden size={18} className="text-accent mt-0.5" />
                {point}
              </li>
            ))}
          </ul>
        </div>
        <span aria-hidden />
      </aside>
      <main className="grid place-items-center px-5 py-10">
        <div className="w-full max-w-[22rem]">
          <p className="mb-8 flex items-center gap-2.5 text-lg font-semibold desk:hidden">
            <Mark /> {t.app.name}
          </p>
          {children}
        </div>
      </main>
    </div>
  );
}
