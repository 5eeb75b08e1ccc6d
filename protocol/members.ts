import { z } from "zod";
import { Id } from "./ids.ts";
import { Millis, Name } from "./tree.ts";

/** What a member may do in a shared folder, each with what stands before it (SPEC M2). */
export const Role = z.enum(["viewer", "editor", "manager"]);
export type Role = z.infer<typeof Role>;

/** A person as others see them. */
export const Person = z.object({ id: Id, name: z.string(), email: z.string() }).meta({ id: "Person" });
export type Person = z.infer<typeof Person>;

/** Somebody who has a shared folder: its owner, or a member. */
export const Member = z
  .object({
    person: Person,
    role: z.enum(["owner", ...Role.options]),
    /** Since when. */
    joinedAt: Millis,
  })
  .meta({ id: "Member" });
export type Member = z.infer<typeof Member>;

/** An invitation that was neither accepted nor declined, as those who may see a folder's members see it. */
export const PendingInvitation = z
  .object({
    id: Id,
    email: z.string(),
    role: Role,
    invitedBy: Person,
    createdAt: Millis,
    expiresAt: Millis,
  })
  .meta({ id: "PendingInvitation" });
export type PendingInvitation = z.infer<typeof PendingInvitation>;

/** `GET /spaces/{folder}/members`. */
export const Members = z
  .object({ members: z.array(Member), invitations: z.array(PendingInvitation) })
  .meta({ id: "Members" });
export type Members = z.infer<typeof Members>;

/** `POST /spaces/{folder}/members`: the first invitation shares the folder. */
export const Invite = z
  .object({
    emails: z.array(z.email().max(254)).min(1).max(50),
    role: Role.default("editor"),
    /** Absent: what the caller wrote to that email before, where it is invited again. */
    message: z.string().max(500).optional(),
  })
  .meta({ id: "Invite" });
export type Invite = z.input<typeof Invite>;

/** An invitation as its receiver sees it. */
export const Invitation = z
  .object({
    id: Id,
    folder: z.object({ id: Id, name: z.string() }),
    role: Role,
    owner: Person,
    invitedBy: Person,
    message: z.string().nullable(),
    createdAt: Millis,
    expiresAt: Millis,
  })
  .meta({ id: "Invitation" });
export type Invitation = z.infer<typeof Invitation>;

/** `POST /invitations/{id}/accept`: where the folder is to be; absent: in the home folder, under its own name. */
export const AcceptInvitation = z
  .object({
    /** The secret of the mail, for an account whose own email is another, or is not verified. */
    secret: z.string().max(100).optional(),
    parent: Id.optional(),
    name: Name.optional(),
  })
  .meta({ id: "AcceptInvitation" });
export type AcceptInvitation = z.input<typeof AcceptInvitation>;

/** A shared folder as one who has it sees it. */
export const SharedSpace = z
  .object({
    /** The folder's id, which is the space's for its members. */
    id: Id,
    /** As its owner calls it. */
    name: z.string(),
    owner: Person,
    role: z.enum(["owner", ...Role.options]),
    /** The node that stands for it in the asker's own tree; the folder itself for its owner. Null: not mounted. */
    mount: Id.nullable(),
    /** Members and the owner. */
    people: z.int(),
    joinedAt: Millis,
    /** To whom its owner offers it (M13). Null where there is no offer, and for all but the owner and that member. */
    offer: z.object({ to: Person }).nullable(),
  })
  .meta({ id: "SharedSpace" });
export type SharedSpace = z.infer<typeof SharedSpace>;

/** `GET /spaces`: those that the asker owns or is a member of. */
export const SharedSpaces = z.object({ spaces: z.array(SharedSpace) }).meta({ id: "SharedSpaces" });
export type SharedSpaces = z.infer<typeof SharedSpaces>;
