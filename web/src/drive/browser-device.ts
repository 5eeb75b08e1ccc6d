import type { SubscribeRequest } from "../../../protocol/push.ts";
import { newId } from "../../../protocol/new-id.ts";
import { browserOf } from "../session/user-agent.ts";
import { hasLocks } from "./browser-tabs.ts";

const KEY = "ledge-device";

/**
 * This browser as a device of the account. The tabs of a browser share a socket, so that they are one device; where they
 * cannot, each is its own, for as long as it is open.
 */
export function browserDevice(): SubscribeRequest["device"] {
  return { id: deviceId(), name: deviceName(navigator.userAgent), platform: "browser" };
}

function deviceId(): string {
  try {
    const storage = hasLocks() ? localStorage : sessionStorage;
    const kept = storage.getItem(KEY);
    if (kept !== null && /^[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(kept)) return kept;
    const made = newId();
    storage.setItem(KEY, made);
    return made;
  } catch {
    // Storage is forbidden here: a new device at every load.
    return newId();
  }
}

/** e.g. `Chrome on Linux`. */
export function deviceName(userAgent: string): string {
  const { browser = "Browser", system } = browserOf(userAgent);
  return system === undefined ? browser : `${browser} on ${system}`;
}
