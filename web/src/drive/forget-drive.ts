/** The name of an account's database in this browser. */
export function databaseOf(account: string): string {
  return `ledge-drive-${account}`;
}

/**
 * Deletes all that this browser keeps of an account's tree, with what was not sent yet (B2). Pages of the account that are
 * still open keep nothing any more.
 */
export function forgetDrive(account: string): Promise<void> {
  const request = indexedDB.deleteDatabase(databaseOf(account));
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve());
    request.addEventListener("error", () => reject(request.error ?? new Error("the browser keeps the database")));
  });
}
