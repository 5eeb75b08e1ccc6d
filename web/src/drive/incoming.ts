import type { PushMessage } from "../../../client/ports/sync-remote.ts";
import type { NoticeAbout } from "../../../protocol/push.ts";
import type { FolderLoader } from "./folder-loader.ts";
import type { Follower } from "./follower.ts";
import type { KeepUp } from "./keep-up.ts";
import type { Listeners } from "./listeners.ts";
import type { Live } from "./live.ts";
import type { News } from "./news.ts";
import type { Outbox } from "./outbox.ts";
import type { DriveApi } from "./ports.ts";
import type { Stars } from "./stars.ts";
import type { TabMessage } from "./tab-message.ts";

export interface IncomingOptions {
  readonly api: DriveApi;
  readonly follower: Follower;
  readonly loader: FolderLoader;
  readonly outbox: Outbox;
  readonly live: Live;
  readonly stars: Stars;
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
    const { api, follower, outbox, live } = this.#options;
    switch (message.type) {
      case "queued":
        return outbox.hearQueued(message.edit);
      case "answered":
        if (message.answer.type === "committed") follower.goOnFrom(message.answer.response.cursor);
        return outbox.hearAnswer(message.edit, message.answer);
      case "hello":
        return live.tell();
      case "push":
        api.http.remember(message.bookmark ?? null);
        return live.hear(message.message);
      case "notice":
        api.http.remember(message.bookmark ?? null);
        return this.notice(message.about);
    }
  }

  notice(about: NoticeAbout): void {
    const { stars, news } = this.#options;
    if (about === "stars") void stars.refresh();
    news.notice(about);
  }

  push(message: PushMessage): void {
    const { follower, loader, outbox, stars, keepUp, news, listeners } = this.#options;
    // What is told before anything was read is followed by nobody.
    if (message.type === "open" || follower.cursor === null) news.tell(null);
    if (message.type === "open") {
      loader.retry();
      outbox.wake();
      void stars.refresh();
      void keepUp.pull();
    } else if (message.type === "poke") void keepUp.pull();
    else if (message.type === "changes" && !follower.hear(message.base, message.changes)) void keepUp.pull();
    listeners.tellSoon();
  }
}
