import { LedgeError } from "../../protocol/errors.ts";
import type { Role } from "../../protocol/members.ts";
import { decodeCursor } from "../../protocol/cursor.ts";
import type { Changes } from "../../protocol/tree.ts";
import type { SharedSpaceRemote, SharedSpaces } from "../ports/shared-spaces.ts";
import type { EndedRealm, Realm, RemoteChanges, RemoteNode } from "../ports/sync-remote.ts";
import { decodeMerged, encodeMerged, type MergedCursor, type SharedPosition } from "./merged-cursor.ts";
import { allInTree } from "./mount-view.ts";
import { SubtreeListing } from "./subtree-listing.ts";

export interface MergedFeedOptions {
  /** The account's own feed. */
  readonly home: (cursor: string | undefined, signal: AbortSignal) => Promise<Changes | RemoteChanges>;
  readonly spaces: SharedSpaces;
}

type Page = Omit<RemoteChanges, "upToDate" | "readOnly">;

/** What of one feed's turn came out: a page, and whether there is more; null where it cannot be had now. */
type Turn = { readonly page: Page; readonly isMore: boolean } | null;

/**
 * The feeds of the account's own space and of the shared folders in its tree as one: page after page, a feed after the other.
 * A page tells only what is after its cursor, so that it may be lost, asked for again, and applied twice. Whoever shares a
 * folder shares it for the whole tree below it: it is listed where it comes in, before its feed goes on.
 */
export class MergedFeed {
  readonly #options: MergedFeedOptions;
  /** Feeds that are to be asked the next time; all where none is named. */
  readonly #marked = new Set<Realm>();
  /** Feeds that this round has still to read to their end. */
  #round: Set<Realm> | null = null;
  readonly #listings = new Map<string, SubtreeListing>();
  #roles: ReadonlyMap<string, Role | "owner"> | null = null;
  /** By realm, as of the last page. */
  #shared: Readonly<Record<string, SharedPosition>> = {};
  #isAll = true;
  /** Whether whatever changes is told: else each pull asks for everything. */
  isTold = false;

  constructor(options: MergedFeedOptions) {
    this.#options = options;
  }

  /** The folder that stands for the realm; undefined where none does. */
  mountOf(realm: string): string | undefined {
    return this.#shared[realm]?.mount;
  }

