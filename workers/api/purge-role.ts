import { LedgeError } from "../../protocol/errors.ts";
import type { Home } from "./context.ts";

/**
 * Refuses those who may not purge: in a shared folder its managers and its owner may, an editor trashes and restores (M2).
 *
 * @throws LedgeError `forbidden`
 */
export function requirePurger({ role }: Home): void {
  if (role !== "owner" && role !== "manager")
    throw new LedgeError("forbidden", "only managers and the owner of this folder purge what is in it");
}
