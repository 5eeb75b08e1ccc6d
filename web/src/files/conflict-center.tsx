import { Suspense, useSyncExternalStore, type ReactNode } from "react";
import { part } from "../ui/part.ts";
import { onConflicts, openConflict } from "./conflicts.ts";

const ConflictDialog = part(() => import("./conflict-dialog.tsx").then((file) => file.ConflictDialog));

/** Puts the questions that moves raise, wherever one went meanwhile. Once, inside the shell. */
export function ConflictCenter(): ReactNode {
  const question = useSyncExternalStore(onConflicts, openConflict);
  return <Suspense>{question && <ConflictDialog question={question} />}</Suspense>;
}
