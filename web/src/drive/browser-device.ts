import type { SubscribeRequest } from "../../../protocol/push.ts";
import { newId } from "../../../protocol/new-id.ts";
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

/** The first that fits counts: most browsers also claim to be others. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(A|iOS)?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(Firefox|FxiOS)\//, "Firefox"],
  [/\b(Chrome|CriOS|HeadlessChrome)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b/, "Mac"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
];

/** e.g. `Chrome on Linux`. */
export function deviceName(userAgent: string): string {
  const find = (names: typeof BROWSERS): string | undefined => names.find(([sign]) => sign.test(userAgent))?.[1];
  const browser = find(BROWSERS) ?? "Browser";
  const system = find(SYSTEMS);
  return system === undefined ? browser : `${browser} on ${system}`;
}
