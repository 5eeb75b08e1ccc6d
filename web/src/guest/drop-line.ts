import { strings } from "../strings/guest.ts";
import { chooseAgain } from "../uploads/choose-again.ts";
import type { ToWorker } from "../uploads/messages.ts";
import { UploadHost } from "../uploads/upload-host.ts";
import type { NewUpload, UploadItem, UploadState } from "../uploads/upload-item.ts";
import type { RowActions } from "../uploads/upload-row.tsx";
import { dropStoreName } from "../uploads/upload-store.ts";
import type { UploadsView } from "../uploads/uploads.ts";
import { keepGuest, type KnownGuest } from "./drop-place.ts";

const EMPTY: UploadsView = { items: [], stalled: null, isBusy: false };
const HANDED_AT_ONCE = 200;

/**
 * What a guest sends to a link: by the same worker as an account's uploads, so that it is cut, resumed and told of alike.
 * A page that was closed before all was sent is taken up by the next (SPEC L7).
 */
export class DropLine {
  readonly #secret: string;
  readonly #guest: KnownGuest;
  readonly #listeners = new Set<() => void>();
  #host: UploadHost | null = null;
  #view = EMPTY;

  private constructor(secret: string, guest: KnownGuest) {
    this.#secret = secret;
    this.#guest = guest;
    if (guest.isLeft) this.#open();
  }

  static readonly #all = new Map<string, DropLine>();

  /** The page's one line of a drop. */
  static of(secret: string, guest: KnownGuest): DropLine {
    const known = this.#all.get(guest.drop) ?? new DropLine(secret, guest);
    this.#all.set(guest.drop, known);
    return known;
  }

  readonly view = (): UploadsView => this.#view;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly add = async (uploads: readonly NewUpload[]): Promise<void> => {
    // Folders are made with the files in them.
    const files = uploads.filter(({ kind }) => kind === "file");
    if (files.length === 0) return;
    this.#keep(true);
    const host = this.#open();
    // Handing over thousands of files at once would stop the page.
    for (let at = 0; at < files.length; at += HANDED_AT_ONCE) {
      host.tell({
        type: "add",
        sharedIn: null,
        folder: this.#guest.drop,
        uploads: files.slice(at, at + HANDED_AT_ONCE),
      });
      await new Promise((resolve) => setTimeout(resolve));
    }
  };

  readonly row: RowActions = {
    pause: (item) => this.#ask("pause", [item]),
    resume: (item) => this.#ask("resume", [item]),
    retry: (item) => this.#ask("retry", [item]),
    cancel: (item) => this.#ask("cancel", [item]),
    choose: (item) => chooseAgain([item], (message) => this.#tell(message), dropStoreName(this.#secret)),
    // A guest sees nothing of where it went, and no name is ever taken.
    open: () => undefined,
    decide: () => undefined,
  };

  all(type: "pause" | "resume" | "retry", ...states: readonly UploadState[]): void {
    this.#ask(
      type,
      this.#view.items.filter(({ state }) => states.includes(state)),
    );
  }

  #ask(type: "pause" | "resume" | "retry" | "cancel", items: readonly UploadItem[]): void {
    if (items.length > 0) this.#tell({ type, ids: items.map(({ id }) => id) });
  }

  #tell(message: ToWorker): void {
    this.#open().tell(message);
  }

  #open(): UploadHost {
    const { drop } = this.#guest;
    this.#host ??= new UploadHost({
      start: { account: drop, drop: { secret: this.#secret, id: drop } },
      show: (view) => this.#show(view),
      take: () => undefined,
      onStalled: () => undefined,
      onIdle: () => undefined,
    });
    return this.#host;
  }

  #show(view: UploadsView): void {
    this.#view = { ...view, items: view.items.map(asGuest) };
    this.#keep(view.items.some(({ state }) => state !== "done"));
    for (const listener of this.#listeners) listener();
  }

  #keep(isLeft: boolean): void {
    keepGuest(this.#secret, { ...this.#guest, isLeft });
  }
}

/** What was made is not the guest's to open, and what the owner could do about a failure is not theirs to do. */
function asGuest(item: UploadItem): UploadItem {
  const { drop } = strings.guest;
  const { problem } = item;
  if (problem === null) return { ...item, node: null };
  const details: Readonly<Record<string, string>> = {
    over_quota: drop.overQuota,
    link_full: drop.overQuota,
    not_found: drop.closed,
    upload_not_found: drop.expired,
  };
  const detail = details[problem.code];
  return { ...item, node: null, problem: detail === undefined ? problem : { code: `drop_${problem.code}`, detail } };
}
