import { ERRORS, LedgeError } from "../../protocol/errors.ts";
import type { Role } from "../../protocol/members.ts";
import { decodeCursor } from "../../protocol/cursor.ts";
import type { Changes } from "../../protocol/tree.ts";
import { HttpError } from "../http-errors.ts";
import type { SharedSpaceRemote, SharedSpaces } from "../ports/shared-spaces.ts";
import type { EndedRealm, Realm, RemoteChanges, RemoteNode } from "../ports/sync-remote.ts";
import {
  decodeMerged,
  encodeMerged,
  isUnlisted,
  withListed,
  type MergedCursor,
  type SharedPosition,
} from "./merged-cursor.ts";
import { allInTree } from "./mount-view.ts";
import { SubtreeListing } from "./subtree-listing.ts";

export interface MergedFeedOptions {
  /** The account's own feed. */
  readonly home: (cursor: string | undefined, signal: AbortSignal) => Promise<Changes | RemoteChanges>;
  /** What is live in folders of the account's own space; those that are not there are left out. */
  readonly list: SharedSpaceRemote["list"];
  readonly spaces: SharedSpaces;
}

type Page = Omit<RemoteChanges, "upToDate" | "readOnly" | "unread">;

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
  /** Realms whose feed could not be read in this round, or the last one, and why. */
  #unread = new Map<string, string>();
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
    const nothing: Page = { changes: [], cursor: encodeMerged(known), epoch: decodeCursor(known.home)?.epoch ?? "" };
    let page = last ?? nothing;
    this.#shared = decodeMerged(page.cursor).shared;
    for (const realm of Object.keys(this.#shared)) {
      if (realm in known.shared) continue;
      round.add(realm);
      this.#roles = null;
    }
    for (const { realm } of page.ended ?? []) this.#unread.delete(realm);
    const readOnly = await this.#readOnly(signal);
    page = this.#withNested(page, readOnly, round, isKnown);
    const upToDate = round.size === 0;
    if (upToDate) this.#round = null;
    return { ...page, upToDate, readOnly, unread: new Map(this.#unread) };
  }

  /** Lists realms that are in others again where what is in them may be in another one's place by now, or is in none. */
  #withNested(page: Page, readOnly: readonly string[], round: Set<Realm>, isKnown: (node: string) => boolean): Page {
    const merged = decodeMerged(page.cursor);
    const { ended = [], left = [] } = page;
    const held = [...readOnly].sort();
    const isShaken = ended.length > 0 || left.length > 0 || held.join() !== merged.held?.join();
    const realms = isShaken ? [...Object.keys(merged.shared), ...ended.map(({ realm }) => realm)] : [];
    const nested = realms.filter((realm) => realm !== page.realm && isKnown(realm));
    if (nested.length === 0) return page;
    const cursor = { ...withListed(merged, nested), held };
    this.#shared = cursor.shared;
    for (const realm of Object.keys(cursor.shared)) round.add(realm);
    return { ...page, cursor: encodeMerged(cursor) };
  }

  #beginRound(cursor: MergedCursor | null): Set<Realm> {
    const shared = Object.keys(cursor?.shared ?? {});
    const again = new Set(this.#round === null || cursor === null ? this.#unread.keys() : []);
    if (this.#round === null || cursor === null) this.#unread = new Map();
    if (cursor === null) this.#round = new Set([undefined]);
    if (this.#round === null) this.#isAll ||= !this.isTold;
    const isAll = this.#isAll || (this.#marked.size === 0 && again.size === 0);
    this.#round ??= isAll ? new Set([undefined, ...shared]) : new Set(this.#marked);
    // What was marked meanwhile is read by this round or, where it is past it, by the next one.
    if (this.#isAll) for (const realm of [undefined, ...shared]) this.#round.add(realm);
    for (const realm of this.#marked) this.#round.add(realm);
    for (const realm of shared)
      if (isUnlisted(cursor?.shared[realm]) && !this.#unread.has(realm)) this.#round.add(realm);
    // Whoever could not be read the last time comes after the others, which need not wait for it.
    for (const realm of again) {
      this.#round.delete(realm);
      if (shared.includes(realm)) this.#round.add(realm);
    }
    this.#isAll = false;
    this.#marked.clear();
    return this.#round;
  }

  async #home(cursor: MergedCursor | null, round: Set<Realm>, signal: AbortSignal): Promise<Turn> {
    const page = await this.#homePage(cursor, signal);
    const shared: Record<string, SharedPosition> = { ...cursor?.shared };
    const changes: RemoteNode[] = [];
    const ended: EndedRealm[] = [];
    const own: RemoteNode[] = [];
    for (const node of page.changes) {
      const realm = realmAt(shared, node);
      const isThere = node.state === "live";
      const position = realm === undefined ? undefined : shared[realm];
      if (realm !== undefined && isThere && position?.mount !== node.id) {
        // Mounted anew elsewhere: what stood for it before stands for nothing. Of two in one page one does.
        if (!position) shared[realm] = { mount: node.id, cursor: null, pending: [realm] };
        else if (position === cursor?.shared[realm]) ended.push({ realm, mount: position.mount, how: "closed" });
      } else if (realm !== undefined && !isThere && position?.mount === node.id) {
        const how = await this.#endOf(realm, signal);
        // Until the folder is told that comes in its place, all is taken to be as it was.
        if (how === "owned") continue;
        ended.push({ realm, mount: node.id, how });
        delete shared[realm];
        this.#listings.delete(realm);
        round.delete(realm);
        // The mount is not told to be gone: then what is below it would go as well (M9).
        if (how === "lost") continue;
      }
      changes.push(node);
      if (node.type !== "folder" || !isThere || cursor?.shared[node.id] === undefined) continue;
      // What is in it has the ids that it had, and may have been told as what was of no concern yet (M13).
      own.push(...(await listAll(this.#options.list, node.id, signal)));
      delete shared[node.id];
      this.#listings.delete(node.id);
      round.delete(node.id);
      ended.push({ realm: node.id, mount: cursor.shared[node.id]?.mount ?? "", how: "owned" });
    }
    // It is read again where a mount took another's place: one realm ends and begins in two pages.
    const isAgain = ended.some(({ realm }) => realm in shared);
    for (const { realm } of ended) delete shared[realm];
    const home = isAgain ? (cursor?.home ?? page.cursor) : page.cursor;
    const merged = encodeMerged({ home, shared, held: cursor?.held });
    return {
      page: { changes, ended, ...(own.length > 0 && { listed: own }), cursor: merged, epoch: page.epoch },
      isMore: !page.upToDate || isAgain,
    };
  }

  /** Where a mount goes all that follows is read with it: what stood for a shared folder may be that folder by then (M13). */
  async #homePage(cursor: MergedCursor | null, signal: AbortSignal): Promise<Changes | RemoteChanges> {
    let page = await this.#options.home(cursor?.home, signal);
    const mounts = new Set(Object.values(cursor?.shared ?? {}).map(({ mount }) => mount));
    const isMountGone = (): boolean => page.changes.some(({ id, state }) => state !== "live" && mounts.has(id));
    while (!page.upToDate && isMountGone()) {
      const next = await this.#options.home(page.cursor, signal);
      page = { ...next, changes: [...page.changes, ...next.changes] };
    }
    return page;
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
      if (isClosed(error) && !isUnlisted(position)) return null;
      if (!isClosed(error) && !isItsOwn(error)) throw error;
      this.#unread.set(realm, error instanceof Error ? error.message : "it cannot be read");
      return null;
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

  /** What became of a folder that is mounted no more. One that changes hands (M13) is out of reach for a moment: nothing is told then. */
  async #endOf(realm: string, signal: AbortSignal): Promise<EndedRealm["how"]> {
    this.#roles = await this.#options.spaces.roles(signal);
    const role = this.#roles.get(realm);
    if (role !== undefined) return role === "owner" ? "owned" : "closed";
    try {
      await this.#options.spaces.open(realm).changes(undefined, signal);
      return "closed";
    } catch (error) {
      if (isClosed(error)) return "lost";
      throw error;
    }
  }

  /** In which realms nothing may be changed. */
  async #readOnly(signal: AbortSignal): Promise<string[]> {
    if (!this.hasMounts) return [];
    this.#roles ??= await this.#options.spaces.roles(signal);
    const roles = this.#roles;
    return Object.keys(this.#shared).filter((realm) => roles.get(realm) === "viewer");
  }
}

async function listAll(list: SharedSpaceRemote["list"], folder: string, signal: AbortSignal): Promise<RemoteNode[]> {
  const found: RemoteNode[] = [];
  const listing = new SubtreeListing({ list }, [folder]);
  for (let nodes = await listing.next(signal); nodes; nodes = await listing.next(signal)) found.push(...nodes);
  return found;
}

/** The realm that a node of the home space stands for, also where its tombstone does not say so any more. */
function realmAt(shared: Readonly<Record<string, SharedPosition>>, { id, mount }: RemoteNode): string | undefined {
  return mount ?? Object.keys(shared).find((realm) => shared[realm]?.mount === id);
}

function isReplaced(error: unknown): boolean {
  return error instanceof LedgeError && (error.code === "cursor_expired" || error.code === "invalid_cursor");
}

/** Whether it is this feed alone that cannot be read: `busy`, say, while the folder changes hands (M13). */
function isItsOwn(error: unknown): error is Error {
  if (error instanceof LedgeError) return ERRORS[error.code][0] >= 500;
  return error instanceof HttpError && error.status >= 500;
}

function isClosed(error: unknown): boolean {
  return error instanceof LedgeError && (error.code === "not_found" || error.code === "forbidden");
}
