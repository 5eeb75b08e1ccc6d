import { Follower, type FollowerOptions } from "./follower.ts";

export interface FollowersOptions {
  /** The account's own space. */
  readonly home: string;
  /** What a space is followed with. */
  readonly optionsOf: (space: string) => FollowerOptions;
}

/** One follower for the account's own space, and one for each shared folder of others that was read from. */
export class Followers {
  readonly #options: FollowersOptions;
  readonly home: Follower;
  readonly #others = new Map<string, Follower>();

  constructor(options: FollowersOptions) {
    this.#options = options;
    this.home = new Follower(options.optionsOf(options.home));
  }

  of(space: string): Follower {
    if (space === this.#options.home) return this.home;
    const known = this.#others.get(space);
    if (known) return known;
    const follower = new Follower(this.#options.optionsOf(space));
    this.#others.set(space, follower);
    return follower;
  }

  /** The account does not have the shared folder any more. */
  stop(space: string): void {
    this.#others.get(space)?.stop();
  }

  /** Asks for what changed in a space, where it is followed. Resolves to whether all of it is here. */
  pull(space: string): Promise<boolean> {
    const follower = space === this.#options.home ? this.home : this.#others.get(space);
    return follower?.pull() ?? Promise.resolve(true);
  }

  /** As `pull`, of all spaces. */
  async pullAll(): Promise<boolean> {
    const pulled = await Promise.all([this.home, ...this.#others.values()].map((follower) => follower.pull()));
    return pulled.every(Boolean);
  }
}
