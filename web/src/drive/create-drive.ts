import type { Account } from "../../../client/api.ts";
import type { PushMessage } from "../../../client/ports/sync-remote.ts";
import type { NoticeAbout } from "../../../protocol/push.ts";
import type { Node } from "../../../protocol/tree.ts";
import type { Drive, DriveStatus, Edit, EditOutcome, Entry, FolderView, StarEdit } from "./drive.ts";
import { FolderLoader } from "./folder-loader.ts";
import { EditRunner } from "./edit-runner.ts";
import { Follower } from "./follower.ts";
import { FolderViews } from "./folder-views.ts";
import { keepSeenFolders } from "./keep-folders.ts";
import { Listeners } from "./listeners.ts";
import { Live } from "./live.ts";
import { NodeFinder } from "./node-finder.ts";
import { Outbox } from "./outbox.ts";
import type { DriveApi, DrivePorts } from "./ports.ts";
import type { Answer, QueuedEdit } from "./queued-edit.ts";
import { Stars } from "./stars.ts";
import type { TabMessage } from "./tab-message.ts";
import { TreeView } from "./tree-view.ts";

export interface DriveOptions {
  readonly api: DriveApi;
  readonly account: Pick<Account, "id" | "home">;
  readonly ports: DrivePorts;
}

/** A drive that can be put to work and to rest. Nothing is sent before `start`. */
export interface RunningDrive extends Drive {
  start(): void;
  /** For good. */
  stop(): void;
}

/** Milliseconds between two pulls where no socket is open, or the last pull failed. */
const PULL_EVERY = 15_000;

export function createDrive(options: DriveOptions): RunningDrive {
  return new BrowserDrive(options);
}

class BrowserDrive implements RunningDrive {
  readonly space: string;
  readonly root: string;
  readonly #api: DriveApi;
  readonly #ports: DrivePorts;
  readonly #view: TreeView;
  readonly #follower: Follower;
  readonly #finder: NodeFinder;
  readonly #loader: FolderLoader;
  readonly #views: FolderViews;
  readonly #outbox: Outbox;
  readonly #edits: EditRunner;
  readonly #live: Live;
  readonly #stars: Stars;
  readonly #stopped = new AbortController();
  readonly #listeners = new Listeners();
  readonly #newsListeners = new Set<(nodes: readonly Node[] | null) => void>();
  readonly #noticeListeners = new Set<(about: NoticeAbout) => void>();
  #status: DriveStatus = { connection: "connecting", waiting: 0 };
  #isBehind = false;

