import type { Account } from "../../../client/api.ts";
import type { SharedSpace } from "../../../protocol/members.ts";
import type { NoticeAbout } from "../../../protocol/push.ts";
import type { Node } from "../../../protocol/tree.ts";
import type { Drive, DriveStatus, Edit, EditOutcome, Entry, FolderView, StarEdit } from "./drive.ts";
import { FolderLoader } from "./folder-loader.ts";
import { EditRunner } from "./edit-runner.ts";
import type { Follower } from "./follower.ts";
import { Followers } from "./followers.ts";
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
import type { DriveApi, DrivePorts, SpaceRequests } from "./ports.ts";
import type { Answer, QueuedEdit } from "./queued-edit.ts";
import { Spaces, type SpacesChange } from "./spaces.ts";
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
  readonly root: string;
  readonly #home: string;
  readonly #api: DriveApi;
  readonly #ports: DrivePorts;
  readonly #view: TreeView;
  readonly #followers: Followers;
  readonly #finder: NodeFinder;
  readonly #loader: FolderLoader;
  readonly #views: FolderViews;
  readonly #intake: Intake;
  readonly #outbox: Outbox;
  readonly #edits: EditRunner;
  readonly #live: Live;
  readonly #stars: Stars;
  readonly #spaces: Spaces;
  readonly #keepUp: KeepUp;
  readonly #incoming: Incoming;
  readonly #stopped = new AbortController();
  readonly #listeners = new Listeners();
  readonly #news = new News();
  #status: DriveStatus = { connection: "connecting", waiting: 0 };

  constructor({ api, account, ports }: DriveOptions) {
    this.#home = account.home.space;
    this.root = account.home.root;
    this.#api = api;
    this.#ports = ports;
    this.#view = new TreeView(this.#home, this.root);
    const requestsOf = (space: string): SpaceRequests => (space === this.#home ? api : api.inSpace(space));
    this.#followers = new Followers({
      home: this.#home,
      optionsOf: (space) => ({
        api: requestsOf(space),
        take: (nodes) => this.#hear(nodes),
        onLost: () => this.#intake.forgetSpace(space),
        ...(space === this.#home
          ? { onCursor: (cursor) => this.#live.acknowledge(cursor) }
          : {
              onCursor: () => undefined,
              onBorder: (arrived, left) => this.#intake.cross(space, arrived, left),
              onGone: () => void this.#spaces.refresh(),
            }),
      }),
    });
    const followerOf = (space: string): Follower => this.#followers.of(space);
    this.#spaces = new Spaces({
      api,
      store: ports.store,
      onChange: (spaces, change) => this.#spacesChanged(spaces, change),
    });
    this.#finder = new NodeFinder({
      requestsOf,
      view: this.#view,
      followerOf,
      spaces: this.#spaces,
      take: (nodes) => this.#intake.take(nodes),
      signal: this.#stopped.signal,
    });
    this.#loader = new FolderLoader({
      requestsOf,
      home: this.#home,
      spaceOf: (folder) => this.#view.spaceOf(folder),
      store: ports.store,
      followerOf,
      clock: ports.clock,
      take: (nodes) => void this.#intake.put(nodes),
      forget: (id, seq) => this.#intake.forget(id, seq),
      isNew: (folder) => this.#view.isNew(folder),
      find: (folder) => this.#finder.place(folder),
      hasOthers: () => this.#spaces.all?.some(({ role }) => role !== "owner") ?? false,
      onChange: () => this.#listeners.tellSoon(),
    });
    this.#views = new FolderViews({
      view: this.#view,
      loader: this.#loader,
      network: ports.network,
      spaces: this.#spaces,
    });
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
      home: this.#home,
      spaceOf: (node) => this.#view.spaceOf(node),
      epoch: (space) => this.#followers.of(space).epoch,
      catchUp: (spaces) => this.#catchUp(spaces),
    });
    this.#live = new Live({
      ...ports,
      openPush: ports.openPush,
      bookmark: (space) => (space === undefined ? api.http.bookmark : api.http.bookmarkOf(space)),
      onMessage: (message) => this.#incoming.push(message),
      onNotice: (about) => this.#incoming.notice(about),
    });
    this.#stars = new Stars({ api, store: ports.store, onChange: () => this.#showStars() });
    this.#keepUp = new KeepUp({
      ...ports,
      followers: this.#followers,
      live: this.#live,
      retry: () => this.#loader.retry(),
    });
    this.#incoming = new Incoming({
      api,
      home: this.#home,
      followers: this.#followers,
      loader: this.#loader,
      outbox: this.#outbox,
      live: this.#live,
      stars: this.#stars,
      spaces: this.#spaces,
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
        cursorOf: (space) => this.#followers.of(space).cursor,
        loader: this.#loader,
        subscribe: (listener) => this.subscribe(listener),
      }),
    ];
    signal.addEventListener("abort", () => stops.forEach((stop) => stop()), { once: true });
    tabs.post({ type: "hello" });
    void this.#outbox.load();
    void this.#stars.load();
    void this.#spaces.load();
    void tabs.lead(async (leading) => {
      await Promise.all([this.#outbox.send(leading), this.#live.lead(() => this.#followers.home.cursor, leading)]);
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

  spaces(): readonly SharedSpace[] | undefined {
    return this.#spaces.all;
  }

  sharedIn(id: string): string | null {
    const space = this.#view.spaceOf(id);
    return space === undefined || space === this.#home ? null : space;
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
    const { id: operationId, epoch, operations, space } = edit;
    const follower = this.#followers.of(space ?? this.#home);
    const api = space === undefined ? this.#api : this.#api.inSpace(space);
    const read = follower.beginRead();
    const response = await api.commit(operations, { operationId, epoch, signal });
    // An answer, too, may be of a history that is over by now.
    if (!read(response.cursor)) follower.goOnFrom(response.cursor);
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

  /** Where others tell of their changes, they do so a moment later: what is to be judged by them is asked for. */
  async #catchUp(spaces: readonly string[]): Promise<void> {
    if (!this.#live.isOpen) return this.#keepUp.pull();
    const others = spaces.filter((space) => space !== this.#home);
    await Promise.all(others.map((space) => this.#keepUp.pullIn(space)));
  }

  #hear(nodes: readonly Node[]): void {
    this.#intake.hear(nodes);
    // A mount comes, goes and changes with what it stands for.
    if (nodes.some(({ mount }) => mount !== undefined)) void this.#spaces.refresh();
  }

  #spacesChanged(spaces: readonly SharedSpace[], { gone, handedOver }: SpacesChange): void {
    for (const { id, role } of handedOver) {
      this.#followers.stop(id);
      this.#intake.handOver(id, role === "owner");
    }
    this.#view.setSpaces(spaces);
    for (const space of gone) {
      this.#followers.stop(space);
      this.#intake.forgetSpace(space);
    }
    // Where they are is known from here on.
    this.#loader.restart(handedOver.map(({ id }) => id));
    this.#listeners.tellSoon();
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
