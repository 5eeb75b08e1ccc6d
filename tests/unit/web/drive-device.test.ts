import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { LedgeError } from "../../../protocol/errors.ts";
import type { SubscribeRequest } from "../../../protocol/push.ts";
import { browserDevice, subscribeAsBrowser } from "../../../web/src/drive/browser-device.ts";

const answer = { ticket: "t", url: "/u", expiresAt: 1 };

beforeEach(() => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  vi.stubGlobal("localStorage", storage);
  vi.stubGlobal("sessionStorage", storage);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

it("[B8] a browser that was revoked and signed in again is a new device, and stays it", async () => {
  const revoked = browserDevice().id;
  const asked: string[] = [];
  const subscribe = ({ device }: SubscribeRequest): Promise<typeof answer> => {
    asked.push(device.id);
    return device.id === revoked ? Promise.reject(new LedgeError("device_revoked")) : Promise.resolve(answer);
  };
  const asBrowser = subscribeAsBrowser({ subscribe });
  await asBrowser();
  await asBrowser();
  const now = browserDevice().id;
  expect(now).not.toBe(revoked);
  expect(asked).toEqual([revoked, now, now]);
});

it("[B8] what else subscribing is refused for leaves the device as it is", async () => {
  const { id } = browserDevice();
  const subscribe = () => Promise.reject(new LedgeError("too_many_sockets"));
  await expect(subscribeAsBrowser({ subscribe })()).rejects.toMatchObject({ code: "too_many_sockets" });
  expect(browserDevice().id).toBe(id);
});
