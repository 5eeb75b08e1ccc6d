/** What stands for the account's own space. */
const HOME = "";

/**
 * The newest bookmark that the server told, one for each space: that of a shared folder is of its owner's database, and says
 * nothing about another.
 */
export class Bookmarks {
  readonly #newest = new Map<string, string>();

  /** @param space - A shared folder's id; absent: the account's own space. */
  of(space: string = HOME): string | undefined {
    return this.#newest.get(space);
  }

  /** Null: none was told. */
  take(told: string | null, space: string = HOME): void {
    if (told === null) return;
    // D1's bookmarks of one database sort by age; of answers that overtake each other the newest counts.
    const known = this.#newest.get(space);
    if (known === undefined || known.length !== told.length || told > known) this.#newest.set(space, told);
  }
}

/** The shared folder that a request below `/api` is for; undefined: the account itself. */
export function spaceOfPath(path: string): string | undefined {
  return /^\/spaces\/([^/?]+)/.exec(path)?.[1];
}
