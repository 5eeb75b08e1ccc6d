import type { Account } from "../../../client/api.ts";
import type { Unsent } from "./unsent.ts";

/** `discard`: what only this browser has is lost; `back`: the account that it is of signs in again. */
export type LeftAnswer = "discard" | "back";

/** Somebody signs in where another account has left what the server does not have. */
export interface LeftQuestion {
  readonly account: Account;
  readonly unsent: Unsent;
  readonly answer: (answer: LeftAnswer) => void;
}

let question: LeftQuestion | null = null;
const listeners = new Set<() => void>();

function change(next: LeftQuestion | null): void {
  question = next;
  for (const listener of listeners) listener();
}

/** Asks the person; whichever way in is shown puts the question. */
export function askAboutLeft(account: Account, unsent: Unsent): Promise<LeftAnswer> {
  return new Promise((resolve) => {
    change({
      account,
      unsent,
      answer: (answer) => {
        change(null);
        resolve(answer);
      },
    });
  });
}

export function openLeftQuestion(): LeftQuestion | null {
  return question;
}

export function onLeftQuestion(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
