import { contentId, encodeManifest, type ChunkRef } from "../../protocol/content.ts";
import type { Changes, CommitResponse, Node, OperationInput } from "../../protocol/tree.ts";
import type { Api } from "../api.ts";
import { listFolders } from "../list-folders.ts";
import type { SpaceApi } from "../space-api.ts";
import type { RemoteFile } from "../download/fetch-file.ts";
import type { Clock } from "../ports/clock.ts";
import type { Hashing } from "../ports/hashing.ts";
import type { ReplicaFiles, ReplicaPath, Stamp } from "../ports/replica-files.ts";
import type { SharedSpaceRemote } from "../ports/shared-spaces.ts";
import type { SentFile, SyncCommitOptions, SyncRemote, TransferOptions } from "../ports/sync-remote.ts";
import { rateLimit, type Pace } from "../rate-limit.ts";
import { Semaphore } from "../semaphore.ts";
import { OpenUploads } from "../upload/open-uploads.ts";
import { EarlyChunks } from "./transfer/early-chunks.ts";
import { FileFetcher, type ChunkMemory, type FetchBase } from "./transfer/file-fetcher.ts";
import { FileSender } from "./transfer/file-sender.ts";
import { LocalReader } from "./transfer/local-reader.ts";
import { SignsOfLife } from "./transfer/signs-of-life.ts";

export interface HttpSyncRemoteOptions {
  readonly api: Api;
  readonly files: ReplicaFiles;
  readonly hashing: Hashing;
  readonly clock: Clock;
  /** Remembers what the large files' chunks are. */
  readonly memory: ChunkMemory;
  /** Absent: as fast as it goes. */
  readonly uploadBytesPerSecond?: number | undefined;
  readonly downloadBytesPerSecond?: number | undefined;
  /** Requests that carry files' bytes, at a time: packs up, ranges and larger files down. 4 each where absent. */
  readonly uploadsAtOnce?: number | undefined;
  readonly downloadsAtOnce?: number | undefined;
  /** Told the chunks of a large file as soon as the server has them. */
  readonly onStored?: ((chunks: readonly ChunkRef[]) => void) | undefined;
  /** Ends what transfers share, and closes the uploads that are open: abort it once all transfers were. */
  readonly signal: AbortSignal;
}

const AT_ONCE = 4;
/** Files that are only hashed: the processor's work. */
const HASHED_AT_ONCE = 4;
/** Milliseconds that an upload waits at least for a commit that closes it, before it is closed by itself. */
const CLOSE_AFTER = 30_000;

/** What the transfers of all spaces share. */
interface Shared {
  readonly up: SignsOfLife;
  readonly down: SignsOfLife;
  readonly upPace: Pace;
  readonly downPace: Pace;
  readonly early: EarlyChunks;
  readonly hashing: Semaphore;
}

/** The server over HTTP, behind the engine's port: the account's own space or, made by `inSpace`, a shared folder. */
export class HttpSyncRemote implements SyncRemote, SharedSpaceRemote {
  readonly #options: HttpSyncRemoteOptions;
  readonly #api: SpaceApi;
  readonly #shared: Shared;
  readonly #reader: LocalReader;
  readonly #fetcher: FileFetcher;
  readonly #uploads: OpenUploads;
  #isClosing = false;
  #sender: Promise<FileSender> | null = null;

