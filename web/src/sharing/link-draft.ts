import type { Link, LinkChanges, LinkPermission } from "../../../protocol/share.ts";
import { strings } from "../strings/sharing.ts";

export type Expiry = "never" | "day" | "week" | "month" | "date";

/** A link's settings as they are typed. */
export interface LinkDraft {
  readonly permission: LinkPermission;
  /** Null: as it is; empty: none any more. */
  readonly password: string | null;
  readonly expiry: Expiry;
  /** `YYYY-MM-DD`, of this browser's time. */
  readonly lastDay: string;
  readonly cap: string;
  readonly gigabytes: string;
  readonly note: string;
  readonly slug: string;
}

export type DraftErrors = Partial<Record<"password" | "lastDay" | "cap" | "gigabytes" | "slug", string>>;

const DAY = 24 * 60 * 60 * 1000;
const DAYS = { day: 1, week: 7, month: 30 } as const;
const GIGABYTE = 1024 ** 3;
/** As protocol/share.ts takes it. */
const SLUG = /^[\p{L}\p{N}][\p{L}\p{N}_-]{0,63}$/u;

export function draftOf(link: Link): LinkDraft {
  return {
    permission: link.permission,
    password: null,
    expiry: link.expiresAt === null ? "never" : "date",
    lastDay: link.expiresAt === null ? "" : dayOf(link.expiresAt - 1),
    cap: link.maxDownloads === null ? "" : String(link.maxDownloads),
    gigabytes: link.maxUploadBytes === null ? "" : String(link.maxUploadBytes / GIGABYTE),
    note: link.note ?? "",
    slug: link.slug ?? "",
  };
}

/** A day of this browser's time, as date fields write it. */
export function dayOf(ms: number): string {
  const date = new Date(ms);
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** What is wrong with what was typed. */
export function checkDraft(draft: LinkDraft, now: number): DraftErrors {
  const text = strings.sharing.form;
  const { password, expiry, lastDay, cap, gigabytes, slug } = draft;
  const errors: DraftErrors = {};
  if (password !== null && password !== "" && password.length < 4) errors.password = text.passwordShort;
  if (expiry === "date" && !(endOf(lastDay) > now)) errors.lastDay = text.expiryPast;
  if (cap.trim() !== "" && !/^[1-9]\d{0,6}$/.test(cap.trim())) errors.cap = text.capWrong;
  if (Number(cap) > 1_000_000) errors.cap = text.capWrong;
  if (gigabytes.trim() !== "" && !(amount(gigabytes) > 0)) errors.gigabytes = text.bytesWrong;
  if (slug.trim() !== "" && !SLUG.test(slug.trim())) errors.slug = text.slugWrong;
  return errors;
}

/** What of a link is to be changed; null where nothing is. The draft has to be right. */
export function changesOf(link: Link, draft: LinkDraft, now: number): LinkChanges | null {
  const was = draftOf(link);
  const isDrop = draft.permission === "upload";
  const settings: LinkChanges = {};
  if (draft.permission !== link.permission) settings.permission = draft.permission;
  if (draft.password !== null) settings.password = draft.password === "" ? null : draft.password;
  if (draft.expiry !== was.expiry || draft.lastDay !== was.lastDay) settings.expiresAt = expiresAt(draft, now);
  const maxDownloads = isDrop || draft.cap.trim() === "" ? null : Number(draft.cap);
  if (maxDownloads !== link.maxDownloads) settings.maxDownloads = maxDownloads;
  const bytes =
    !isDrop || draft.gigabytes.trim() === "" ? null : Math.max(1, Math.round(amount(draft.gigabytes) * GIGABYTE));
  if (bytes !== link.maxUploadBytes) settings.maxUploadBytes = bytes;
  const note = draft.note.trim() || null;
  if (note !== link.note) settings.note = note;
  const slug = draft.slug.trim() || null;
  if (slug !== link.slug) settings.slug = slug;
  return Object.keys(settings).length === 0 ? null : settings;
}

function expiresAt({ expiry, lastDay }: LinkDraft, now: number): number | null {
  if (expiry === "never") return null;
  return expiry === "date" ? endOf(lastDay) : now + DAYS[expiry] * DAY;
}

/** The moment at which a day is over here; NaN for none. */
function endOf(day: string): number {
  const [year = Number.NaN, month = Number.NaN, date = Number.NaN] = day.split("-").map(Number);
  return new Date(year, month - 1, date + 1).getTime();
}

/** Also with a comma. */
function amount(typed: string): number {
  return Number(typed.trim().replace(",", "."));
}
