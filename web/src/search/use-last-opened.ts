import { useRouterState } from "@tanstack/react-router";
import { useEffect, useState } from "react";

interface LastOpened {
  /** A node's; null: nothing was opened yet. */
  id: string | null;
}

/** By step of the history; forgotten with the page. */
const opened = new Map<string, LastOpened>();

/**
 * What was opened last from this step of the history: whoever comes back is to find it. The same object as long as it is
 * shown.
 *
 * @param view - The file that the address opens.
 */
export function useLastOpened(view: string | undefined): LastOpened {
  const step = useRouterState({ select: ({ location }) => location.state.__TSR_key ?? "" });
  const [last] = useState<LastOpened>(() => opened.get(step) ?? { id: view ?? null });
  // A file that is opened over the results is a step of its own, with the same results.
  useEffect(() => {
    opened.set(step, last);
  }, [step, last]);
  return last;
}
