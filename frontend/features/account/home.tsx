"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { t } from "@/lib/messages";
import { LoadProblem } from "@/ui/problem";
import { Mark } from "@/ui/mark";
import { useSession } from "./session";

/** The front door: to the tasks for who is signed in, to the sign-in page for everybody else. */
export function Home() {
  const router = useRouter();
  const session = useSession();
  const known = session.data !== undefined;
  const signedIn = Boolean(session.data);
  useEffect(() => {
    if (known) router.replace(signedIn ? "/today" : "/signin");
  }, [known, signedIn, router]);

  return (
    <main className="grid min-h-dvh place-items-center">
      {session.isError ? (
        <LoadProblem error={session.error} retry={() => void session.refetch()} />
      ) : (
        <div className="appear-late grid justify-items-center gap-3">
          <Mark size={40} />
          <h1 className="font-semibold">{t.app.name}</h1>
        </div>
      )}
    </main>
  );
}
