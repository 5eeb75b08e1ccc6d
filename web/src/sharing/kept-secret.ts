const KEY = "ledge-invitation";

let inMemory: string | null = null;

/**
 * The secret of an invitation that is open in this tab, through signing in and back, and through a reload. It is in no
 * address that goes to a server, nor in the history; it goes with the tab.
 */
export function keptSecret(): string | null {
  try {
    return sessionStorage.getItem(KEY) ?? inMemory;
  } catch {
    return inMemory;
  }
}

/** @param secret - Null: it is done with. */
export function keepSecret(secret: string | null): void {
  inMemory = secret;
  try {
    if (secret === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, secret);
  } catch {
    // Turned off or full: it lives as long as the page.
  }
}
