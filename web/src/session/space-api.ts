import type { SpaceApi } from "../../../client/space-api.ts";
import { api } from "./api.ts";

/** The routes for what is in a shared folder of somebody else's; null: in the account's own space. See `Entry.sharedIn`. */
export function apiIn(sharedIn: string | null): SpaceApi {
  return sharedIn === null ? api : api.inSpace(sharedIn);
}

/** The same as an address, for what the browser asks by itself. */
export function addressIn(sharedIn: string | null): string {
  return sharedIn === null ? "/api" : `/api/spaces/${sharedIn}`;
}
