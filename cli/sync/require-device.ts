import type { Api } from "../../client/api.ts";
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

export async function askAsDevice(api: Api, { device }: Link): Promise<void> {
  await api.subscribe({ device: { ...device, platform: process.platform } });
}