  constructor({ api, account, ports }: DriveOptions) {
    this.space = account.home.space;
    this.root = account.home.root;
    this.#api = api;
    this.#ports = ports;
    this.#view = new TreeView(this.space, this.root);
    this.#follower = new Follower({
      api,
      take: (nodes) => this.#hear(nodes),
      onLost: () => this.#forgetAll(),
      onCursor: (cursor) => this.#live.acknowledge(cursor),
    });
    this.#finder = new NodeFinder({
      api,
      view: this.#view,
      follower: this.#follower,
      take: (nodes) => this.take(nodes),
      signal: this.#stopped.signal,
    });
    this.#loader = new FolderLoader({
      api,
      store: ports.store,
      follower: this.#follower,
      clock: ports.clock,
      take: (nodes) => void this.#takeIn(nodes),
      forget: (id, seq) => this.#forget(id, seq),
      isNew: (folder) => this.#view.isNew(folder),
      find: (folder) => this.#finder.place(folder),
      onChange: () => this.#listeners.tellSoon(),
    });
    this.#views = new FolderViews({ view: this.#view, loader: this.#loader, network: ports.network });
    this.#outbox = new Outbox({
      ...ports,
      send: (edit, signal) => this.#send(edit, signal),
      onChange: () => this.#queueChanged(),
      onAnswer: (edit, answer, isOurs) => this.#answered(edit, answer, isOurs),
    });
    this.#edits = new EditRunner({
      clock: ports.clock,
      queue: (edit) => this.#outbox.add(edit),
      entry: (id) => this.entry(id),
      epoch: () => this.#follower.epoch,
      catchUp: async () => {
        if (!this.#live.isOpen) await this.#pull();
      },
    });
    this.#live = new Live({
      ...ports,
      openPush: ports.openPush,
      bookmark: () => api.http.bookmark,
      onMessage: (message) => this.#pushed(message),
      onNotice: (about) => this.#noticed(about),
    });
    this.#stars = new Stars({ api, store: ports.store, onChange: () => this.#showStars() });
  }

  start(): void {
    const { signal } = this.#stopped;
    const { tabs, network } = this.#ports;
    const stops = [
      tabs.listen((message) => this.#heard(message)),
      network.onChange(() => this.#networkChanged()),
      keepSeenFolders({
        ...this.#ports,
        view: this.#view,
        cursor: () => this.#follower.cursor,
        loader: this.#loader,
        subscribe: (listener) => this.subscribe(listener),
      }),
    ];
    signal.addEventListener("abort", () => stops.forEach((stop) => stop()), { once: true });
    tabs.post({ type: "hello" });
    void this.#outbox.load();
    void this.#stars.load();
    void tabs.lead(async (leading) => {
      await Promise.all([this.#outbox.send(leading), this.#live.lead(() => this.#follower.cursor, leading)]);
    }, signal);
    void this.#keepUp(signal);
  }

  stop(): void {
    this.#stopped.abort();
    this.#loader.stop();
  }

  hold(folder: string): () => void {
    const release = this.#loader.hold(folder);
    return () => {
      release();
      if (!this.#loader.isHeld(folder)) this.#views.drop(folder);
    };
  }

  folder(id: string): FolderView {
    return this.#views.get(id);
  }

  entry(id: string): Entry | undefined {
    return this.#view.entry(id);
  }

  ancestors(id: string): readonly Entry[] | undefined {
    return this.#view.ancestors(id);
  }

  need(id: string): Promise<Entry | null> {
    return this.#finder.find(id);
  }

  status(): DriveStatus {
    const { network } = this.#ports;
    const connection = !network.isOnline() ? "offline" : this.#live.isOpen ? "live" : "connecting";
    const waiting = this.#outbox.waiting.length;
    if (connection !== this.#status.connection || waiting !== this.#status.waiting)
      this.#status = { connection, waiting };
    return this.#status;
  }

  edit(edit: Edit): Promise<EditOutcome> {
    return this.#edits.run(edit);
  }

  star(edit: StarEdit): Promise<EditOutcome> {
    return this.#edits.star(edit);
  }

  undoLast(): Promise<EditOutcome> | null {
    return this.#edits.undoLast();
  }

  retry(): void {
    this.#loader.retry();
    this.#outbox.wake();
    void this.#pull();
  }

  take(nodes: readonly Node[]): void {
    if (this.#takeIn(nodes)) this.#listeners.tellSoon();
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  onOutcome(listener: (outcome: EditOutcome) => void): () => void {
    return this.#edits.onOutcome(listener);
  }

  onNews(listener: (nodes: readonly Node[] | null) => void): () => void {
    this.#newsListeners.add(listener);
    return () => this.#newsListeners.delete(listener);
  }

  onNotice(listener: (about: NoticeAbout) => void): () => void {
    this.#noticeListeners.add(listener);
    return () => this.#noticeListeners.delete(listener);
  }

  /** Whether any of them was news. */
  #takeIn(nodes: readonly Node[]): boolean {
    const isNews = this.#view.take(nodes);
    if (isNews) this.#finder.placeHeld(this.#loader);
    return isNews;
  }

  /** Takes what changed, without what nobody has asked for. */
  #hear(nodes: readonly Node[]): void {
    this.#tellNews(nodes);
    // A read that is under way may bring an older state of any node.
    const isReading = this.#loader.isListing || this.#finder.isAsking;
    this.take(
      isReading
        ? nodes
        : nodes.filter(
            ({ id, parent }) => this.#view.known(id) !== undefined || (parent !== null && this.#loader.has(parent)),
          ),
    );
  }

  #forget(id: string, seq: number): void {
    this.#view.forget(id, seq);
    this.#finder.placeHeld(this.#loader);
  }

  #tellNews(nodes: readonly Node[] | null): void {
    for (const listener of this.#newsListeners) listener(nodes);
  }

  #forgetAll(): void {
    this.#tellNews(null);
    this.#view.clear();
    this.#views.clear();
    void this.#ports.store.dropFolders().catch(() => undefined);
    this.#loader.reset();
    this.#listeners.tellSoon();
  }

  async #send(edit: QueuedEdit, signal: AbortSignal): Promise<Answer> {
    if (edit.kind === "star") {
      await this.#stars.send(edit, signal);
      return { type: "starred" };
    }
    const { id: operationId, epoch, operations } = edit;
    const read = this.#follower.beginRead();
    const response = await this.#api.commit(operations, { operationId, epoch, signal });
    // An answer, too, may be of a history that is over by now.
    if (!read(response.cursor)) this.#follower.goOnFrom(response.cursor);
    return { type: "committed", response };
  }

  #queueChanged(): void {
    this.#view.setPending(this.#outbox.waiting.filter((edit) => edit.kind === "commit"));
    this.#showStars();
    this.#listeners.tellNow();
  }

  #answered(edit: QueuedEdit, answer: Answer, isOurs: boolean): void {
    if (answer.type === "committed") {
      const nodes = answer.response.results.flatMap(({ node }) => (node ? [node] : []));
      this.#view.take(nodes);
      this.#tellNews(nodes);
    }
    if (answer.type === "starred" && edit.kind === "star") this.#stars.settle(edit);
    this.#queueChanged();
    this.#edits.answered(edit, answer, isOurs);
    // What was made is there to be listed now, and what was refused may tell of another history.
    this.#loader.retry();
    if (answer.type === "refused" && answer.code === "cursor_expired") void this.#pull();
  }

  #showStars(): void {
    this.#view.setStars(
      this.#stars.all,
      this.#outbox.waiting.filter((edit) => edit.kind === "star"),
    );
    this.#listeners.tellSoon();
  }

  #heard(message: TabMessage): void {
    switch (message.type) {
      case "queued":
        return this.#outbox.hearQueued(message.edit);
      case "answered":
        if (message.answer.type === "committed") this.#follower.goOnFrom(message.answer.response.cursor);
        return this.#outbox.hearAnswer(message.edit, message.answer);
      case "hello":
        return this.#live.tell();
      case "push":
        this.#api.http.remember(message.bookmark ?? null);
        return this.#live.hear(message.message);
      case "notice":
        this.#api.http.remember(message.bookmark ?? null);
        return this.#noticed(message.about);
    }
  }

  #noticed(about: NoticeAbout): void {
    if (about === "stars") void this.#stars.refresh();
    for (const listener of this.#noticeListeners) listener(about);
  }

  #pushed(message: PushMessage): void {
    // What is told before anything was read is followed by nobody.
    if (message.type === "open" || this.#follower.cursor === null) this.#tellNews(null);
    if (message.type === "open") {
      this.#loader.retry();
      this.#outbox.wake();
      void this.#stars.refresh();
      void this.#pull();
    } else if (message.type === "poke") void this.#pull();
    else if (message.type === "changes" && !this.#follower.hear(message.base, message.changes)) void this.#pull();
    this.#listeners.tellSoon();
  }

  #networkChanged(): void {
    if (this.#ports.network.isOnline()) {
      this.#loader.retry();
      void this.#pull();
    }
    this.#listeners.tellSoon();
  }

  async #pull(): Promise<void> {
    this.#isBehind = !(await this.#follower.pull());
  }

  /** Where the socket cannot be had, or a pull has failed, asks now and then. */
  async #keepUp(signal: AbortSignal): Promise<void> {
    const { clock, network } = this.#ports;
    while (!signal.aborted) {
      await clock.sleep(PULL_EVERY, signal).catch(() => undefined);
      if (signal.aborted || !network.isOnline() || (this.#live.isOpen && !this.#isBehind)) continue;
      await this.#pull();
      this.#loader.retry();
    }
  }
}
