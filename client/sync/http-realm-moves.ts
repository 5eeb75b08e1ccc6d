import type { Transfer } from "../../protocol/transfers.ts";
import type { Api } from "../api.ts";
import type { Realm, RealmMove, RealmMoves, RealmMoveState } from "../ports/sync-remote.ts";
import type { TransfersApi } from "../transfers.ts";

/** Moves between an account's own space and the folders that are shared with it, over HTTP. */
export class HttpRealmMoves implements RealmMoves {
  readonly #api: Pick<Api, "account">;
  readonly #transfers: Pick<TransfersApi, "begin" | "transfer" | "cancel">;
  #home: string | null = null;

  constructor(api: Pick<Api, "account">, transfers: Pick<TransfersApi, "begin" | "transfer" | "cancel">) {
    this.#api = api;
    this.#transfers = transfers;
  }

  async begin({ id, from, to, name }: RealmMove, signal: AbortSignal): Promise<RealmMoveState> {
    const source = { space: await this.#space(from.realm), node: from.node };
    const target = { space: await this.#space(to.realm), parent: to.parent };
    return stateOf(await this.#transfers.begin({ id, from: source, to: target, name, onConflict: "fail" }, signal));
  }

  async look(id: string, signal: AbortSignal): Promise<RealmMoveState> {
    return stateOf(await this.#transfers.transfer(id, signal));
  }

  async cancel(id: string): Promise<RealmMoveState> {
    return stateOf(await this.#transfers.cancel(id));
  }

  async #space(realm: Realm): Promise<string> {
    if (realm !== undefined) return realm;
    this.#home ??= (await this.#api.account()).home.space;
    return this.#home;
  }
}

function stateOf({ state, node, files, bytes, totalBytes, updatedAt, error }: Transfer): RealmMoveState {
  return { state, node, bytes, totalBytes, revision: `${state} ${files} ${bytes} ${updatedAt}`, error };
}
