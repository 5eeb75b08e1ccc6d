import { lazy, Suspense, useSyncExternalStore, type ReactNode } from "react";
import { onConflicts, openConflict } from "./conflicts.ts";

const ConflictDialog = lazy(() => import("./conflict-dialog.tsx").then((file) => ({ default: file.ConflictDialog })));

/** Puts the questions that moves raise, wherever one went meanwhile. Once, inside the shell. */
export function ConflictCenter(): ReactNode {
  const question = useSyncExternalStore(onConflicts, openConflict);
  return <Suspense>{question && <ConflictDialog question={question} />}</Suspense>;
}
