/** The validators of what would be sent. */
export interface Validators {
  /** A strong entity tag, quotes included. */
  readonly etag: string;
  /** Milliseconds since 1970; headers know whole seconds only. */
  readonly lastModified: number;
}

/** The request headers that this reads, lower case; absent ones undefined. */
export interface ConditionalHeaders {
  readonly "if-match"?: string | undefined;
  readonly "if-none-match"?: string | undefined;
  readonly "if-modified-since"?: string | undefined;
  readonly "if-unmodified-since"?: string | undefined;
  readonly "if-range"?: string | undefined;
}

/** What a GET or HEAD with conditions is answered: the file, 304 or 412; in the order of RFC 9110, section 13.2.2. */
export function evaluate(headers: ConditionalHeaders, file: Validators): "proceed" | "not_modified" | "failed" {
  const modified = seconds(file.lastModified);
  if (headers["if-match"] !== undefined) {
    if (!listsTag(headers["if-match"], file.etag, "strong")) return "failed";
  } else if (headers["if-unmodified-since"] !== undefined) {
    const since = parseHttpDate(headers["if-unmodified-since"]);
    if (since !== null && modified > since) return "failed";
  }
  if (headers["if-none-match"] !== undefined) {
    return listsTag(headers["if-none-match"], file.etag, "weak") ? "not_modified" : "proceed";
  }
  const since = parseHttpDate(headers["if-modified-since"]);
  return since !== null && modified <= since ? "not_modified" : "proceed";
}

/**
 * Whether `Range` may be honoured: no `If-Range`, or one that is strongly this file (section 13.1.5). A date is strong
 * only when the file's last change is over a second old (section 8.8.2.2). `now` in milliseconds.
 */
export function rangeAllowed(ifRange: string | undefined, file: Validators, now: number): boolean {
  if (ifRange === undefined) return true;
  const value = ifRange.trim();
  if (/^(W\/)?"/.test(value)) return value === file.etag;
  const date = parseHttpDate(value);
  return date !== null && date === seconds(file.lastModified) && now - date > 1000;
}

const ENTITY_TAG = /(W\/)?("[\x21\x23-\x7e\x80-\xff]*")/y;

/** Whether a list of entity tags (or `*`) holds `etag`; a malformed list holds what comes before the fault. */
function listsTag(list: string, etag: string, comparison: "strong" | "weak"): boolean {
  if (list.trim() === "*") return true;
  let at = 0;
  while (at < list.length) {
    if (/[\s,]/.test(list.charAt(at))) {
      at++;
      continue;
    }
    ENTITY_TAG.lastIndex = at;
    const match = ENTITY_TAG.exec(list);
    if (!match) return false;
    if (match[2] === etag && (comparison === "weak" || match[1] === undefined)) return true;
    at = ENTITY_TAG.lastIndex;
  }
  return false;
}

/** `millis` as `Last-Modified` says it (IMF-fixdate). */
export function httpDate(millis: number): string {
  return new Date(millis).toUTCString();
}

function seconds(millis: number): number {
  return Math.floor(millis / 1000) * 1000;
}

const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

/** The time that one of HTTP's three date forms means (RFC 9110, section 5.6.7), in milliseconds; else null. */
export function parseHttpDate(text: string | undefined): number | null {
  const value = text?.trim() ?? "";
  const fixdate = /^[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/.exec(value);
  if (fixdate) return utc(fixdate[3], fixdate[2], fixdate.slice(1));
  const rfc850 = /^[A-Z][a-z]{5,8}, (\d\d)-([A-Z][a-z]{2})-(\d\d) (\d\d):(\d\d):(\d\d) GMT$/.exec(value);
  if (rfc850) return utc(`${Number(rfc850[3]) < 70 ? 20 : 19}${rfc850[3]}`, rfc850[2], rfc850.slice(1));
  const asctime = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d) (\d{4})$/.exec(value);
  if (asctime) return utc(asctime[6], asctime[1], [asctime[2], "", "", ...asctime.slice(3, 6)]);
  return null;
}

/** `parts`: day, (month, year,) hours, minutes, seconds. */
function utc(
  year: string | undefined,
  month: string | undefined,
  parts: readonly (string | undefined)[],
): number | null {
  const index = MONTHS.indexOf(month ?? "?");
  if (index < 0 || index % 3 !== 0) return null;
  const [day, , , hours, minutes, secs] = parts.map(Number);
  const time = Date.UTC(Number(year), index / 3, day, hours, minutes, secs);
  return Number.isNaN(time) ? null : time;
}
