import type { Node } from "../../../protocol/tree.ts";
import type { ConflictChoice, NewUpload, SaveBase, UploadItem, UploadProblem } from "./upload-item.ts";

/** A version of a file, or a new file, that an editor made. */
export interface NewSave {
  readonly id: string;
  /** Null: a new file. */
  readonly base: SaveBase | null;
  readonly folder: string;
  /** See `KeptUpload.sharedIn`. */
  readonly sharedIn: string | null;
  readonly name: string;
  readonly blob: Blob;
}

/** The first message. */
export interface StartUploads {
  readonly type: "start";
  /** Whose uploads these are. */
  readonly account: string;
  readonly origin: string;
  readonly isOnline: boolean;
  /** Set where files are sent to a link, by a guest. */
  readonly drop?: DropPlace;
}

/** A guest's place at a link that takes files. */
export interface DropPlace {
  /** The link's. */
  readonly secret: string;
  readonly id: string;
}

/** What the page tells the worker. */
export type ToWorker =
  | StartUploads
  | {
      readonly type: "add";
      readonly folder: string;
      /** See `KeptUpload.sharedIn`. */
      readonly sharedIn: string | null;
      readonly uploads: readonly NewUpload[];
    }
  | { readonly type: "save"; readonly save: NewSave }
  | { readonly type: "pause" | "resume" | "retry" | "cancel"; readonly ids: readonly string[] }
  | { readonly type: "resolve"; readonly ids: readonly string[]; readonly choice: ConflictChoice }
  /** The files of items that could not be read. */
  | { readonly type: "provide"; readonly files: readonly { readonly id: string; readonly file: File }[] }
  | { readonly type: "online"; readonly isOnline: boolean }
  /** Takes over what tabs left behind that are closed. */
  | { readonly type: "takeOver" }
  /** Stops, and forgets all uploads of this browser; answered by `forgotten`. */
  | { readonly type: "forget" };

/** What the worker tells the page. */
export type FromWorker =
  | {
      readonly type: "changed";
      /** In no order; each replaces what was said of it before. */
      readonly items: readonly UploadItem[];
      readonly gone: readonly string[];
    }
  | { readonly type: "nodes"; readonly nodes: readonly Node[] }
  | { readonly type: "stalled"; readonly problem: UploadProblem | null }
  | { readonly type: "forgotten" };
