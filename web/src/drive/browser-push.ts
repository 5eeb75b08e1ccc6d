import type { Api } from "../../../client/api.ts";
import { globalWebSocket } from "../../../client/ports/global-web-socket.ts";
import { systemClock } from "../../../client/ports/system-clock.ts";
import type { PushChannel } from "../../../client/ports/sync-remote.ts";
import { SocketPushChannel } from "../../../client/sync/push-channel.ts";
import type { NoticeAbout } from "../../../protocol/push.ts";
import { browserDevice, subscribeAsBrowser } from "./browser-device.ts";

/** The socket of this browser. A module of its own: what parses messages is no part of the first load. */
export function browserPush(api: Api, onNotice: (about: NoticeAbout) => void): PushChannel {
  const subscribe = subscribeAsBrowser(api);
  return new SocketPushChannel({
    api: { subscribe: (_request, signal) => subscribe(signal) },
    baseUrl: location.origin,
    device: browserDevice(),
    clock: systemClock,
    random: Math.random,
    openSocket: globalWebSocket,
    onBookmark: (bookmark, space) => api.http.remember(bookmark, space),
    onNotice,
  });
}
