import type { AuditRequest, AuditStep, DamagedFiles } from "../protocol/audit.ts";
import type { ChunkRef } from "../protocol/content.ts";
import { newId } from "../protocol/new-id.ts";
import type { Limits } from "../protocol/limits.ts";
import type { Device, SubscribeRequest, Subscription } from "../protocol/push.ts";
import type { Link, LinkChanges, LinkPage, LinkSettings } from "../protocol/share.ts";
import type { StarPage, StarredIds } from "../protocol/stars.ts";
import type {
  Changes,
  CommitResponse,
  Node,
  NodePage,
  OperationInput,
  OperationResult,
  Version,
  VersionPage,
} from "../protocol/tree.ts";
import type { FileManifest, FileVersionRef, FoldersPage, FoundNode, TrashEmptied } from "../protocol/tree-reads.ts";
import type { PackReceipt, Upload } from "../protocol/upload.ts";
import type { FileStorage, FolderSummary, Usage } from "../protocol/usage.ts";
import { ERRORS, LedgeError, type ErrorCode } from "../protocol/errors.ts";
import type { Consume, HttpClient } from "./http.ts";

/** `GET /account`. */
export interface Account {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly admin: boolean;
  /** Whether a password alone does not sign in. */
  readonly twoFactor: boolean;
  /** Bytes. */
  readonly quota: { readonly quota: number; readonly used: number; readonly reserved: number };
  readonly home: { readonly space: string; readonly root: string };
}

export interface CommitOptions {
  readonly signal?: AbortSignal | undefined;
  /** Absent: a new one, kept over this call's retries. */
  readonly operationId?: string;
  /** The epoch that the operations were decided on: `cursor_expired` where the space has another one. */
  readonly epoch?: string | undefined;
  /** Uploads that the commit closes where any of its operations succeeds, `LIMITS.closedUploads` at most. */
  readonly closeUploads?: readonly string[];
}

/** Which page of a listing; absent: the first. */
export interface PageRequest {
  readonly limit?: number | undefined;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
}

/** What a page of a folder is asked for by; absent: by name, ascending, from the beginning. */
export interface ChildrenRequest extends PageRequest {
  readonly sort?: "name" | "size" | "mtime" | undefined;
  readonly order?: "asc" | "desc" | undefined;
  readonly type?: "file" | "folder" | undefined;
}

/** The routes under `/api`, typed. All of them retry and fail as `HttpClient` does. */
export class Api {
  readonly http: HttpClient;

  constructor(http: HttpClient) {
    this.http = http;
  }

  account(): Promise<Account> {
    return this.http.json({ path: "/account" });
  }

  /** What takes the account's space, as it was ten minutes ago at most. */
  usage(signal?: AbortSignal): Promise<Usage> {
    return this.http.json({ path: "/account/usage", signal });
  }

  limits(signal?: AbortSignal): Promise<Limits> {
    return this.http.json({ path: "/limits", signal });
  }

  node(id: string, signal?: AbortSignal): Promise<FoundNode> {
    return this.http.json({ path: `/nodes/${id}`, signal });
  }

  /** The live node at an absolute path; rejects with `not_found`. */
  nodeAt(path: string, signal?: AbortSignal): Promise<FoundNode> {
    return this.http.json({ path: "/nodes", query: { path }, signal });
  }

  /** As `nodeAt`, but null where nothing is. */
  async findNode(path: string, signal?: AbortSignal): Promise<Node | null> {
    try {
      return (await this.nodeAt(path, signal)).node;
    } catch (error) {
      if (error instanceof LedgeError && error.code === "not_found") return null;
      throw error;
    }
  }

  /** Live children by name, page after page. */
  async *children(folder: string, signal?: AbortSignal): AsyncGenerator<Node> {
    yield* this.#nodes(`/folders/${folder}/children`, signal);
  }

  /**
   * One page of a folder's live children, `limit` (1,000) of them at most. Go on with `next` as `cursor`, under the same
   * order; the first page's `changesCursor` is where to follow changes from.
   */
  childrenPage(folder: string, request: ChildrenRequest = {}, signal?: AbortSignal): Promise<NodePage> {
    return this.http.json({ path: `/folders/${folder}/children`, query: { limit: 1000, ...request }, signal });
  }

  /** Stars a node. Sent again, and where it has a star, it changes nothing. */
  async star(id: string, signal?: AbortSignal): Promise<void> {
    await this.http.json({ method: "PUT", path: `/nodes/${id}/star`, signal });
  }

  async unstar(id: string, signal?: AbortSignal): Promise<void> {
    await this.http.json({ method: "DELETE", path: `/nodes/${id}/star`, signal });
  }

