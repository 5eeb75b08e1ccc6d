/** The name of the database in which this browser keeps an account's drafts. */
export function draftDatabaseOf(account: string): string {
  return `ledge-drafts-${account}`;
}

/** Deletes what of an account was typed and not saved (B2). */
export function forgetDrafts(account: string): Promise<void> {
  const request = indexedDB.deleteDatabase(draftDatabaseOf(account));
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve());
    request.addEventListener("error", () => reject(request.error ?? new Error("the browser keeps the drafts")));
  });
}
