import type { Api } from "../../../client/api.ts";
import type { HttpClient } from "../../../client/http.ts";
import type { Clock, Random } from "../../../client/ports/clock.ts";
import type { SpaceApi } from "../../../client/space-api.ts";
import type { PushChannel } from "../../../client/ports/sync-remote.ts";
import type { SharedSpace } from "../../../protocol/members.ts";
import type { NoticeAbout } from "../../../protocol/push.ts";
import type { Node } from "../../../protocol/tree.ts";
import type { QueuedEdit } from "./queued-edit.ts";
import type { TabMessage } from "./tab-message.ts";

/** What a drive asks of a space. */
export type SpaceRequests = Pick<SpaceApi, "childrenPage" | "node" | "commit" | "changes">;

/** What a drive asks the server: of the account's own space, and of folders that are shared with it. */
export interface DriveApi extends SpaceRequests, Pick<Api, "star" | "unstar" | "starredIds" | "spaces"> {
  readonly http: Pick<HttpClient, "bookmark" | "bookmarkOf" | "remember">;
  inSpace(folder: string): SpaceRequests;
}

/** What a folder held when it was seen last. */
export interface KeptFolder {
  readonly id: string;
  /** The space that it was listed in; absent: the account's own. */
  readonly space?: string;
  /** Its live children. */
  readonly nodes: readonly Node[];
  /** The folder itself and those above it, as far as known. */
  readonly above: readonly Node[];
  /** What was told when it was kept: the cursor of `GET /sync/changes`. */
  readonly cursor: string;
  /** Milliseconds since 1970. */
  readonly seenAt: number;
}

/**
 * What outlives the page, of one account and shared by its tabs. May fail at any time (no room, a private window): its
 * users go on without.
 */
export interface DriveStore {
  /** In the order in which they were added. */
  queued(): Promise<QueuedEdit[]>;
  enqueue(edit: QueuedEdit): Promise<void>;
  /** Takes an edit off the queue; none of that id is fine. */
  dequeue(id: string): Promise<void>;
  folder(id: string): Promise<KeptFolder | undefined>;
  /** Keeps folders in place of what was kept of them, and of all folders those seen last. */
  keep(folders: readonly KeptFolder[]): Promise<void>;
  drop(folder: string): Promise<void>;
  /** Drops the folders of some spaces; undefined stands for the account's own. */
  dropFolders(isOf: (space: string | undefined) => boolean): Promise<void>;
  stars(): Promise<readonly string[]>;
  keepStars(stars: readonly string[]): Promise<void>;
  spaces(): Promise<readonly SharedSpace[]>;
  keepSpaces(spaces: readonly SharedSpace[]): Promise<void>;
}

/** The account's tabs in this browser. */
export interface Tabs {
  /**
   * Waits until no other tab of this browser leads, then runs `work` as the one that does, until its signal aborts: that
   * happens when `signal` does, or when another tab takes over; then this waits again. Resolves when all is over.
   */
  lead(work: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void>;
  /** Tells every other tab. */
  post(message: TabMessage): void;
  /** Until the answer is called. */
  listen(listener: (message: TabMessage) => void): () => void;
}

/** Whether the browser believes to have a network. */
export interface Network {
  isOnline(): boolean;
  /** Until the answer is called. */
  onChange(listener: () => void): () => void;
}

/** The page that the drive is in. */
export interface PageLife {
  /** Told when the page may be gone next, as often as that happens, until the answer is called. */
  onLeave(listener: () => void): () => void;
}

export interface DrivePorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: DriveStore;
  readonly tabs: Tabs;
  readonly network: Network;
  readonly page: PageLife;
  /** A socket to come: `run` opens it. `onNotice` is told that something changed that is not of the tree. */
  openPush(onNotice: (about: NoticeAbout) => void): Promise<PushChannel>;
}
