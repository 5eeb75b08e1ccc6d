import type { SharedSpace } from "../../../protocol/members.ts";
import type { DriveApi, DriveStore } from "./ports.ts";

export interface SpacesOptions {
  readonly api: Pick<DriveApi, "spaces">;
  readonly store: Pick<DriveStore, "spaces" | "keepSpaces">;
  /** Told after every change. */
  readonly onChange: (spaces: readonly SharedSpace[], change: SpacesChange) => void;
}

/** Shared folders whose spaces are others than they were. */
export interface SpacesChange {
  /** Ids of those that the account does not have any more. */
  readonly gone: readonly string[];
  /** Those that have another owner (M13): what was told of their nodes is of another history, under the same ids. */
  readonly handedOver: readonly SharedSpace[];
}

/** The shared folders that the account owns or has, as the server told last (M2). */
export class Spaces {
  readonly #options: SpacesOptions;
  #all: readonly SharedSpace[] | undefined;
  #asked: Promise<boolean> | null = null;
  #isDue = false;

  constructor(options: SpacesOptions) {
    this.#options = options;
  }

  get all(): readonly SharedSpace[] | undefined {
    return this.#all;
  }

  /** False also where it is not known yet. */
  has(space: string): boolean {
    return this.#all?.some(({ id }) => id === space) ?? false;
  }

  /** Those of others, once it is known which there are; what is stored where the server cannot be asked. */
  async ofOthers(): Promise<readonly SharedSpace[]> {
    if (!this.#all) await this.refresh();
    return this.#all?.filter(({ role }) => role !== "owner") ?? [];
  }

  /** Takes in what is stored, then asks the server. */
  async load(): Promise<void> {
    const stored = await this.#options.store.spaces().catch(() => []);
    if (!this.#all && stored.length > 0) this.#set(stored);
    await this.refresh();
  }

  /** Asks the server; what was known stays where it cannot be asked. Asked for meanwhile, it is asked once more. */
  refresh(): Promise<boolean> {
    this.#isDue = true;
    this.#asked ??= this.#refresh().finally(() => {
      this.#asked = null;
    });
    return this.#asked;
  }

  async #refresh(): Promise<boolean> {
    while (this.#isDue) {
      this.#isDue = false;
      try {
        const spaces = await this.#options.api.spaces();
        this.#set(spaces);
        await this.#options.store.keepSpaces(spaces).catch(() => undefined);
      } catch {
        return false;
      }
    }
    return true;
  }

  #set(spaces: readonly SharedSpace[]): void {
    const before = new Map(this.#all?.map((space) => [space.id, space]));
    const now = spaces.map((space) => {
      const known = before.get(space.id);
      return known && isSame(known, space) ? known : space;
    });
    const isChanged = now.length !== this.#all?.length || now.some((space, at) => space !== this.#all?.[at]);
    if (!isChanged) return;
    this.#all = now;
    const ids = new Set(now.map(({ id }) => id));
    this.#options.onChange(now, {
      gone: [...before.keys()].filter((id) => !ids.has(id)),
      handedOver: now.filter(({ id, owner }) => isOther(before.get(id)?.owner, owner)),
    });
  }
}

function isOther(before: SharedSpace["owner"] | undefined, now: SharedSpace["owner"]): boolean {
  return before !== undefined && before.id !== now.id;
}

function isSame(a: SharedSpace, b: SharedSpace): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
