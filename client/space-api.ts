import type { ChunkRef } from "../protocol/content.ts";
import { newId } from "../protocol/new-id.ts";
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
import type { ThumbnailInfo } from "../protocol/thumbnails.ts";
import type { FileStorage, FolderSummary } from "../protocol/usage.ts";
import { ERRORS, LedgeError, type ErrorCode } from "../protocol/errors.ts";
import type { Consume, HttpClient } from "./http.ts";

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

/**
 * The routes of one space, typed: of the account's own (`/api/…`), or of a folder that is shared with it
 * (`/api/spaces/{folder}/…`, SPEC M3). All of them retry and fail as `HttpClient` does.
 */
export class SpaceApi {
  readonly http: HttpClient;
  readonly #base: string;

  /** @param space - The shared folder's id; null: the account's own space. */
  constructor(http: HttpClient, space: string | null) {
    this.http = http;
    this.#base = space === null ? "" : `/spaces/${space}`;
  }

  node(id: string, signal?: AbortSignal): Promise<FoundNode> {
    return this.http.json({ path: `${this.#base}/nodes/${id}`, signal });
  }

  /** The live node at an absolute path; rejects with `not_found`. */
  nodeAt(path: string, signal?: AbortSignal): Promise<FoundNode> {
    return this.http.json({ path: `${this.#base}/nodes`, query: { path }, signal });
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
    return this.http.json({
      path: `${this.#base}/folders/${folder}/children`,
      query: { limit: 1000, ...request },
      signal,
    });
  }

  /** What is live below a folder, up to 100,000 entries. */
  folderSummary(folder: string, signal?: AbortSignal): Promise<FolderSummary> {
    return this.http.json({ path: `${this.#base}/folders/${folder}/summary`, signal });
  }

  /** What a version of a file takes; without `version` the newest. */
  fileStorage(file: string, version?: number, signal?: AbortSignal): Promise<FileStorage> {
    return this.http.json({ path: `${this.#base}/files/${file}/storage`, query: { version }, signal });
  }

  /** A page of several folders' live children; `client/list-folders.ts` follows the pages. */
  foldersPage(folders: readonly string[], cursor?: string, signal?: AbortSignal): Promise<FoldersPage> {
    return this.http.json({
      method: "POST",
      path: `${this.#base}/folders/children`,
      json: { folders, cursor },
      signal,
    });
  }

  /** One page of the trash, newest first. */
  trashPage(request: PageRequest = {}, signal?: AbortSignal): Promise<NodePage> {
    return this.http.json({ path: `${this.#base}/trash`, query: { limit: 1000, ...request }, signal });
  }

  /** What is in the trash, newest first. */
  async *trash(signal?: AbortSignal): AsyncGenerator<Node> {
    yield* this.#nodes("/trash", signal);
  }

  /** Purges what was in the trash at `before` (milliseconds); answers how many items that were. */
  async emptyTrash(before: number): Promise<number> {
    let purged = 0;
    for (;;) {
      const answer: TrashEmptied = await this.http.json({
        method: "DELETE",
        path: `${this.#base}/trash`,
        query: { before },
      });
      purged += answer.purged;
      if (!answer.more || answer.purged === 0) return purged;
    }
  }

  /** One page of a file's versions, newest first. */
  versionsPage(file: string, request: PageRequest = {}, signal?: AbortSignal): Promise<VersionPage> {
    return this.http.json({ path: `${this.#base}/files/${file}/versions`, query: { limit: 1000, ...request }, signal });
  }

