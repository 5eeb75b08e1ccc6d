import { strings } from "../strings/entry.ts";

/** What can be said of an input before the server sees it. Undefined: nothing against it. */

export function checkEmail(email: string): string | undefined {
  if (email.trim() === "") return strings.entry.needed.email;
  return /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(email.trim()) ? undefined : strings.entry.needed.emailShape;
}

export function checkName(name: string): string | undefined {
  if (name.trim() === "") return strings.entry.needed.name;
  return name.trim().length > 100 ? strings.entry.needed.longName : undefined;
}

/** @param length - From `GET /auth/options`. */
export function checkNewPassword(password: string, length: { min: number; max: number }): string | undefined {
  if (password.length < length.min) return strings.entry.needed.newPassword(length.min);
  return password.length > length.max ? strings.entry.needed.longPassword(length.max) : undefined;
}
