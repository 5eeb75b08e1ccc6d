import { z } from "zod";
import { Id } from "./ids.ts";
import { Person } from "./members.ts";
import { LinkPermission } from "./share.ts";
import { Millis } from "./tree.ts";

const Bytes = z.int().nonnegative();

/** How a listing of accounts is ordered: those made last first, or by what they are called. */
export const AccountSort = z.enum(["newest", "name", "email"]);
export type AccountSort = z.infer<typeof AccountSort>;

/** An account as the administrator sees it (SPEC R1): nothing of what is in its files. */
export const ManagedAccount = z
  .object({
    ...Person.shape,
    /** Whether its email was shown to be its holder's. */
    verified: z.boolean(),
    admin: z.boolean(),
    twoFactor: z.boolean(),
    createdAt: Millis,
    /** Its last sign-in, or a later use of a session (to the day) or a token (to the hour); null: none so far. */
    lastSeenAt: Millis.nullable(),
    suspendedAt: Millis.nullable(),
    /** Bytes that it may hold, holds, and has announced. */
    quota: Bytes,
    used: Bytes,
    reserved: Bytes,
    /** Folders of its own that it shares, and its links. */
    sharedFolders: z.int(),
    links: z.int(),
  })
  .meta({ id: "ManagedAccount" });
export type ManagedAccount = z.infer<typeof ManagedAccount>;

/** `GET /admin/accounts`. */
export const ManagedAccounts = z
  .object({ accounts: z.array(ManagedAccount), next: z.string().nullable() })
  .meta({ id: "ManagedAccounts" });
export type ManagedAccounts = z.infer<typeof ManagedAccounts>;

/** The caller's own, where the session is older than a day: without it `session_not_fresh`. */
const Password = z.string().min(1).max(128).optional();

/** `PATCH /admin/accounts/{id}`: what is left out stays as it is. */
export const AccountChanges = z
  .object({
    quota: Bytes.optional(),
    suspended: z.boolean().optional(),
    admin: z.boolean().optional(),
    password: Password,
  })
  .meta({ id: "AccountChanges" });
export type AccountChanges = z.infer<typeof AccountChanges>;

/** `POST /admin/accounts/{id}/password-reset`. */
export const PasswordReset = z
  .object({
    /** For the account's person, where this server has no mail; null: it was mailed to them. Good once. */
    link: z.string().nullable(),
    /** When that link ends. */
    expiresAt: Millis.nullable(),
  })
  .meta({ id: "PasswordReset" });
export type PasswordReset = z.infer<typeof PasswordReset>;

/** Who may sign up (SPEC R3): everybody, who was invited to a shared folder, nobody. */
export const SignUpPolicy = z.enum(["open", "invitation", "closed"]);
export type SignUpPolicy = z.infer<typeof SignUpPolicy>;

/** `GET /admin/settings`. */
export const ServerSettings = z
  .object({
    signUp: SignUpPolicy,
    /** What holds where nobody has decided otherwise: the deployment's `SIGN_UP`. */
    defaultSignUp: SignUpPolicy,
    /** Who decided last, and when; null where nobody has. */
    changed: z.object({ by: Person.nullable(), at: Millis }).nullable(),
  })
  .meta({ id: "ServerSettings" });
export type ServerSettings = z.infer<typeof ServerSettings>;

/** `PATCH /admin/settings`. Null: as the deployment says. */
export const SettingChanges = z
  .object({ signUp: SignUpPolicy.nullable().optional(), password: Password })
  .meta({ id: "SettingChanges" });
export type SettingChanges = z.infer<typeof SettingChanges>;

/** Of everything that a shard, or the deployment, holds. Files are those that are not in the trash by themselves. */
const Totals = {
  accounts: z.int(),
  used: Bytes,
  reserved: Bytes,
  links: z.int(),
};

/** `GET /admin/usage` (SPEC R4). */
export const ServerUsage = z
  .object({
    shards: z.array(
      z.object({
        shard: z.string(),
        ...Totals,
        /** The sum of what its accounts may hold. */
        quota: Bytes,
        /** As they were counted last; null where they were not yet. */
        files: z.int().nullable(),
        countedAt: Millis.nullable(),
      }),
    ),
    /** Oldest first; a day without a count is not there. */
    days: z.array(z.object({ day: z.iso.date(), ...Totals, files: z.int() })),
  })
  .meta({ id: "ServerUsage" });
export type ServerUsage = z.infer<typeof ServerUsage>;

/** A link as the administrator sees it: whose it is and what it allows, not what it opens. */
export const ManagedLink = z
  .object({
    id: Id,
    owner: Person,
    permission: LinkPermission,
    hasPassword: z.boolean(),
    expiresAt: Millis.nullable(),
    maxDownloads: z.int().nullable(),
    maxUploadBytes: z.int().nullable(),
    createdAt: Millis,
    uses: z.object({ opened: z.int(), downloads: z.int(), received: z.int(), lastAt: Millis.nullable() }),
  })
  .meta({ id: "ManagedLink" });
export type ManagedLink = z.infer<typeof ManagedLink>;

/** `GET /admin/links`. */
export const ManagedLinks = z
  .object({ links: z.array(ManagedLink), next: z.string().nullable() })
  .meta({ id: "ManagedLinks" });
export type ManagedLinks = z.infer<typeof ManagedLinks>;

/** What administrators do (SPEC R5). */
export const AdminAction = z.enum([
  "quota",
  "suspend",
  "lift",
  "makeAdministrator",
  "endAdministrator",
  "endSessions",
  "resetPassword",
  "signUp",
  "revokeLink",
]);
export type AdminAction = z.infer<typeof AdminAction>;

/** One thing that an administrator did. */
export const AdminEvent = z
  .object({
    id: Id,
    at: Millis,
    by: Person,
    /** What the browser or client said that it is. */
    device: z.string().nullable(),
    action: AdminAction,
    /** Whom it was done to; null where it was done to the server. */
    account: Person.nullable(),
    /** A quota's bytes, a policy, a link's id. */
    detail: z.string().nullable(),
  })
  .meta({ id: "AdminEvent" });
export type AdminEvent = z.infer<typeof AdminEvent>;

/** `GET /admin/events`, newest first. */
export const AdminEvents = z
  .object({ events: z.array(AdminEvent), next: z.string().nullable() })
  .meta({ id: "AdminEvents" });
export type AdminEvents = z.infer<typeof AdminEvents>;
