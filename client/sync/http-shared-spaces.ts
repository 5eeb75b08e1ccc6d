import { ServerTooOld } from "../http-errors.ts";
import type { Api } from "../api.ts";
import type { Role } from "../../protocol/members.ts";
import type { SharedSpaceRemote, SharedSpaces } from "../ports/shared-spaces.ts";
import type { HttpSyncRemote } from "./http-sync-remote.ts";

/** The shared folders of an account over HTTP. */
export class HttpSharedSpaces implements SharedSpaces {
  readonly #api: Api;
  readonly #home: HttpSyncRemote;
  readonly #open = new Map<string, SharedSpaceRemote>();

  constructor(api: Api, home: HttpSyncRemote) {
    this.#api = api;
    this.#home = home;
  }

  async roles(signal: AbortSignal): Promise<ReadonlyMap<string, Role | "owner">> {
    try {
      const spaces = await this.#api.spaces(signal);
      return new Map(spaces.map(({ id, role }) => [id, role]));
    } catch (error) {
      // A server that shares no folders has none.
      if (error instanceof ServerTooOld) return new Map();
      throw error;
    }
  }

  open(folder: string): SharedSpaceRemote {
    const known = this.#open.get(folder);
    if (known) return known;
    const space = this.#home.inSpace(folder);
    this.#open.set(folder, space);
    return space;
  }
}