  /** Newest first. */
  async *versions(file: string, signal?: AbortSignal): AsyncGenerator<Version> {
    let cursor: string | undefined;
    do {
      const page = await this.versionsPage(file, { cursor }, signal);
      yield* page.versions;
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
  }

  manifest(file: string, version?: number, signal?: AbortSignal): Promise<FileManifest> {
    return this.http.json({ path: `${this.#base}/files/${file}/manifest`, query: { version }, signal });
  }

  /** A file's bytes; with `range` (first and last byte) the answer is a 206. */
  download<T>(
    file: string,
    options: { version?: number; range?: readonly [number, number]; signal?: AbortSignal | undefined },
    consume: Consume<T>,
  ): Promise<T> {
    const headers: Record<string, string> = options.range ? { Range: `bytes=${options.range.join("-")}` } : {};
    const query = { version: options.version };
    return this.http.send({ path: `${this.#base}/files/${file}`, query, headers, signal: options.signal }, consume);
  }

  /** What is known of the thumbnails of files, `LIMITS.thumbnails` at most, in their order; what is not here is left out. */
  async thumbnails(ids: readonly string[], signal?: AbortSignal): Promise<ThumbnailInfo[]> {
    const request = { method: "POST", path: `${this.#base}/files/thumbnails`, json: { ids }, signal };
    return (await this.http.json<{ thumbnails: ThumbnailInfo[] }>(request)).thumbnails;
  }

  /**
   * Gives the thumbnail of a file's version that the server cannot draw (SPEC H5): `image/webp`, `image/jpeg` or `image/png`,
   * within `LIMITS.givenThumbnailSide` and `LIMITS.givenThumbnailBytes`. Where there is one already it stays, and is what is
   * answered. Rejects with `forbidden` (not the space's owner), `thumbnail_not_taken` (with the `reason` why there is none),
   * `invalid_picture`.
   */
  async giveThumbnail(file: string, version: number, picture: Blob, signal?: AbortSignal): Promise<ThumbnailInfo> {
    return this.http.json({
      method: "PUT",
      path: `${this.#base}/files/${file}/thumbnail`,
      query: { version },
      headers: { "Content-Type": picture.type },
      bytes: new Uint8Array(await picture.arrayBuffer()),
      signal,
    });
  }

  /** The chunks of many small files, as frames; see `POST /files/contents`. */
  contents<T>(
    files: readonly FileVersionRef[],
    options: { signal?: AbortSignal | undefined },
    consume: Consume<T>,
  ): Promise<T> {
    return this.http.send(
      { method: "POST", path: `${this.#base}/files/contents`, json: { files }, ...options },
      consume,
    );
  }

  /** Chunks that the account holds, in the order of `chunks`, as frames; see `POST /chunks/contents`. */
  chunkContents<T>(
    chunks: readonly string[],
    options: { signal?: AbortSignal | undefined },
    consume: Consume<T>,
  ): Promise<T> {
    return this.http.send(
      { method: "POST", path: `${this.#base}/chunks/contents`, json: { chunks }, ...options },
      consume,
    );
  }

  /** Announces chunks (distinct ones) under an id of the client's making; the answer names what to send. */
  openUpload(id: string, chunks: readonly ChunkRef[], signal?: AbortSignal): Promise<Upload> {
    return this.http.json({ method: "POST", path: `${this.#base}/uploads`, json: { id, chunks }, signal });
  }

  /** Releases what an upload reserves of the quota; chunks that it brought stay for a while. */
  async closeUpload(id: string, signal?: AbortSignal): Promise<void> {
    await this.http.json({ method: "DELETE", path: `${this.#base}/uploads/${id}`, signal });
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
    return this.http.json({ method: "POST", path: `${this.#base}/chunks`, bytes: pack, signal, onSent });
  }

  /** @param onSent - See `HttpRequest.onSent`: bytes of the pack, which begin again from 0 where it is sent again. */
  sendPack(
    upload: string,
    pack: Uint8Array<ArrayBuffer>,
    signal?: AbortSignal,
    onSent?: (bytes: number) => void,
  ): Promise<PackReceipt> {
    return this.http.json({
      method: "POST",
      path: `${this.#base}/uploads/${upload}/packs`,
      bytes: pack,
      signal,
      onSent,
    });
  }

  commit(operations: readonly OperationInput[], options: CommitOptions = {}): Promise<CommitResponse> {
    const { operationId = newId(), epoch, closeUploads = [] } = options;
    const json = { operationId, epoch, operations, ...(closeUploads.length > 0 && { closeUploads }) };
    return this.http.json({ method: "POST", path: `${this.#base}/commits`, json, signal: options.signal });
  }

  /** One operation, answered by the node it made or changed; rejects with the operation's error. */
  async commitOne(operation: OperationInput): Promise<Node> {
    const result = (await this.commit([operation])).results[0];
    if (result?.ok) return result.node;
    throw operationError(result);
  }

  changes(since?: string, limit?: number, signal?: AbortSignal): Promise<Changes> {
    return this.http.json({ path: `${this.#base}/sync/changes`, query: { since, limit }, signal });
  }

  async *#nodes(path: string, signal?: AbortSignal): AsyncGenerator<Node> {
    let cursor: string | undefined;
    do {
      const page: NodePage = await this.http.json({
        path: `${this.#base}${path}`,
        query: { cursor, limit: 1000 },
        signal,
      });
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
