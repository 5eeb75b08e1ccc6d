import type { ReactNode } from "react";
import type { Invitation } from "../../../protocol/members.ts";
import { strings } from "../strings/people.ts";
import { formatDate } from "../ui/format.ts";
import classes from "./invitation-card.module.css";

/** Who invites to what, as what, with what words. */
export function InvitationFacts({ invitation }: { readonly invitation: Invitation }): ReactNode {
  const text = strings.people.invitation;
  const { folder, invitedBy, owner, role, message, expiresAt } = invitation;
  const facts = [
    text.may(strings.people.roles[role]),
    owner.id !== invitedBy.id && text.ownedBy(owner.name),
    text.until(formatDate(expiresAt)),
  ];
  return (
    <div className={classes.words}>
      <p className={classes.title}>{text.text(invitedBy.name, folder.name)}</p>
      <p className={classes.facts}>{invitedBy.email}</p>
      <p className={classes.facts}>{facts.filter(Boolean).join(" · ")}</p>
      {message !== null && <blockquote className={classes.message}>{message}</blockquote>}
    </div>
  );
}
