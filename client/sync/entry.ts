import { nameKey } from "../../core/names.ts";
import type { Stamp } from "../ports/replica-files.ts";

/** Where a node is: the folder's id and the name in it. */
export interface Place {
  readonly parent: string;
  readonly name: string;
}

export type EntryType = "file" | "folder";

/** A node as the server last told it. */
export interface RemoteState extends Place {
  /** "" for the space's root. */
  readonly parent: string;
  readonly type: EntryType;
  /** `lost`: a folder that stood for somebody else's, which this account has no more, and what was in that (M9). */
  readonly state: "live" | "trashed" | "purged" | "lost";
  /** The shared folder that it is in (see `Realm`); absent: none. */
  readonly realm?: string;
  /** The realm that this folder stands for: what is in it is of that. */
  readonly mount?: string;
  /** 0 for folders. */
  readonly version: number;
  /** Content id; null for folders. */
  readonly content: string | null;
  readonly size: number;
  /** Milliseconds. */
  readonly mtime: number;
  readonly executable: boolean;
  readonly seq: number;
}

/** A node as it was last seen on this disk. */
export interface LocalState extends Place {
  /** As the disk spells it. */
  readonly name: string;
  readonly type: EntryType;
  readonly stamp: Stamp;
  /** Content id of the bytes that `stamp` stands for; null where they were not read yet, and for folders. */
  readonly content: string | null;
}

/** What both sides last agreed on: the base that changes are told by. */
export interface SyncedState extends Place {
  readonly type: EntryType;
  readonly version: number;
  readonly content: string | null;
  readonly executable: boolean;
  /** The node that the local state went on as in another realm: this one goes once the server has that. */
  readonly heir?: string;
}

/**
 * One node in the three trees. A node that was found on disk first has an id of this device's making, which the server
 * takes over when the node is created there.
 */
export interface Entry {
  readonly id: string;
  readonly remote: RemoteState | null;
  readonly local: LocalState | null;
  readonly synced: SyncedState | null;
}

/** Parent of what was moved out of the way for a moment (Y12); its name there is the node's id. */
export const STAGE = "stage";

/** Names are compared as the server does (N2) to tell whether they collide, and in NFC to tell whether they are equal. */
export function sameName(a: string, b: string): boolean {
  return a === b || a.normalize("NFC") === b.normalize("NFC");
}

export function samePlace(a: Place, b: Place): boolean {
  return a.parent === b.parent && sameName(a.name, b.name);
}

/** Whether the file here is executable: where the disk has no such bit, as both sides last agreed. */
export function isExecutableHere({ remote, local, synced }: Entry): boolean {
  return local?.stamp.executable ?? (synced ?? remote)?.executable ?? false;
}

/** The key under which the entry collides with others of its folder. */
export function slotKey(place: Place): string {
  return `${place.parent}/${nameKey(place.name)}`;
}
