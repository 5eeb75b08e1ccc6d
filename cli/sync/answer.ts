import { randomBytes } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ownPlaces } from "../../client/ports/replica-paths.ts";

/** What to do about a mass deletion that is held back (Y14). */
export interface Answer {
  readonly deletions: "confirm" | "undo";
  /** What was held back when it was given; more than that is not meant. */
  readonly brake: { readonly remote: number; readonly local: number };
}

function place(root: string): string {
  return join(ownPlaces(root).own, "answer");
}

/** Leaves an answer for the process that syncs the folder. */
export async function leaveAnswer(root: string, answer: Answer): Promise<void> {
  const passing = `${place(root)}.${randomBytes(4).toString("hex")}`;
  await writeFile(passing, JSON.stringify(answer), { mode: 0o600 });
  await rename(passing, place(root));
}

/** Takes the answer that was left; null where there is none, or it cannot be understood. */
export async function takeAnswer(root: string): Promise<Answer | null> {
  let text: string;
  try {
    text = await readFile(place(root), "utf8");
  } catch {
    return null;
  }
  await rm(place(root), { force: true });
  try {
    const { deletions, brake } = JSON.parse(text) as Partial<Answer>;
    if (typeof brake?.remote !== "number" || typeof brake.local !== "number") return null;
    return deletions === "confirm" || deletions === "undo" ? { deletions, brake } : null;
  } catch {
    return null;
  }
}
