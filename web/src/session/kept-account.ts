import type { Account } from "../../../client/api.ts";

const KEY = "ledge-account";
/** Of whoever has left something that a person is being asked about. */
const ASIDE_KEY = "ledge-account-left";

/** Who was signed in here last, so that the shell is there at once, and offline. */
export function keptAccount(): Account | undefined {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "null");
    return isAccount(kept) ? kept : undefined;
  } catch {
    return undefined;
  }
}

export function keepAccount(account: Account): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(account));
  } catch {
    // Storage is full or turned off: then the next page asks the server first.
  }
}

export function forgetKeptAccount(): void {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Where storage is turned off there is nothing to forget.
  }
}

/** Has pages that are loaded from now on know of nobody, until `takeAccountBack`. */
export function putAccountAside(): void {
  rename(KEY, ASIDE_KEY);
}

/** Whoever was put aside is the one who was signed in here last; does nothing where nobody was. */
export function takeAccountBack(): void {
  rename(ASIDE_KEY, KEY);
}

function rename(from: string, to: string): void {
  try {
    const kept = localStorage.getItem(from);
    if (kept === null) return;
    localStorage.setItem(to, kept);
    localStorage.removeItem(from);
  } catch {
    // Storage is turned off: then nobody was kept.
  }
}

/** An older release may have kept something else. */
function isAccount(value: unknown): value is Account {
  const { id, email, name, home, quota } = (value ?? {}) as Record<string, unknown>;
  return [id, email, name].every((each) => typeof each === "string") && isObject(home) && isObject(quota);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
