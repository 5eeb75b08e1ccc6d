import { InvalidArgumentError } from "commander";
import { DisplayName } from "../protocol/display-name.ts";
import { ID_PATTERN } from "../protocol/new-id.ts";
import { UsageError } from "./exit-codes.ts";

/**
 * What the server would refuse, said in the words of the command line. Each answers the input as it is sent, or throws a
 * `UsageError`. `what` names the input at the beginning of a sentence.
 */

/** A name for a person or a token. */
export function requireDisplayName(what: string, text: string): string {
  const { data, error } = DisplayName.safeParse(text);
  if (data !== undefined) return data;
  const [issue] = error?.issues ?? [];
  if (issue?.code === "too_small") throw new UsageError(`${what} is empty`);
  if (issue?.code === "too_big") throw new UsageError(`${what} is too long: at most ${issue.maximum} characters`);
  throw new UsageError(`${what} holds control characters`);
}

/** The form of an email address; whether there is one like it, nobody can tell from here. */
export function requireEmail(text: string): string {
  const email = text.trim();
  if (email === "") throw new UsageError("--email is empty");
  if (email.length > 254 || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
    throw new UsageError(`--email: ${text} is not an email address`);
  }
  return email;
}

/** An access token's id, as against the token or its name. */
export function requireTokenId(text: string): string {
  if (!ID_PATTERN.test(text)) {
    throw new UsageError(`${text === "" ? '""' : text} is not the id of a token: "ledge token list" shows them`);
  }
  return text;
}

/** A link's id, as against its address. */
export function requireLinkId(text: string): string {
  if (!ID_PATTERN.test(text)) throw new UsageError(`${text} is not the id of a link: "ledge links" shows them`);
  return text;
}

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const;
/** A hundred years, in ms. */
const LONGEST_LIFETIME = 36_525 * UNITS.d;

/** Parses an option that is a time from now on, such as `30m`, `12h`, `7d` or `4w`. Milliseconds. */
export function requireLifetime(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,8})([mhdw])$/.exec(text) ?? [];
  const lifetime = Number(count) * UNITS[unit as keyof typeof UNITS];
  if (!(lifetime <= LONGEST_LIFETIME)) throw new InvalidArgumentError("must be a time such as 30m, 12h, 7d or 4w");
  return lifetime;
}
