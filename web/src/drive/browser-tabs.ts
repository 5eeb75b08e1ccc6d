import { leadByLock } from "./browser-lead.ts";
import type { Tabs } from "./ports.ts";
import type { TabMessage } from "./tab-message.ts";

/**
 * The account's tabs in this browser, by Web Locks and a BroadcastChannel. Pages that were not loaded over HTTPS have no
 * locks: there each tab leads, with a device of its own (see `browser-device.ts`).
 */
export function browserTabs(account: string): Tabs {
  const name = `ledge-drive-${account}`;
  const channel = new BroadcastChannel(name);
  return {
    lead: (work, signal) => (hasLocks() ? leadByLock(name, work, signal) : work(signal)),
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no other end to name
    post: (message) => channel.postMessage(message),
    listen: (listener) => {
      const onMessage = ({ data }: MessageEvent<TabMessage>): void => listener(data);
      channel.addEventListener("message", onMessage);
      return () => channel.removeEventListener("message", onMessage);
    },
  };
}

export function hasLocks(): boolean {
  return "locks" in navigator;
}
