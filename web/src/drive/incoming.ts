import type { PushMessage } from "../../../client/ports/sync-remote.ts";
import type { NoticeAbout } from "../../../protocol/push.ts";
import type { FolderLoader } from "./folder-loader.ts";
import type { Followers } from "./followers.ts";
import type { KeepUp } from "./keep-up.ts";
import type { Listeners } from "./listeners.ts";
import type { Live } from "./live.ts";
import type { News } from "./news.ts";
import type { Outbox } from "./outbox.ts";
import type { DriveApi } from "./ports.ts";
import type { Answer, QueuedEdit } from "./queued-edit.ts";
import type { Spaces } from "./spaces.ts";
import type { Stars } from "./stars.ts";
import type { TabMessage } from "./tab-message.ts";

export interface IncomingOptions {
  readonly api: DriveApi;
  readonly home: string;
  readonly followers: Followers;
  readonly loader: FolderLoader;
  readonly outbox: Outbox;
  readonly live: Live;
  readonly stars: Stars;
  readonly spaces: Spaces;
  readonly keepUp: KeepUp;
  readonly news: News;
  readonly listeners: Listeners;
}

/** Takes in what the server's socket and other tabs tell. */
export class Incoming {
  readonly #options: IncomingOptions;

  constructor(options: IncomingOptions) {
    this.#options = options;
  }

  fromTab(message: TabMessage): void {
    const { api, outbox, live } = this.#options;
    switch (message.type) {
      case "queued":
        return outbox.hearQueued(message.edit);
      case "answered":
        this.#goOnFrom(message.edit, message.answer);
        return outbox.hearAnswer(message.edit, message.answer);
      case "hello":
        return live.tell();
      case "push":
        api.http.remember(message.bookmark ?? null, spaceOf(message.message));
        return live.hear(message.message);
      case "notice":
        api.http.remember(message.bookmark ?? null);
        return this.notice(message.about);
    }
  }

  notice(about: NoticeAbout): void {
    const { stars, spaces, loader, news } = this.#options;
    if (about === "stars") void stars.refresh();
    // What could not be had may be shared again, or with another role.
    if (about === "spaces") void spaces.refresh().then(() => loader.retry());
    news.notice(about);
  }

  push(message: PushMessage): void {
    const { loader, outbox, stars, spaces, keepUp, news, listeners } = this.#options;
    const follower = this.#options.followers.home;
    if (message.type === "shared") {
      news.tell(null);
      return void keepUp.pullIn(message.space);
    }
    // What is told before anything was read is followed by nobody.
    if (message.type === "open" || follower.cursor === null) news.tell(null);
    if (message.type === "open") {
      loader.retry();
      outbox.wake();
      void stars.refresh();
      void spaces.refresh();
      void keepUp.pull();
      // Of these nothing is said again that was said while no socket was open.
      for (const about of TOLD_ONCE) news.notice(about);
    } else if (message.type === "poke") void keepUp.pull();
    else if (message.type === "changes" && !follower.hear(message.base, message.changes)) void keepUp.pull();
    listeners.tellSoon();
  }

  #goOnFrom(edit: QueuedEdit, answer: Answer): void {
    if (answer.type !== "committed" || edit.kind !== "commit") return;
    const { followers, home } = this.#options;
    followers.of(edit.space ?? home).goOnFrom(answer.response.cursor);
  }
}

/** What only notices tell of. */
const TOLD_ONCE: readonly NoticeAbout[] = ["account", "devices", "links", "notifications"];

/** The shared folder that a message is of; undefined: the account's own space. */
function spaceOf(message: PushMessage): string | undefined {
  return message.type === "shared" ? message.space : undefined;
}
