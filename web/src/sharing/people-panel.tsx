import { Button, Skeleton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDoorExit, IconUsersMinus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import type { Member, Members } from "../../../protocol/members.ts";
import { useDrive } from "../drive/drive-context.ts";
import { useNotice, useSharedSpace } from "../drive/hooks.ts";
import { useAccount } from "../session/account.ts";
import { strings } from "../strings/people.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { InvitationRow, MemberRow } from "./people-rows.tsx";
import classes from "./people-panel.module.css";
import { InviteForm } from "./invite-form.tsx";
import { OfferCard, useHandover } from "./offer-card.tsx";
import { OfferTerms } from "./offer-terms.tsx";
import { OfferedNote } from "./offered-note.tsx";
import { askPeopleAgain, membersQuery, people } from "./people-requests.ts";

/** Over the dialog that this stands in. */
const QUESTION_LAYER = 220;

interface PeoplePanelProps {
  /** The shared folder, or one that may become one; never a mount. */
  readonly folder: string;
  readonly name: string;
  readonly onQuestion: (isOpen: boolean) => void;
  /** The folder is not the account's any more. */
  readonly onGone: () => void;
}

/** What is asked before it is done. */
type Question =
  | { readonly type: "remove" | "offer"; readonly member: Member }
  | { readonly type: "leave" }
  | { readonly type: "unshare" };

/** Who has a folder, who is invited, and what one's own role lets one change about it. */
export function PeoplePanel({ folder, name, onQuestion, onGone }: PeoplePanelProps): ReactNode {
  const text = strings.people;
  const drive = useDrive();
  const { id: me } = useAccount();
  const query = useQuery({ ...membersQuery(folder), refetchOnMount: "always" });
  useNotice("spaces", askPeopleAgain);
  if (query.data === undefined) {
    if (query.error) return <ErrorState error={query.error} title={text.failed} onRetry={() => void query.refetch()} />;
    return (
      <div role="status" aria-label={text.loading}>
        <Skeleton height={64} radius="md" mb="sm" />
        <Skeleton height={44} radius="md" />
      </div>
    );
  }
  if (query.data === null && drive.sharedIn(folder) !== null)
    return <p className={classes.hint}>{text.errors.notFound}</p>;
  const mine = query.data?.members.find(({ person }) => person.id === me)?.role ?? "owner";
  const canManage = mine === "owner" || mine === "manager";
  return (
    <div className={classes.panel}>
      {mine !== "owner" && <p className={classes.hint}>{text.limits[mine]}</p>}
      {query.data === null && <p className={classes.text}>{text.about}</p>}
      {canManage && <InviteForm folder={folder} />}
      {query.data && (
        <Everybody {...{ folder, name, me, mine, canManage, onQuestion, onGone }} everybody={query.data} />
      )}
    </div>
  );
}

interface EverybodyProps extends PeoplePanelProps {
  readonly everybody: Members;
  readonly me: string;
  readonly mine: Member["role"];
  readonly canManage: boolean;
}

function Everybody(props: EverybodyProps): ReactNode {
  const { folder, name, everybody, me, mine, canManage, onQuestion } = props;
  const text = strings.people;
  const { question, isOpen, ask, close } = useQuestion(onQuestion);
  return (
    <>
      <Offer {...props} />
      <h3 className={classes.heading}>{text.members}</h3>
      <ul className={classes.list} aria-label={text.members}>
        {everybody.members.map((member) => (
          <MemberRow
            key={member.person.id}
            folder={folder}
            member={member}
            isMe={member.person.id === me}
            canManage={canManage}
            onRemove={() => ask({ type: "remove", member })}
            onOffer={mine === "owner" ? () => ask({ type: "offer", member }) : null}
          />
        ))}
      </ul>
      {everybody.invitations.length > 0 && (
        <>
          <h3 className={classes.heading}>{text.pending}</h3>
          <ul className={classes.list} aria-label={text.pending}>
            {everybody.invitations.map((invitation) => (
              <InvitationRow key={invitation.id} folder={folder} invitation={invitation} canManage={canManage} />
            ))}
          </ul>
        </>
      )}
      <div className={classes.foot}>
        {mine === "owner" ? (
          <Button
            variant="subtle"
            className={classes.danger}
            leftSection={<IconUsersMinus size={18} aria-hidden />}
            onClick={() => ask({ type: "unshare" })}
          >
            {text.unshare}
          </Button>
        ) : (
          <Button
            variant="subtle"
            className={classes.danger}
            leftSection={<IconDoorExit size={18} aria-hidden />}
            onClick={() => ask({ type: "leave" })}
          >
            {text.leave}
          </Button>
        )}
      </div>
      {question && (
        <ConfirmDialog
          isOpen={isOpen}
          {...wording(question, name, everybody)}
          onConfirm={() => carryOut(question, props)}
          onClose={close}
          zIndex={QUESTION_LAYER}
        />
      )}
    </>
  );
}

/** What is going on about who owns the folder (M13). */
function Offer({ folder, me, mine, onGone }: EverybodyProps): ReactNode {
  const space = useSharedSpace(folder);
  const handover = useHandover(folder);
  if (!space) return null;
  const to = space.offer?.to;
  if (mine !== "owner") return (to?.id === me || handover) && <OfferCard space={space} onDone={onGone} />;
  return to && <OfferedNote folder={folder} to={to} />;
}

function useQuestion(onQuestion: (isOpen: boolean) => void) {
  const [question, setQuestion] = useState<Question>();
  const [isOpen, setOpen] = useState(false);
  const ask = (asked: Question): void => {
    setQuestion(asked);
    setOpen(true);
    onQuestion(true);
  };
  const close = (): void => {
    setOpen(false);
    onQuestion(false);
  };
  return { question, isOpen, ask, close };
}

function wording(question: Question, name: string, { members }: Members) {
  const text = strings.people;
  switch (question.type) {
    case "remove":
      return { title: text.removeTitle(question.member.person.name), text: text.removeText, answer: text.remove };
    case "offer":
      return {
        title: text.offer.title(question.member.person.name, name),
        text: <OfferTerms name={question.member.person.name} />,
        answer: text.offer.answer,
        isDanger: false,
      };
    case "leave":
      return { title: text.leaveTitle(name), text: text.leaveText, answer: text.leave };
    case "unshare":
      return { title: text.unshareTitle(name), text: text.unshareText(members.length - 1), answer: text.unshare };
  }
}

async function carryOut(question: Question, { folder, name, me, onGone }: EverybodyProps): Promise<void> {
  const text = strings.people;
  if (question.type === "offer") {
    const { id, name: whom } = question.member.person;
    await people.offerFolder(folder, id);
    notifications.show({ message: text.offer.offered(whom) });
    return;
  }
  const account = question.type === "remove" ? question.member.person.id : me;
  if (question.type === "unshare") await people.unshareFolder(folder);
  else await people.removeMember(folder, account);
  askPeopleAgain();
  if (question.type === "remove") notifications.show({ message: text.removed(question.member.person.name) });
  else {
    notifications.show({ message: question.type === "leave" ? text.left(name) : text.unshared(name) });
    onGone();
  }
}