  isMount(node: string): boolean {
    return Object.values(this.#shared).some(({ mount }) => mount === node);
  }

  get hasMounts(): boolean {
    return Object.keys(this.#shared).length > 0;
  }

  /** Something may have changed there. Where nothing is marked when a pull begins, everything is asked. */
  mark(realm: Realm): void {
    this.#marked.add(realm);
  }

  markAll(): void {
    this.#isAll = true;
  }

  /** What the account has, or may do where, may have changed. */
  markRoles(): void {
    this.#roles = null;
    this.#isAll = true;
  }

  async changes(
    text: string | undefined,
    signal: AbortSignal,
    isKnown: (node: string) => boolean,
  ): Promise<RemoteChanges> {
    const cursor = text === undefined ? null : decodeMerged(text);
    const round = this.#beginRound(cursor);
    const known: MergedCursor = cursor ?? { home: "", shared: {} };
    this.#shared = known.shared;
    let last: Page | null = null;
    for (const realm of round) {
      const turn =
        realm === undefined
          ? await this.#home(cursor, round, signal)
          : await this.#space(known, realm, signal, isKnown);
      if (!turn?.isMore) round.delete(realm);
      if (turn === null) continue;
      last = turn.page;
      break;
    }
    const page = last ?? { changes: [], cursor: encodeMerged(known), epoch: decodeCursor(known.home)?.epoch ?? "" };
    this.#shared = decodeMerged(page.cursor).shared;
    for (const realm of Object.keys(this.#shared)) {
      if (realm in known.shared) continue;
      round.add(realm);
      this.#roles = null;
    }
    const readOnly = await this.#readOnly(signal);
    const upToDate = round.size === 0;
    if (upToDate) this.#round = null;
    return { ...page, upToDate, readOnly };
  }

  #beginRound(cursor: MergedCursor | null): Set<Realm> {
    const shared = Object.keys(cursor?.shared ?? {});
    if (cursor === null) this.#round = new Set([undefined]);
    if (this.#round === null) this.#isAll ||= !this.isTold;
    this.#round ??= this.#isAll || this.#marked.size === 0 ? new Set([undefined, ...shared]) : new Set(this.#marked);
    // What was marked meanwhile is read by this round or, where it is past it, by the next one.
    if (this.#isAll) for (const realm of [undefined, ...shared]) this.#round.add(realm);
    for (const realm of this.#marked) this.#round.add(realm);
    for (const realm of shared) if (isUnlisted(cursor?.shared[realm])) this.#round.add(realm);
    this.#isAll = false;
    this.#marked.clear();
    return this.#round;
  }

  async #home(cursor: MergedCursor | null, round: Set<Realm>, signal: AbortSignal): Promise<Turn> {
    const page = await this.#options.home(cursor?.home, signal);
    const shared: Record<string, SharedPosition> = { ...cursor?.shared };
    const changes: RemoteNode[] = [];
    const ended: EndedRealm[] = [];
    for (const node of page.changes) {
      const realm = realmAt(shared, node);
      const isThere = node.state === "live";
      const position = realm === undefined ? undefined : shared[realm];
      if (realm !== undefined && isThere && position?.mount !== node.id) {
        // Mounted anew elsewhere: what stood for it before stands for nothing. Of two in one page one does.
        if (!position) shared[realm] = { mount: node.id, cursor: null, pending: [realm] };
        else if (position === cursor?.shared[realm]) ended.push({ realm, mount: position.mount, how: "closed" });
      } else if (realm !== undefined && !isThere && position?.mount === node.id) {
        const how = (await this.#isMember(realm, signal)) ? "closed" : "lost";
        ended.push({ realm, mount: node.id, how });
        delete shared[realm];
        this.#listings.delete(realm);
        round.delete(realm);
        // The mount is not told to be gone: then what is below it would go as well (M9).
        if (how === "lost") continue;
      }
      changes.push(node);
    }
    // It is read again where a mount took another's place: one realm ends and begins in two pages.
    const isAgain = ended.some(({ realm }) => realm in shared);
    for (const { realm } of ended) delete shared[realm];
    const home = isAgain ? (cursor?.home ?? page.cursor) : page.cursor;
    const merged = encodeMerged({ home, shared });
    return {
      page: { changes, ended, cursor: merged, epoch: page.epoch },
      isMore: !page.upToDate || isAgain,
    };
  }

  async #space(
    known: MergedCursor,
    realm: string,
    signal: AbortSignal,
    isKnown: (node: string) => boolean,
  ): Promise<Turn> {
    const position = known.shared[realm];
    if (!position) return null;
    const space = this.#options.spaces.open(realm);
    const mounted = { realm, mount: position.mount };
    const at = (next: SharedPosition): string => encodeMerged({ ...known, shared: { ...known.shared, [realm]: next } });
    try {
      if (position.cursor === null) {
        const { cursor, epoch } = await space.changes(undefined, signal);
        return { page: { realm, changes: [], cursor: at({ ...position, cursor }), epoch }, isMore: true };
      }
      if (position.pending) return await this.#list(space, mounted, position, at, signal);
      const page = await space.changes(position.cursor, signal);
      const { arrived = [], left = [], cursor, epoch } = page;
      const changes = allInTree(mounted, page.changes);
      const came = new Set(arrived);
      const relisted = changes
        .filter(({ id, type, state }) => type === "folder" && state === "live" && (came.has(id) || !isKnown(id)))
        .map(({ id }) => id);
      const next = { ...position, cursor, ...(relisted.length > 0 && { pending: relisted }) };
      const isMore = !page.upToDate || relisted.length > 0;
      return { page: { realm, changes, left, relisted, cursor: at(next), epoch }, isMore };
    } catch (error) {
      if (isReplaced(error)) return await this.#readAnew(space, mounted, at, signal);
      // Its owner has it in the trash, or the mount is about to go: what is here waits as it is.
      if (isClosed(error)) return null;
      throw error;
    }
  }

  async #list(
    space: SharedSpaceRemote,
    mounted: { readonly realm: string; readonly mount: string },
    position: SharedPosition,
    at: (next: SharedPosition) => string,
    signal: AbortSignal,
  ): Promise<Turn> {
    const { realm } = mounted;
    const { pending = [], pages = 0, ...listed } = position;
    let listing = this.#listings.get(realm);
    if (!listing || listing.pages !== pages || !listing.isOf(pending)) {
      listing = new SubtreeListing(space, pending);
      this.#listings.set(realm, listing);
    }
    const nodes = await listing.next(signal);
    const epoch = decodeCursor(position.cursor ?? "")?.epoch ?? "";
    const next = nodes === null ? listed : { ...position, pages: listing.pages };
    if (nodes === null) this.#listings.delete(realm);
    const changes = allInTree(mounted, nodes ?? []);
    return { page: { realm, changes, isListed: true, cursor: at(next), epoch }, isMore: true };
  }

  /** All of a space whose history was replaced, at once: half of it would read as deletions (Y20). */
  async #readAnew(
    space: SharedSpaceRemote,
    mounted: { readonly realm: string; readonly mount: string },
    at: (next: SharedPosition) => string,
    signal: AbortSignal,
  ): Promise<Turn> {
    const { realm, mount } = mounted;
    this.#listings.delete(realm);
    const { cursor, epoch } = await space.changes(undefined, signal);
    const listing = new SubtreeListing(space, [realm]);
    const changes: RemoteNode[] = [];
    for (let nodes = await listing.next(signal); nodes; nodes = await listing.next(signal))
      changes.push(...allInTree(mounted, nodes));
    return { page: { realm, changes, isAnew: true, cursor: at({ mount, cursor }), epoch }, isMore: true };
  }

  async #isMember(realm: string, signal: AbortSignal): Promise<boolean> {
    this.#roles = await this.#options.spaces.roles(signal);
    return this.#roles.has(realm);
  }

  /** In which realms nothing may be changed. */
  async #readOnly(signal: AbortSignal): Promise<string[]> {
    if (!this.hasMounts) return [];
    this.#roles ??= await this.#options.spaces.roles(signal);
    const roles = this.#roles;
    return Object.keys(this.#shared).filter((realm) => roles.get(realm) === "viewer");
  }
}

/** The realm that a node of the home space stands for, also where its tombstone does not say so any more. */
function realmAt(shared: Readonly<Record<string, SharedPosition>>, { id, mount }: RemoteNode): string | undefined {
  return mount ?? Object.keys(shared).find((realm) => shared[realm]?.mount === id);
}

function isUnlisted(position: SharedPosition | undefined): boolean {
  return position !== undefined && (position.cursor === null || position.pending !== undefined);
}

function isReplaced(error: unknown): boolean {
  return error instanceof LedgeError && (error.code === "cursor_expired" || error.code === "invalid_cursor");
}

function isClosed(error: unknown): boolean {
  return error instanceof LedgeError && (error.code === "not_found" || error.code === "forbidden");
}
