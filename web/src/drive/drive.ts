import type { ErrorCode } from "../../../protocol/errors.ts";
import type { SharedSpace } from "../../../protocol/members.ts";
import type { NoticeAbout } from "../../../protocol/push.ts";
import type { Node, OperationInput } from "../../../protocol/tree.ts";
import type { Done } from "./outcome.ts";

/** A node as the interface shows it: the server's, with what the outbox is about to change. */
export interface Entry extends Node {
  /** Whether an edit of it has not been answered yet. */
  readonly pending: boolean;
  readonly starred: boolean;
  /** The shared folder that it is in, or is, for its members; null: it is in the account's own space. */
  readonly sharedIn: string | null;
  /** Whether the account may change it, and what is in it: not as a viewer of a shared folder (M2). */
  readonly canEdit: boolean;
}

/** What is known of a folder's live entries. Its identity changes only when it does. */
export interface FolderView {
  /** In no order. */
  readonly entries: readonly Entry[];
  /**
   * `loading`: nothing to show yet; `partial`: more is on its way; `complete`: all of it, kept current; `kept`: what was
   * seen last, offline; `missing`: not there (any more), or in the trash; `unshared`: in a folder that is not shared with the
   * account any more; `failed`: see `error`.
   */
  readonly state: "loading" | "partial" | "complete" | "kept" | "missing" | "unshared" | "failed";
  readonly error: unknown;
}

export interface DriveStatus {
  readonly connection: "live" | "connecting" | "offline";
  /** Edits that the server has not answered. */
  readonly waiting: number;
}

/** What became of an edit that was answered. */
export interface EditOutcome {
  readonly label: string;
  /** The nodes as the server has them now. */
  readonly done: readonly Node[];
  readonly failed: readonly { readonly node: string | null; readonly code: ErrorCode; readonly detail: string }[];
  /** Null where it cannot be undone. It is undone once: called again, it answers the same. */
  readonly undo: (() => Promise<EditOutcome>) | null;
  /** What this has undone. */
  readonly undone?: EditOutcome;
  /** See `Edit.asksAbout`. */
  readonly asksAbout?: ErrorCode;
}

/** How an edit can be taken back. */
export interface UndoPlan {
  readonly label: string;
  /** The operation that takes one back that was carried out. */
  inverse(done: Done): OperationInput;
  /** Says that an entry is left as it is, since it was changed. */
  changedSince(name: string): string;
}

/** An edit to come: operations that show at once, and go to the server in their order. */
export interface Edit {
  /** Said in the notice, e.g. `Renamed to "Plan.md"`. */
  readonly label: string;
  /** Any number: more than a commit takes go in several. */
  readonly operations: readonly OperationInput[];
  /** Absent: it cannot be undone. */
  readonly undo?: UndoPlan;
  /** Whether it rests on seqs or versions, so that it means nothing in another history of the space (T19). */
  readonly isOfItsTime?: boolean;
  /** Refusals that whoever makes the edit asks the person about: no notice tells of them as well. */
  readonly asksAbout?: ErrorCode;
}

/** Stars to be given or taken. */
export interface StarEdit {
  readonly label: string;
  readonly nodes: readonly string[];
  readonly starred: boolean;
  /** What undoing it is called; absent: it cannot be undone. */
  readonly undoLabel?: string;
}

/**
 * The browser's view of the account's tree (SPEC B5 to B8), with the folders that others share with it where their mounts
 * are (M5): what was listed or told, newest seq first, with the edits that are on their way laid over it. A mount stands in
 * the listing of its parent; the folder that it stands for goes by its own id, and looks like its mount. Listeners are told after every change of anything; views are compared by identity.
 */
export interface Drive {
  readonly root: string;
  /** Keeps a folder loaded and current until the answer is called. */
  hold(folder: string): () => void;
  folder(id: string): FolderView;
  /** Undefined where it is not known; `need` asks for it. */
  entry(id: string): Entry | undefined;
  /** The folders above, the root first; undefined while not all are known. */
  ancestors(id: string): readonly Entry[] | undefined;
  /** Asks the server for a node and the folders above it; resolves to null where there is none. */
  need(id: string): Promise<Entry | null>;
  /**
   * The shared folders that the account owns or has, as the server told last. Its identity changes when one of them does;
   * undefined until it is known.
   */
  spaces(): readonly SharedSpace[] | undefined;
  /** As `Entry.sharedIn`, also of what is gone; null where nothing is known. */
  sharedIn(id: string): string | null;
  status(): DriveStatus;
  /** Resolves when the server has answered; offline that is later. Rejects never for what the server refused. */
  edit(edit: Edit): Promise<EditOutcome>;
  /** As `edit`, for stars. */
  star(edit: StarEdit): Promise<EditOutcome>;
  /** Undoes the last of this page's edits that was not undone yet, if it can be (B7); null where there is none. */
  undoLast(): Promise<EditOutcome> | null;
  /** Tries again, at once, what could not be loaded or sent. */
  retry(): void;
  /** Takes in what came some other way, e.g. the answer to an upload's commit. */
  take(nodes: readonly Node[]): void;
  subscribe(listener: () => void): () => void;
  /** Told of every outcome, for notices and the undo stack. */
  onOutcome(listener: (outcome: EditOutcome) => void): () => void;
  /**
   * Told of nodes, wherever in the tree, that were changed, deleted and purged ones too, for what is asked of the server
   * beside the drive; null: anything may have changed. More than once of the same change at times.
   */
  onNews(listener: (nodes: readonly Node[] | null) => void): () => void;
  /** Told that something of the account changed, wherever that was done: whoever shows it asks again. */
  onNotice(listener: (about: NoticeAbout) => void): () => void;
}
