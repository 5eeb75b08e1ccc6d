import type { Api } from "../../client/api.ts";
import { displayNameOf } from "../../protocol/display-name.ts";
import type { SubscribeRequest } from "../../protocol/push.ts";
import { LedgeError } from "../../protocol/errors.ts";
import { SyncEnded } from "../../client/sync/ended.ts";
import type { Link } from "./link.ts";

/** Makes a device known that opens no socket, or learns that it was revoked. A server that is away is met later. */
export async function requireDevice(api: Api, link: Link): Promise<void> {
  try {
    await askAsDevice(api, link);
  } catch (error) {
    if (error instanceof LedgeError && error.code === "device_revoked")
      throw new SyncEnded("revoked", "this device was revoked", { cause: error });
  }
}

export async function askAsDevice(api: Api, link: Link): Promise<void> {
  await api.subscribe({ device: deviceOf(link) });
}

/** The device as the server takes it: a machine may be called what no device may. */
export function deviceOf({ device }: Link): SubscribeRequest["device"] {
  return { ...device, name: displayNameOf(device.name, "device"), platform: process.platform };
}
