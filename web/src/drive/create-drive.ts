import type { SharedSpace } from "../../../protocol/members.ts";
import type { NoticeAbout } from "../../../protocol/push.ts";
import type { Node } from "../../../protocol/tree.ts";
import type { Drive, DriveStatus, Edit, EditOutcome, Entry, FolderView, StarEdit } from "./drive.ts";
import { keepSeenFolders } from "./keep-folders.ts";
import type { DrivePorts } from "./ports.ts";
import { DriveParts, type DriveOptions } from "./drive-parts.ts";

/** A drive that can be put to work and to rest. Nothing is sent before `start`. */
export interface RunningDrive extends Drive {
  start(): void;
  /** For good. */
  stop(): void;
}

export function createDrive(options: DriveOptions): RunningDrive {
  return new BrowserDrive(options);
}

class BrowserDrive implements RunningDrive {
  readonly root: string;
  readonly #home: string;
  readonly #ports: DrivePorts;
  readonly #parts: DriveParts;
  readonly #stopped = new AbortController();
  #status: DriveStatus = { connection: "connecting", waiting: 0 };

  constructor(options: DriveOptions) {
    const { account, ports } = options;
    this.root = account.home.root;
    this.#home = account.home.space;
    this.#ports = ports;
    this.#parts = new DriveParts(options, this.#stopped.signal);
  }

  start(): void {
    const { signal } = this.#stopped;
    const { tabs, network } = this.#ports;
    const stops = [
      tabs.listen((message) => this.#parts.incoming.fromTab(message)),
      network.onChange(() => this.#networkChanged()),
      keepSeenFolders({
        ...this.#ports,
        view: this.#parts.view,
        cursorOf: (space) => this.#parts.followers.of(space).cursor,
        loader: this.#parts.loader,
        subscribe: (listener) => this.subscribe(listener),
      }),
    ];
    signal.addEventListener("abort", () => stops.forEach((stop) => stop()), { once: true });
    tabs.post({ type: "hello" });
    void this.#parts.outbox.load();
    void this.#parts.stars.load();
    void this.#parts.spaces.load();
    void tabs.lead(async (leading) => {
      await Promise.all([
        this.#parts.outbox.send(leading),
        this.#parts.live.lead(() => this.#parts.followers.home.cursor, leading),
      ]);
    }, signal);
    void this.#parts.keepUp.run(signal);
  }

  stop(): void {
    this.#stopped.abort();
    this.#parts.loader.stop();
  }

  hold(folder: string): () => void {
    const release = this.#parts.loader.hold(folder);
    return () => {
      release();
      if (!this.#parts.loader.isHeld(folder)) this.#parts.views.drop(folder);
    };
  }

  folder(id: string): FolderView {
    return this.#parts.views.get(id);
  }

  entry(id: string): Entry | undefined {
    return this.#parts.view.entry(id);
  }

  ancestors(id: string): readonly Entry[] | undefined {
    return this.#parts.view.ancestors(id);
  }

  need(id: string): Promise<Entry | null> {
    return this.#parts.finder.find(id);
  }

  spaces(): readonly SharedSpace[] | undefined {
    return this.#parts.spaces.all;
  }

  sharedIn(id: string): string | null {
    const space = this.#parts.view.spaceOf(id);
    return space === undefined || space === this.#home ? null : space;
  }

  status(): DriveStatus {
    const { network } = this.#ports;
    const connection = !network.isOnline() ? "offline" : this.#parts.live.isOpen ? "live" : "connecting";
    const waiting = this.#parts.outbox.waiting.length;
    if (connection !== this.#status.connection || waiting !== this.#status.waiting)
      this.#status = { connection, waiting };
    return this.#status;
  }

  edit(edit: Edit): Promise<EditOutcome> {
    return this.#parts.edits.run(edit);
  }

  star(edit: StarEdit): Promise<EditOutcome> {
    return this.#parts.edits.star(edit);
  }

  undoLast(): Promise<EditOutcome> | null {
    return this.#parts.edits.undoLast();
  }

  retry(): void {
    this.#parts.loader.retry();
    this.#parts.outbox.wake();
    void this.#parts.keepUp.pull();
  }

  take(nodes: readonly Node[]): void {
    this.#parts.intake.take(nodes);
  }

  subscribe(listener: () => void): () => void {
    return this.#parts.listeners.add(listener);
  }

  onOutcome(listener: (outcome: EditOutcome) => void): () => void {
    return this.#parts.edits.onOutcome(listener);
  }

  onNews(listener: (nodes: readonly Node[] | null) => void): () => void {
    return this.#parts.news.onNodes(listener);
  }

  onNotice(listener: (about: NoticeAbout) => void): () => void {
    return this.#parts.news.onNotice(listener);
  }

  #networkChanged(): void {
    if (this.#ports.network.isOnline()) {
      this.#parts.loader.retry();
      void this.#parts.keepUp.pull();
    }
    this.#parts.listeners.tellSoon();
  }
}
