import type { Api } from "../../../client/api.ts";
import { LedgeError } from "../../../protocol/errors.ts";
import type { SubscribeRequest, Subscription } from "../../../protocol/push.ts";
import { newId } from "../../../protocol/new-id.ts";
import { browserOf } from "../../../core/user-agent.ts";
import { hasLocks } from "./browser-tabs.ts";

const KEY = "ledge-device";

/**
 * This browser as a device of the account. The tabs of a browser share a socket, so that they are one device; where they
 * cannot, each is its own, for as long as it is open.
 */
export function browserDevice(): SubscribeRequest["device"] {
  return { id: deviceId(), name: deviceName(navigator.userAgent), platform: "browser" };
}

/**
 * Subscribes as this browser. A device that was revoked never comes back: where the server refuses it, somebody has signed
 * in again, and this is a new one from then on.
 */
export function subscribeAsBrowser(api: Pick<Api, "subscribe">): (signal?: AbortSignal) => Promise<Subscription> {
  let device = browserDevice();
  return async (signal) => {
    try {
      return await api.subscribe({ device }, signal);
    } catch (error) {
      if (!(error instanceof LedgeError) || error.code !== "device_revoked") throw error;
      forgetDevice();
      device = browserDevice();
      return api.subscribe({ device }, signal);
    }
  };
}

function forgetDevice(): void {
  try {
    idStorage().removeItem(KEY);
  } catch {
    // Storage is forbidden here: nothing is kept.
  }
}

function idStorage(): Storage {
  return hasLocks() ? localStorage : sessionStorage;
}

function deviceId(): string {
  try {
    const storage = idStorage();
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
