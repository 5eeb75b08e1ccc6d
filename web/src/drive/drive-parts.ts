import type { Account } from "../../../client/api.ts";
import type { SharedSpace } from "../../../protocol/members.ts";
import type { Node } from "../../../protocol/tree.ts";
import { FolderLoader } from "./folder-loader.ts";
import { EditRunner } from "./edit-runner.ts";
import type { Follower } from "./follower.ts";
import { Followers } from "./followers.ts";
import { FolderViews } from "./folder-views.ts";
import { Incoming } from "./incoming.ts";
import { Intake } from "./intake.ts";
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

/** What a drive is made of, and what each part tells the others. */
export class DriveParts {
  readonly view: TreeView;
  readonly followers: Followers;
  readonly finder: NodeFinder;
  readonly loader: FolderLoader;
  readonly views: FolderViews;
  readonly intake: Intake;
  readonly outbox: Outbox;
  readonly edits: EditRunner;
  readonly live: Live;
  readonly stars: Stars;
  readonly spaces: Spaces;
  readonly keepUp: KeepUp;
  readonly incoming: Incoming;
  readonly listeners = new Listeners();
  readonly news = new News();
  readonly #home: string;
  readonly #api: DriveApi;

  /** @param signal - Ends what is asked of the server. */
  constructor({ api, account, ports }: DriveOptions, signal: AbortSignal) {
    this.#home = account.home.space;
    this.#api = api;
    this.view = new TreeView(this.#home, account.home.root);
    const requestsOf = (space: string): SpaceRequests => (space === this.#home ? api : api.inSpace(space));
    this.followers = new Followers({
      home: this.#home,
      optionsOf: (space) => ({
        api: requestsOf(space),
        take: (nodes) => this.#hear(nodes),
        onLost: () => this.intake.forgetSpace(space),
        ...(space === this.#home
          ? { onCursor: (cursor) => this.live.acknowledge(cursor) }
          : {
              onCursor: () => undefined,
              onBorder: (arrived, left) => this.intake.cross(space, arrived, left),
              onGone: () => void this.spaces.refresh(),
            }),
      }),
    });
    const followerOf = (space: string): Follower => this.followers.of(space);
    this.spaces = new Spaces({
      api,
      store: ports.store,
      onChange: (spaces, change) => this.#spacesChanged(spaces, change),
    });
    this.finder = new NodeFinder({
      requestsOf,
      view: this.view,
      followerOf,
      spaces: this.spaces,
      take: (nodes) => this.intake.take(nodes),
      signal,
    });
    this.loader = new FolderLoader({
      requestsOf,
      home: this.#home,
      spaceOf: (folder) => this.view.spaceOf(folder),
      store: ports.store,
      followerOf,
      clock: ports.clock,
      take: (nodes) => void this.intake.put(nodes),
      forget: (id, seq) => this.intake.forget(id, seq),
      isNew: (folder) => this.view.isNew(folder),
      find: (folder) => this.finder.place(folder),
      hasOthers: () => this.spaces.all?.some(({ role }) => role !== "owner") ?? false,
      onChange: () => this.listeners.tellSoon(),
    });
    this.views = new FolderViews({
      view: this.view,
      loader: this.loader,
      network: ports.network,
      spaces: this.spaces,
    });
    this.intake = new Intake({
      view: this.view,
      views: this.views,
      finder: this.finder,
      loader: this.loader,
      store: ports.store,
      news: this.news,
      listeners: this.listeners,
    });
    this.outbox = new Outbox({
      ...ports,
      send: (edit, signal) => this.#send(edit, signal),
      onChange: () => this.#queueChanged(),
      onAnswer: (edit, answer, isOurs) => this.#answered(edit, answer, isOurs),
    });
    this.edits = new EditRunner({
      clock: ports.clock,
      queue: (edit) => this.outbox.add(edit),
      entry: (id) => this.view.entry(id),
      home: this.#home,
      spaceOf: (node) => this.view.spaceOf(node),
      epoch: (space) => this.followers.of(space).epoch,
      catchUp: (spaces) => this.#catchUp(spaces),
    });
    this.live = new Live({
      ...ports,
      openPush: ports.openPush,
      bookmark: (space) => (space === undefined ? api.http.bookmark : api.http.bookmarkOf(space)),
      onMessage: (message) => this.incoming.push(message),
      onNotice: (about) => this.incoming.notice(about),
    });
    this.stars = new Stars({ api, store: ports.store, onChange: () => this.#showStars() });
    this.keepUp = new KeepUp({
      ...ports,
      followers: this.followers,
      live: this.live,
      retry: () => this.loader.retry(),
    });
    this.incoming = new Incoming({
      api,
      home: this.#home,
      followers: this.followers,
      loader: this.loader,
      outbox: this.outbox,
      live: this.live,
      stars: this.stars,
      spaces: this.spaces,
      keepUp: this.keepUp,
      news: this.news,
      listeners: this.listeners,
    });
  }

  async #send(edit: QueuedEdit, signal: AbortSignal): Promise<Answer> {
    if (edit.kind === "star") {
      await this.stars.send(edit, signal);
      return { type: "starred" };
    }
    const { id: operationId, epoch, operations, space } = edit;
    const follower = this.followers.of(space ?? this.#home);
    const api = space === undefined ? this.#api : this.#api.inSpace(space);
    const read = follower.beginRead();
    const response = await api.commit(operations, { operationId, epoch, signal });
    // An answer, too, may be of a history that is over by now.
    if (!read(response.cursor)) follower.goOnFrom(response.cursor);
    return { type: "committed", response };
  }

  #queueChanged(): void {
    this.view.setPending(this.outbox.waiting.filter((edit) => edit.kind === "commit"));
    this.#showStars();
    this.listeners.tellNow();
  }

  #answered(edit: QueuedEdit, answer: Answer, isOurs: boolean): void {
    if (answer.type === "committed") {
      const nodes = answer.response.results.flatMap(({ node }) => (node ? [node] : []));
      this.view.take(nodes);
      this.news.tell(nodes);
    }
    if (answer.type === "starred" && edit.kind === "star") this.stars.settle(edit);
    this.#queueChanged();
    this.edits.answered(edit, answer, isOurs);
    // What was made is there to be listed now, and what was refused may tell of another history.
    this.loader.retry();
    if (answer.type === "refused" && answer.code === "cursor_expired") void this.keepUp.pull();
  }

  /** Where others tell of their changes, they do so a moment later: what is to be judged by them is asked for. */
  async #catchUp(spaces: readonly string[]): Promise<void> {
    if (!this.live.isOpen) return this.keepUp.pull();
    const others = spaces.filter((space) => space !== this.#home);
    await Promise.all(others.map((space) => this.keepUp.pullIn(space)));
  }

  #hear(nodes: readonly Node[]): void {
    this.intake.hear(nodes);
    // A mount comes, goes and changes with what it stands for.
    if (nodes.some(({ mount }) => mount !== undefined)) void this.spaces.refresh();
  }

  #spacesChanged(spaces: readonly SharedSpace[], { gone, handedOver }: SpacesChange): void {
    for (const { id, role } of handedOver) {
      this.followers.stop(id);
      this.intake.handOver(id, role === "owner");
    }
    this.view.setSpaces(spaces);
    for (const space of gone) {
      this.followers.stop(space);
      this.intake.forgetSpace(space);
    }
    // Where they are is known from here on.
    this.loader.restart(handedOver.map(({ id }) => id));
    this.listeners.tellSoon();
  }

  #showStars(): void {
    this.view.setStars(
      this.stars.all,
      this.outbox.waiting.filter((edit) => edit.kind === "star"),
    );
    this.listeners.tellSoon();
  }
}