  constructor(options: HttpSyncRemoteOptions, api: SpaceApi = options.api, shared: Shared = sharedBy(options)) {
    const { files, hashing, memory, signal } = options;
    this.#options = options;
    this.#api = api;
    this.#shared = shared;
    this.#uploads = new OpenUploads(api);
    signal.addEventListener("abort", () => void this.#uploads.closeAll(), { once: true });
    this.#reader = new LocalReader(files, hashing);
    const requestsInFlight = options.downloadsAtOnce ?? AT_ONCE;
    const { early, down: life, downPace: pace } = shared;
    this.#fetcher = new FileFetcher({ api, files, hashing, memory, early, life, pace, requestsInFlight, signal });
  }

  /** The same for a folder that is shared with the account: with transfers of its own, within the same rates. */
  inSpace(folder: string): HttpSyncRemote {
    return new HttpSyncRemote(this.#options, this.#options.api.inSpace(folder), this.#shared);
  }

  changes(cursor: string | undefined, signal: AbortSignal): Promise<Changes> {
    return this.#api.changes(cursor, undefined, signal);
  }

  list(folders: readonly string[], signal: AbortSignal): AsyncIterable<Node> {
    return listFolders(this.#api, folders, () => undefined, signal);
  }

  commit(
    operations: readonly OperationInput[],
    { operationId, epoch, signal }: SyncCommitOptions,
  ): Promise<CommitResponse> {
    return this.#uploads.inCommit((closeUploads) =>
      this.#api.commit(operations, { operationId, epoch, signal, closeUploads }),
    );
  }

  async send(path: ReplicaPath, expected: Stamp, options: TransferOptions): Promise<SentFile> {
    const sender = await this.#fileSender();
    const sent = await sender.send(path, expected, options);
    void this.#closeUncommitted();
    this.#remember(sent.content, sent.chunks);
    return sent;
  }

  async hash(
    path: ReplicaPath,
    expected: Stamp,
    { signal, onBytes }: TransferOptions,
  ): Promise<{ content: string; stamp: Stamp }> {
    return this.#shared.hashing.run(async () => {
      const { chunks, stamp } = await this.#reader.read(
        path,
        expected,
        async ({ bytes, release }) => {
          onBytes?.(bytes.length);
          release?.();
        },
        signal,
      );
      const content = contentId(chunks);
      this.#remember(content, chunks);
      return { content, stamp };
    });
  }

  fetch(file: RemoteFile, name: string, base: FetchBase | null, options: TransferOptions): Promise<void> {
    return this.#fetcher.fetch(file, name, base, options);
  }

  read(file: RemoteFile, { signal }: Pick<TransferOptions, "signal">): Promise<Uint8Array> {
    return this.#fetcher.read(file, signal);
  }

  async damaged(signal: AbortSignal): Promise<readonly { readonly id: string; readonly content: string }[]> {
    return (await this.#options.api.damagedFiles(signal)).files;
  }

  /** Begins to fetch chunks of a file that another device is still sending, as it told. Never rejects. */
  prefetch(chunks: readonly ChunkRef[]): void {
    this.#shared.early.want(chunks);
  }

  /** Closes the uploads that no commit came after. Never rejects. */
  async #closeUncommitted(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const { clock, signal } = this.#options;
    for (let waiting; (waiting = this.#uploads.waiting()).length > 0;) {
      await clock.sleep(CLOSE_AFTER, signal).catch(() => undefined);
      await this.#uploads.close(waiting);
    }
    this.#isClosing = false;
  }

  /** A file of one chunk has nothing in common with another but as a whole. */
  #remember(content: string, chunks: readonly ChunkRef[]): void {
    if (chunks.length > 1) this.#options.memory.rememberChunks(content, encodeManifest(chunks));
  }

  /** The server is asked for its limits first; when it is away, again at the next call. */
  #fileSender(): Promise<FileSender> {
    this.#sender ??= this.#makeSender().catch((error: unknown) => {
      this.#sender = null;
      throw error;
    });
    return this.#sender;
  }

  async #makeSender(): Promise<FileSender> {
    const { api, clock, onStored, signal, uploadsAtOnce } = this.#options;
    const limits = await api.limits(signal);
    return new FileSender(limits, {
      api: this.#api,
      clock,
      onStored,
      signal,
      reader: this.#reader,
      uploads: this.#uploads,
      life: this.#shared.up,
      pace: this.#shared.upPace,
      packsInFlight: uploadsAtOnce ?? AT_ONCE,
    });
  }
}

function sharedBy(options: HttpSyncRemoteOptions): Shared {
  const { api, files, hashing, clock, signal } = options;
  const up = new SignsOfLife(clock);
  const down = new SignsOfLife(clock);
  const downPace = paceOf(options.downloadBytesPerSecond, clock, down);
  return {
    up,
    down,
    upPace: paceOf(options.uploadBytesPerSecond, clock, up),
    downPace,
    early: new EarlyChunks({ api, files, hashing, clock, pace: downPace, signal }),
    hashing: new Semaphore(HASHED_AT_ONCE),
  };
}

/** Milliseconds of a wait after which it gives a sign of life. */
const SIGN_EVERY = 10_000;

/** A pace at which waiting is a sign of life: it is what was asked for. */
function paceOf(bytesPerSecond: number | undefined, clock: Clock, life: SignsOfLife): Pace {
  if (bytesPerSecond === undefined) {
    return async () => life.tick();
  }
  const inSlices: Clock = {
    now: () => clock.now(),
    sleep: async (milliseconds, signal) => {
      for (let left = milliseconds; left > 0; left -= SIGN_EVERY) {
        await clock.sleep(Math.min(left, SIGN_EVERY), signal);
        life.tick();
      }
    },
  };
  const limit = rateLimit(bytesPerSecond, inSlices);
  return async (bytes, signal) => {
    await limit(bytes, signal);
    life.tick();
  };
}
