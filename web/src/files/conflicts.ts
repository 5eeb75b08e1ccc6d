import type { Entry } from "../drive/drive.ts";

/** What to do with entries whose names are taken where they go. */
export type ConflictAnswer = "keep-both" | "skip";

export interface ConflictQuestion {
  readonly entries: readonly Entry[];
  readonly answer: (answer: ConflictAnswer) => void;
}

let questions: readonly ConflictQuestion[] = [];
const listeners = new Set<() => void>();

function change(next: readonly ConflictQuestion[]): void {
  questions = next;
  for (const listener of listeners) listener();
}

/** Asks the person, after whatever else is being asked. */
export function askConflict(entries: readonly Entry[]): Promise<ConflictAnswer> {
  return new Promise((resolve) => {
    const question: ConflictQuestion = {
      entries,
      answer: (answer) => {
        change(questions.filter((each) => each !== question));
        resolve(answer);
      },
    };
    change([...questions, question]);
  });
}

/** The question to put now; undefined where there is none. */
export function openConflict(): ConflictQuestion | undefined {
  return questions[0];
}

export function onConflicts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
