import { ActionIcon, Avatar, Button, NativeSelect } from "@mantine/core";
import { IconCrown, IconMail, IconSend, IconUserMinus, IconX } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import type { Member, PendingInvitation, Role } from "../../../protocol/members.ts";
import { strings } from "../strings/people.ts";
import { formatDate } from "../ui/format.ts";
import classes from "./people-panel.module.css";
import { doAboutPeople } from "./do-about-people.ts";
import { people } from "./people-requests.ts";
import { isRole, ROLES } from "./roles.ts";

interface MemberRowProps {
  readonly folder: string;
  readonly member: Member;
  readonly isMe: boolean;
  readonly canManage: boolean;
  readonly onRemove: () => void;
  /** Null: the folder is not one's own to give away. */
  readonly onOffer: (() => void) | null;
}

/** Somebody who has the folder; their role is changed at once. */
export function MemberRow({ folder, member, isMe, canManage, onRemove, onOffer }: MemberRowProps): ReactNode {
  const text = strings.people;
  const { person, role } = member;
  const [isBusy, setBusy] = useState(false);
  const change = async (next: Role): Promise<void> => {
    setBusy(true);
    await doAboutPeople(
      () => people.changeRole(folder, person.id, next),
      text.roleChanged(person.name, text.roles[next]),
    );
    setBusy(false);
  };
  return (
    <li className={classes.row}>
      <Avatar size={36} radius="xl" color="moss" name={person.name} alt="" />
      <div className={classes.who}>
        <span className={classes.name}>{isMe ? text.you(person.name) : person.name}</span>
        <span className={classes.email}>{person.email}</span>
      </div>
      {canManage && role !== "owner" && !isMe ? (
        <div className={classes.acts}>
          <NativeSelect
            size="sm"
            aria-label={text.roleOf(person.name)}
            className={classes.roleOf}
            value={role}
            disabled={isBusy}
            onChange={({ currentTarget: { value } }) => {
              if (isRole(value)) void change(value);
            }}
            data={ROLES.map((value) => ({ value, label: text.roles[value] }))}
          />
          {onOffer && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={text.makeOwnerOf(person.name)}
              title={text.makeOwner}
              onClick={onOffer}
            >
              <IconCrown size={18} stroke={1.7} aria-hidden />
            </ActionIcon>
          )}
          <ActionIcon
            variant="subtle"
            color="red.8"
            size="lg"
            aria-label={text.removeOf(person.name)}
            title={text.remove}
            onClick={onRemove}
          >
            <IconUserMinus size={18} stroke={1.7} aria-hidden />
          </ActionIcon>
        </div>
      ) : (
        <span className={classes.fixed} data-owner={role === "owner" || undefined}>
          {text.roles[role]}
        </span>
      )}
    </li>
  );
}

interface InvitationRowProps {
  readonly folder: string;
  readonly invitation: PendingInvitation;
  readonly canManage: boolean;
}

/** Somebody who has not answered yet. */
export function InvitationRow({ folder, invitation, canManage }: InvitationRowProps): ReactNode {
  const text = strings.people;
  const { id, email, role, expiresAt } = invitation;
  const [isBusy, setBusy] = useState(false);
  const act = async (what: () => Promise<unknown>, said: string): Promise<void> => {
    setBusy(true);
    await doAboutPeople(what, said);
    setBusy(false);
  };
  return (
    <li className={classes.row}>
      <Avatar size={36} radius="xl" color="gray" alt="">
        <IconMail size={18} stroke={1.7} aria-hidden />
      </Avatar>
      <div className={classes.who}>
        <span className={classes.name}>{email}</span>
        <span className={classes.email}>{text.invitedUntil(text.roles[role], formatDate(expiresAt))}</span>
      </div>
      {canManage && (
        <div className={classes.acts}>
          <Button
            variant="subtle"
            size="compact-sm"
            disabled={isBusy}
            leftSection={<IconSend size={16} aria-hidden />}
            aria-label={text.sendAgainTo(email)}
            onClick={() => void act(() => people.invite(folder, { emails: [email], role }), text.sentAgain(email))}
          >
            {text.sendAgain}
          </Button>
          <ActionIcon
            variant="subtle"
            color="red.8"
            size="lg"
            disabled={isBusy}
            aria-label={text.revokeOf(email)}
            title={text.revoke}
            onClick={() => void act(() => people.withdrawInvitation(folder, id), text.revoked)}
          >
            <IconX size={18} stroke={1.7} aria-hidden />
          </ActionIcon>
        </div>
      )}
    </li>
  );
}