  /** One page of what is starred and live, newest star first; it may be shorter than `limit` (1,000). */
  stars(request: PageRequest = {}, signal?: AbortSignal): Promise<StarPage> {
    return this.http.json({ path: "/stars", query: { limit: 1000, ...request }, signal });
  }

  /** All that is starred, newest star first, what is in the trash included; 1,000 at most. */
  async starredIds(signal?: AbortSignal): Promise<string[]> {
    return (await this.http.json<StarredIds>({ path: "/stars/ids", signal })).ids;
  }

  /** Makes a link to a file or a folder; sent again by a retry it makes one. */
  share(node: string, settings: LinkSettings = {}, signal?: AbortSignal): Promise<Link> {
    const headers = { "Ledge-Operation-Id": newId() };
    return this.http.json({ method: "POST", path: `/files/${node}/share`, json: settings, headers, signal });
  }

  /** One page of the account's links, newest first; of those to `node` where it is given. */
  linksPage(
    request: PageRequest & { readonly node?: string | undefined } = {},
    signal?: AbortSignal,
  ): Promise<LinkPage> {
    return this.http.json({ path: "/links", query: { limit: 1000, ...request }, signal });
  }

  /** The account's links, newest first; those to `node` where it is given. */
  async *links(node?: string, signal?: AbortSignal): AsyncGenerator<Link> {
    let cursor: string | undefined;
    do {
      const page = await this.linksPage({ node, cursor }, signal);
      yield* page.links;
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
  }

  link(id: string, signal?: AbortSignal): Promise<Link> {
    return this.http.json({ path: `/links/${id}`, signal });
  }

  /** Holds for guests from their next request on. */
  changeLink(id: string, changes: LinkChanges): Promise<Link> {
    return this.http.json({ method: "PATCH", path: `/links/${id}`, json: changes });
  }

  /** Ends a link. */
  async unshare(id: string): Promise<void> {
    await this.http.json({ method: "DELETE", path: `/links/${id}` });
  }

  /** What is live below a folder, up to 100,000 entries. */
  folderSummary(folder: string, signal?: AbortSignal): Promise<FolderSummary> {
    return this.http.json({ path: `/folders/${folder}/summary`, signal });
  }

  /** What a version of a file takes; without `version` the newest. */
  fileStorage(file: string, version?: number, signal?: AbortSignal): Promise<FileStorage> {
    return this.http.json({ path: `/files/${file}/storage`, query: { version }, signal });
  }

  /** A page of several folders' live children; `client/list-folders.ts` follows the pages. */
  foldersPage(folders: readonly string[], cursor?: string, signal?: AbortSignal): Promise<FoldersPage> {
    return this.http.json({ method: "POST", path: "/folders/children", json: { folders, cursor }, signal });
  }

  /** One page of the trash, newest first. */
  trashPage(request: PageRequest = {}, signal?: AbortSignal): Promise<NodePage> {
    return this.http.json({ path: "/trash", query: { limit: 1000, ...request }, signal });
  }

  /** What is in the trash, newest first. */
  async *trash(signal?: AbortSignal): AsyncGenerator<Node> {
    yield* this.#nodes("/trash", signal);
  }

  /** Purges what was in the trash at `before` (milliseconds); answers how many items that were. */
  async emptyTrash(before: number): Promise<number> {
    let purged = 0;
    for (;;) {
      const answer: TrashEmptied = await this.http.json({ method: "DELETE", path: "/trash", query: { before } });
      purged += answer.purged;
      if (!answer.more || answer.purged === 0) return purged;
    }
  }

  /** Newest first. */
  async *versions(file: string, signal?: AbortSignal): AsyncGenerator<Version> {
    let cursor: string | undefined;
    do {
      const query = { cursor, limit: 1000 };
      const page: VersionPage = await this.http.json({ path: `/files/${file}/versions`, query, signal });
      yield* page.versions;
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
  }

  manifest(file: string, version?: number, signal?: AbortSignal): Promise<FileManifest> {
    return this.http.json({ path: `/files/${file}/manifest`, query: { version }, signal });
  }

  /** A file's bytes; with `range` (first and last byte) the answer is a 206. */
  download<T>(
    file: string,
    options: { version?: number; range?: readonly [number, number]; signal?: AbortSignal | undefined },
    consume: Consume<T>,
  ): Promise<T> {
    const headers: Record<string, string> = options.range ? { Range: `bytes=${options.range.join("-")}` } : {};
    const query = { version: options.version };
    return this.http.send({ path: `/files/${file}`, query, headers, signal: options.signal }, consume);
  }

  /** The chunks of many small files, as frames; see `POST /files/contents`. */
  contents<T>(
    files: readonly FileVersionRef[],
    options: { signal?: AbortSignal | undefined },
    consume: Consume<T>,
  ): Promise<T> {
    return this.http.send({ method: "POST", path: "/files/contents", json: { files }, ...options }, consume);
  }

  /** Chunks that the account holds, in the order of `chunks`, as frames; see `POST /chunks/contents`. */
  chunkContents<T>(
    chunks: readonly string[],
    options: { signal?: AbortSignal | undefined },
    consume: Consume<T>,
  ): Promise<T> {
    return this.http.send({ method: "POST", path: "/chunks/contents", json: { chunks }, ...options }, consume);
  }

  /** Announces chunks (distinct ones) under an id of the client's making; the answer names what to send. */
  openUpload(id: string, chunks: readonly ChunkRef[], signal?: AbortSignal): Promise<Upload> {
    return this.http.json({ method: "POST", path: "/uploads", json: { id, chunks }, signal });
  }

  /** Releases what an upload reserves of the quota; chunks that it brought stay for a while. */
  async closeUpload(id: string, signal?: AbortSignal): Promise<void> {
    await this.http.json({ method: "DELETE", path: `/uploads/${id}`, signal });
  }

  /**
   * Sends chunks that no upload announced: one request instead of two, where they are few bytes or surely new. What the
   * account holds already is accepted and stored no second time; `over_quota` stores nothing.
   */
  sendChunks(
    pack: Uint8Array<ArrayBuffer>,
    signal?: AbortSignal,
    onSent?: (bytes: number) => void,
  ): Promise<PackReceipt> {
    return this.http.json({ method: "POST", path: "/chunks", bytes: pack, signal, onSent });
  }

  /** @param onSent - See `HttpRequest.onSent`: bytes of the pack, which begin again from 0 where it is sent again. */
  sendPack(
    upload: string,
    pack: Uint8Array<ArrayBuffer>,
    signal?: AbortSignal,
    onSent?: (bytes: number) => void,
  ): Promise<PackReceipt> {
    return this.http.json({ method: "POST", path: `/uploads/${upload}/packs`, bytes: pack, signal, onSent });
  }

  commit(operations: readonly OperationInput[], options: CommitOptions = {}): Promise<CommitResponse> {
    const { operationId = newId(), epoch, closeUploads = [] } = options;
    const json = { operationId, epoch, operations, ...(closeUploads.length > 0 && { closeUploads }) };
    return this.http.json({ method: "POST", path: "/commits", json, signal: options.signal });
  }

  /** One operation, answered by the node it made or changed; rejects with the operation's error. */
  async commitOne(operation: OperationInput): Promise<Node> {
    const result = (await this.commit([operation])).results[0];
    if (result?.ok) return result.node;
    throw operationError(result);
  }

  /** Files of which the server has lost bytes; sending those bytes again makes them whole. */
  damagedFiles(signal?: AbortSignal): Promise<DamagedFiles> {
    return this.http.json({ path: "/files/damaged", signal });
  }

  /** One step of an audit; for the administrator. */
  auditStep(request: AuditRequest, signal?: AbortSignal): Promise<AuditStep> {
    return this.http.json({ method: "POST", path: "/admin/audit", json: request, signal });
  }

  changes(since?: string, limit?: number, signal?: AbortSignal): Promise<Changes> {
    return this.http.json({ path: "/sync/changes", query: { since, limit }, signal });
  }

  /** A ticket for a socket. Sent once: whoever keeps a socket open has waits of its own. */
  subscribe(request: SubscribeRequest, signal?: AbortSignal): Promise<Subscription> {
    return this.http.json({ method: "POST", path: "/sync/subscribe", json: request, signal, repeatable: false });
  }

  async devices(signal?: AbortSignal): Promise<Device[]> {
    return (await this.http.json<{ devices: Device[] }>({ path: "/devices", signal })).devices;
  }

  renameDevice(id: string, name: string): Promise<Device> {
    return this.http.json({ method: "PATCH", path: `/devices/${id}`, json: { name } });
  }

  /** Ends the session that the device uses, and its socket. */
  async revokeDevice(id: string): Promise<void> {
    await this.http.json({ method: "DELETE", path: `/devices/${id}` });
  }

  async *#nodes(path: string, signal?: AbortSignal): AsyncGenerator<Node> {
    let cursor: string | undefined;
    do {
      const page: NodePage = await this.http.json({ path, query: { cursor, limit: 1000 }, signal });
      yield* page.nodes;
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
  }
}

/** The error that a failed operation stands for. */
export function operationError(result: Extract<OperationResult, { ok: false }> | undefined): LedgeError {
  if (result === undefined) return new LedgeError("internal", "the server answered fewer results than operations");
  const code: ErrorCode = Object.hasOwn(ERRORS, result.code) ? (result.code as ErrorCode) : "internal";
  return new LedgeError(code, result.detail, { node: result.node, missing: result.missing });
}
