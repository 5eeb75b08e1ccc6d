import type { Account } from "../../../client/api.ts";
import type { NoticeAbout } from "../../../protocol/push.ts";
import type { Node } from "../../../protocol/tree.ts";
import type { Drive, DriveStatus, Edit, EditOutcome, Entry, FolderView, StarEdit } from "./drive.ts";
import { FolderLoader } from "./folder-loader.ts";
import { EditRunner } from "./edit-runner.ts";
import { Follower } from "./follower.ts";
import { FolderViews } from "./folder-views.ts";
import { Incoming } from "./incoming.ts";
import { Intake } from "./intake.ts";
import { keepSeenFolders } from "./keep-folders.ts";
import { KeepUp } from "./keep-up.ts";
import { Listeners } from "./listeners.ts";
import { Live } from "./live.ts";
import { News } from "./news.ts";
import { NodeFinder } from "./node-finder.ts";
import { Outbox } from "./outbox.ts";
import type { DriveApi, DrivePorts } from "./ports.ts";
import type { Answer, QueuedEdit } from "./queued-edit.ts";
import { Stars } from "./stars.ts";
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
  readonly #intake: Intake;
  readonly #outbox: Outbox;
  readonly #edits: EditRunner;
  readonly #live: Live;
  readonly #stars: Stars;
  readonly #keepUp: KeepUp;
  readonly #incoming: Incoming;
  readonly #stopped = new AbortController();
  readonly #listeners = new Listeners();
  readonly #news = new News();
  #status: DriveStatus = { connection: "connecting", waiting: 0 };

  constructor({ api, account, ports }: DriveOptions) {
    this.space = account.home.space;
    this.root = account.home.root;
    this.#api = api;
    this.#ports = ports;
    this.#view = new TreeView(this.space, this.root);
    this.#follower = new Follower({
      api,
      take: (nodes) => this.#intake.hear(nodes),
      onLost: () => this.#intake.forgetAll(),
      onCursor: (cursor) => this.#live.acknowledge(cursor),
    });
    this.#finder = new NodeFinder({
      api,
      view: this.#view,
      follower: this.#follower,
      take: (nodes) => this.#intake.take(nodes),
      signal: this.#stopped.signal,
    });
    this.#loader = new FolderLoader({
      api,
      store: ports.store,
      follower: this.#follower,
      clock: ports.clock,
      take: (nodes) => void this.#intake.put(nodes),
      forget: (id, seq) => this.#intake.forget(id, seq),
      isNew: (folder) => this.#view.isNew(folder),
      find: (folder) => this.#finder.place(folder),
      onChange: () => this.#listeners.tellSoon(),
    });
    this.#views = new FolderViews({ view: this.#view, loader: this.#loader, network: ports.network });
    this.#intake = new Intake({
      view: this.#view,
      views: this.#views,
      finder: this.#finder,
      loader: this.#loader,
      store: ports.store,
      news: this.#news,
      listeners: this.#listeners,
    });
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
        if (!this.#live.isOpen) await this.#keepUp.pull();
      },
    });
    this.#live = new Live({
      ...ports,
      openPush: ports.openPush,
      bookmark: () => api.http.bookmark,
      onMessage: (message) => this.#incoming.push(message),
      onNotice: (about) => this.#incoming.notice(about),
    });
    this.#stars = new Stars({ api, store: ports.store, onChange: () => this.#showStars() });
    this.#keepUp = new KeepUp({
      ...ports,
      follower: this.#follower,
      live: this.#live,
      retry: () => this.#loader.retry(),
    });
    this.#incoming = new Incoming({
      api,
      follower: this.#follower,
      loader: this.#loader,
      outbox: this.#outbox,
      live: this.#live,
      stars: this.#stars,
      keepUp: this.#keepUp,
      news: this.#news,
      listeners: this.#listeners,
    });
  }

  start(): void {
    const { signal } = this.#stopped;
    const { tabs, network } = this.#ports;
    const stops = [
      tabs.listen((message) => this.#incoming.fromTab(message)),
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
    void this.#keepUp.run(signal);
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
    void this.#keepUp.pull();
  }

  take(nodes: readonly Node[]): void {
    this.#intake.take(nodes);
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  onOutcome(listener: (outcome: EditOutcome) => void): () => void {
    return this.#edits.onOutcome(listener);
  }

  onNews(listener: (nodes: readonly Node[] | null) => void): () => void {
    return this.#news.onNodes(listener);
  }

  onNotice(listener: (about: NoticeAbout) => void): () => void {
    return this.#news.onNotice(listener);
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
      this.#news.tell(nodes);
    }
    if (answer.type === "starred" && edit.kind === "star") this.#stars.settle(edit);
    this.#queueChanged();
    this.#edits.answered(edit, answer, isOurs);
    // What was made is there to be listed now, and what was refused may tell of another history.
    this.#loader.retry();
    if (answer.type === "refused" && answer.code === "cursor_expired") void this.#keepUp.pull();
  }

  #showStars(): void {
    this.#view.setStars(
      this.#stars.all,
      this.#outbox.waiting.filter((edit) => edit.kind === "star"),
    );
    this.#listeners.tellSoon();
  }

  #networkChanged(): void {
    if (this.#ports.network.isOnline()) {
      this.#loader.retry();
      void this.#keepUp.pull();
    }
    this.#listeners.tellSoon();
  }
}
