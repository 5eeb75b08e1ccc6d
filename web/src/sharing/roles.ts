import type { Role } from "../../../protocol/members.ts";

/** Each with what stands before it. Written out: the schema's code is not for browsers. */
export const ROLES: readonly Role[] = ["viewer", "editor", "manager"];

export function isRole(value: unknown): value is Role {
  return ROLES.some((role) => role === value);
}
