import { useRouter, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { beginSession } from "../session/begin.ts";

/** To be called once signed in: goes to where the person was on the way to, else to the files. */
export function useArrive(): (userId: string) => Promise<void> {
  const router = useRouter();
  const { next } = useSearch({ strict: false });
  return useCallback(
    async (userId: string) => {
      if (!(await beginSession(userId))) return;
      if (next === undefined) await router.navigate({ to: "/files", replace: true });
      else router.history.replace(next);
    },
    [router, next],
  );
}
