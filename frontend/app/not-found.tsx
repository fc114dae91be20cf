import Link from "next/link";
import { t } from "@/lib/messages";

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center p-6 text-center">
      <div>
        <h1 className="text-2xl font-bold tracking-tight">{t.errors.notFound}</h1>
        <p className="text-muted mt-2">{t.errors.notFoundHint}</p>
        <Link
          href="/today"
          className="text-accent mt-6 inline-block font-medium underline underline-offset-4"
        >
          {t.errors.home}
        </Link>
      </div>
    </main>
  );
}
