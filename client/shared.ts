import type { ChunkRef } from "../protocol/content.ts";
import type {
  Drop,
  DropCommit,
  DropMissing,
  DropReceipt,
  DropResults,
  SharedLink,
  SharedLocation,
  SharedNodes,
} from "../protocol/share.ts";
import type { ThumbnailInfo } from "../protocol/thumbnails.ts";
import type { HttpClient } from "./http.ts";

/** What a page of a shared folder is asked for by; absent: the link's own folder, by name, from the beginning. */
export interface SharedChildrenRequest {
  readonly folder?: string | undefined;
  readonly sort?: "name" | "size" | "mtime" | undefined;
  readonly order?: "asc" | "desc" | undefined;
  readonly limit?: number | undefined;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
}

/**
 * A link's routes, as a guest has them: without an account. A password that was proved is kept in a cookie, so only a browser
 * stays unlocked. All of them retry and fail as `HttpClient` does: `password_required` until it is unlocked, `not_found` where
 * the link has ended, or does not reach what is asked for.
 */
export class SharedApi {
  readonly #http: HttpClient;
  readonly #path: string;

  /** @param token - The last part of the link's address, decoded; with or without the readable name before the secret. */
  constructor(http: HttpClient, token: string) {
    this.#http = http;
    this.#path = `/shared/${encodeURIComponent(token.slice(token.lastIndexOf(".") + 1))}`;
  }

  /** What the link opens. Counted as an opening. */
  open(signal?: AbortSignal): Promise<SharedLink> {
    return this.#http.json({ path: this.#path, signal });
  }

  /** Rejects with `wrong_password`; with `rate_limited` after too many. */
  async unlock(password: string): Promise<void> {
    await this.#http.json({ method: "POST", path: `${this.#path}/unlock`, json: { password }, repeatable: false });
  }

  /** One page of a shared folder. */
  childrenPage(request: SharedChildrenRequest = {}, signal?: AbortSignal): Promise<SharedNodes> {
    return this.#http.json({ path: `${this.#path}/children`, query: { limit: 1000, ...request }, signal });
  }

  node(id: string, signal?: AbortSignal): Promise<SharedLocation> {
    return this.#http.json({ path: `${this.#path}/nodes/${id}`, signal });
  }

  /** As `SpaceApi.thumbnails`, of what the link reaches. */
  async thumbnails(ids: readonly string[], signal?: AbortSignal): Promise<ThumbnailInfo[]> {
    const request = { method: "POST", path: `${this.#path}/thumbnails`, json: { ids }, signal };
    return (await this.#http.json<{ thumbnails: ThumbnailInfo[] }>(request)).thumbnails;
  }

  /** Begins a file drop; its folder will be named after the guest. Keep `drop`: it is what goes on after a cut. */
  beginDrop(guest: string, signal?: AbortSignal): Promise<Drop> {
    return this.#http.json({ method: "POST", path: `${this.#path}/drops`, json: { guest }, signal });
  }

  /** Which of `chunks` the drop has still to send; rejects with `link_full` or `over_quota` where there is no room. */
  announce(drop: string, chunks: readonly ChunkRef[], signal?: AbortSignal): Promise<DropMissing> {
    return this.#http.json({ method: "POST", path: `${this.#path}/drops/${drop}/uploads`, json: { chunks }, signal });
  }

  /** @param onSent - See `HttpRequest.onSent`. */
  sendPack(
    drop: string,
    pack: Uint8Array<ArrayBuffer>,
    signal?: AbortSignal,
    onSent?: (bytes: number) => void,
  ): Promise<DropReceipt> {
    return this.#http.json({ method: "POST", path: `${this.#path}/drops/${drop}/packs`, bytes: pack, signal, onSent });
  }

  /** Makes files of what was sent, `LIMITS.dropFiles` at most. Sent again under the same id, it makes none twice. */
  commitDrop(drop: string, commit: DropCommit, signal?: AbortSignal): Promise<DropResults> {
    return this.#http.json({ method: "POST", path: `${this.#path}/drops/${drop}/commit`, json: commit, signal });
  }

  /**
   * The address of a file's bytes, below the server's origin.
   *
   * @param version - The newest version's number: the browser may then keep them.
   */
  fileAddress(id: string, options: { version?: number; disposition?: "inline" | "attachment" } = {}): string {
    return `/api${this.#path}/files/${id}${queryOf(options)}`;
  }

  /** The address of a version's thumbnail; answers `no_thumbnail` where there is none (SPEC H2). */
  thumbnailAddress(id: string, version: number): string {
    return `/api${this.#path}/files/${id}/thumbnail${queryOf({ version })}`;
  }

  /** The address of an archive of `ids`; of all that the link opens where none is given. */
  zipAddress(ids: readonly string[] = [], name?: string): string {
    const query = new URLSearchParams(ids.map((id) => ["id", id]));
    if (name !== undefined) query.set("name", name);
    return `/api${this.#path}/zip${query.size > 0 ? `?${query.toString()}` : ""}`;
  }
}

function queryOf(options: Readonly<Record<string, string | number | undefined>>): string {
  const said = Object.entries(options).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(said.map(([name, value]) => [name, String(value)]));
  return query.size > 0 ? `?${query.toString()}` : "";
}
