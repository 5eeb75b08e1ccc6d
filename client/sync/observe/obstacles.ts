import { nameKey } from "../../../core/names.ts";

/**
 * What is on this disk and in no tree, and yet has a place there: why nothing else can be put there, by the identity of
 * the folder, which stays whatever it is called and whichever entry it is, and by the key of the name (N2). Of what is
 * ignored only the topmost folder counts.
 */
export class Obstacles {
  readonly #byFolder = new Map<string, Map<string, string>>();

  set(folder: string, name: string, why: string): void {
    const names = this.#byFolder.get(folder);
    if (names) names.set(nameKey(name), why);
    else this.#byFolder.set(folder, new Map([[nameKey(name), why]]));
  }

  find(folder: string, name: string): string | null {
    return this.#byFolder.get(folder)?.get(nameKey(name)) ?? null;
  }

  remove(folder: string, name: string): void {
    const names = this.#byFolder.get(folder);
    names?.delete(nameKey(name));
    if (names?.size === 0) this.#byFolder.delete(folder);
  }

  clearFolder(folder: string): void {
    this.#byFolder.delete(folder);
  }
}
