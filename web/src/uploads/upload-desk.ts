import { systemClock } from "../../../client/ports/system-clock.ts";
import { webHashing } from "../../../client/ports/web-hashing.ts";
import type { Limits } from "../../../protocol/limits.ts";
import type { Node } from "../../../protocol/tree.ts";
import { newId } from "../../../protocol/new-id.ts";
import type { UploadApi } from "./engine/upload-api.ts";
import { UploadEngines } from "./engine/upload-engines.ts";
import type { FromWorker, NewSave, ToWorker } from "./messages.ts";
import { SourceKeeper } from "./source-keeper.ts";
import type { KeptUpload, UploadItem } from "./upload-item.ts";
import type { UploadStore } from "./upload-store.ts";

export interface DeskOptions {
  readonly account: string;
  /** Names this tab's worker among those that live; see `tab-lock.ts`. */
  readonly owner: string;
  /** @param sharedIn - See `KeptUpload.sharedIn`. */
  readonly apiIn: (sharedIn: string | null) => UploadApi;
  readonly limits: Limits;
  readonly store: UploadStore | null;
  /** The owners that live, this one among them. */
  readonly alive: () => Promise<ReadonlySet<string>>;
  /** Resolves when that owner is gone. */
  readonly ended: (owner: string) => Promise<void>;
  readonly tell: (message: FromWorker) => void;
}

/** Milliseconds between two messages about what changed. */
const TELL_EVERY = 200;

/** The worker's side of the uploads: engine, files and store, behind the page's messages. */
export class UploadDesk {
  readonly #options: DeskOptions;
  readonly #keeper: SourceKeeper;
  readonly #engines: UploadEngines;
  readonly #changed = new Map<string, UploadItem>();
  readonly #gone = new Set<string>();
  readonly #toKeep = new Map<string, KeptUpload>();
  /** What the store was told last, to tell it of what matters only. */
  readonly #kept = new Map<string, KeptUpload>();
  readonly #through = new Set<string>();
  /** Owners whose end is waited for. */
  readonly #watched = new Set<string>();
  #order = Date.now() * 1_000;
  #isToTell = false;
  #isOver = false;

  constructor(options: DeskOptions) {
    this.#options = options;
    const { apiIn, limits, store, tell } = options;
    this.#keeper = new SourceKeeper(store);
    this.#engines = new UploadEngines(apiIn, {
      limits,
      hashing: webHashing,
      clock: systemClock,
      open: (id) => this.#keeper.open(id),
      onChange: (item, kept) => this.#onChange(item, kept),
      onGone: (id) => this.#onGone(id),
      onNodes: (nodes) => tell({ type: "nodes", nodes }),
      onStalled: (problem) => tell({ type: "stalled", problem }),
    });
  }

  async take(message: Exclude<ToWorker, { type: "start" }>): Promise<void> {
    switch (message.type) {
      case "add":
        return this.#add(message);
      case "save":
        return this.#save(message.save);
      case "resolve":
        return this.#engines.each((engine) => engine.resolve(message.ids, message.choice));
      case "provide":
        for (const { id, file } of message.files) this.#keeper.add(id, file);
        return this.#engines.each((engine) => engine.retry(message.files.map(({ id }) => id)));
      case "online":
        return this.#engines.setOnline(message.isOnline);
      case "takeOver":
        return this.#takeOver();
      case "forget":
        return this.#forget();
      default:
        return this.#engines.each((engine) => engine[message.type](message.ids));
    }
  }

  #add({ folder, sharedIn, uploads }: Extract<ToWorker, { type: "add" }>): void {
    const taken = new Map<string, Node>();
    const kept = uploads.map(({ kind, path, name, file, handle, existing }) => {
      const [size, mtime] = [file?.size ?? 0, file?.lastModified ?? 0];
      const upload = { ...this.#fresh(), kind, folder, sharedIn, path, name, size, mtime, base: null };
      if (file) this.#keeper.add(upload.id, file, handle);
      if (existing) taken.set(upload.id, existing);
      return upload;
    });
    this.#engines.add(kept, taken);
  }

  #save({ id, base, folder, sharedIn, name, blob }: NewSave): void {
    this.#keeper.add(id, blob);
    const state = { folder, sharedIn, path: [], name, size: blob.size, mtime: Date.now(), base };
    this.#engines.add([{ ...this.#fresh(), id, kind: "save", ...state }]);
  }

  #fresh(): Pick<KeptUpload, "id" | "order" | "account" | "owner" | "onConflict" | "isPaused"> {
    const { account, owner } = this.#options;
    return { id: newId(), order: this.#order++, account, owner, onConflict: "fail", isPaused: false };
  }

  async #takeOver(): Promise<void> {
    const { store, account, owner, alive } = this.#options;
    if (!store || this.#isOver) return;
    const living = await alive();
    for (const other of living) {
      if (other === owner || this.#watched.has(other)) continue;
      this.#watched.add(other);
      void this.#options.ended(other).then(() => this.#takeOver());
    }
    this.#engines.add(await store.takeOver(account, owner, living));
  }

  async #forget(): Promise<void> {
    this.#isOver = true;
    await this.#engines.stop();
    this.#keeper.clear();
    await this.#options.store?.clear().catch(() => undefined);
    this.#options.tell({ type: "forgotten" });
  }

  #onChange(item: UploadItem, kept: KeptUpload | null): void {
    this.#changed.set(item.id, item);
    if (kept === null) this.#forgetFile(item.id);
    else if (this.#kept.get(item.id) !== kept) {
      this.#kept.set(item.id, kept);
      this.#toKeep.set(item.id, kept);
    }
    this.#tellSoon();
  }

  #onGone(id: string): void {
    this.#changed.delete(id);
    this.#gone.add(id);
    this.#forgetFile(id);
    this.#tellSoon();
  }

  #forgetFile(id: string): void {
    this.#keeper.drop(id);
    this.#kept.delete(id);
    this.#toKeep.delete(id);
    this.#through.add(id);
  }

  #tellSoon(): void {
    if (this.#isToTell) return;
    this.#isToTell = true;
    setTimeout(() => this.#flush(), TELL_EVERY);
  }

  #flush(): void {
    this.#isToTell = false;
    if (this.#isOver) return;
    this.#options.tell({ type: "changed", items: [...this.#changed.values()], gone: [...this.#gone] });
    this.#changed.clear();
    this.#gone.clear();
    if (this.#toKeep.size + this.#through.size === 0) return;
    // Where the browser keeps nothing, uploads last as long as the page.
    void this.#options.store?.write([...this.#toKeep.values()], [...this.#through]).catch(() => undefined);
    this.#toKeep.clear();
    this.#through.clear();
  }
}
