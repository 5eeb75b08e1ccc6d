import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { Suspense, useState, type ReactNode } from "react";
import type { Invitation } from "../../../protocol/members.ts";
import type { Drive, Entry } from "../drive/drive.ts";
import { useDrive } from "../drive/drive-context.ts";
import { useEntry } from "../drive/hooks.ts";
import { FormFailure } from "../entry/form-failure.tsx";
import { strings } from "../strings/people.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { lazy } from "../ui/lazy.tsx";
import { NodeIcon } from "../ui/node-icon.tsx";
import classes from "./invitation-card.module.css";
import { InvitationFacts } from "./invitation-facts.tsx";
import { invitationErrorText, invitationsQuery, people } from "./people-requests.ts";

const NOTHING: readonly Entry[] = [];
const PlacePicker = lazy(() => import("../files/folder-picker.tsx").then((file) => file.PlacePicker));

interface InvitationCardProps {
  readonly invitation: Invitation;
  /** The card goes, and what had the focus with it. */
  readonly onDone: () => void;
}

/** An invitation that waits for an answer; the folder goes where one says, else among the files. */
export function InvitationCard({ invitation, onDone }: InvitationCardProps): ReactNode {
  const text = strings.people.invitation;
  const drive = useDrive();
  const client = useQueryClient();
  const { id, folder, invitedBy } = invitation;
  const [parent, setParent] = useState(drive.root);
  const [isChoosing, setChoosing] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const place = useEntry(parent);
  const done = (): void => {
    client.setQueryData(invitationsQuery.queryKey, (all) => all?.filter((each) => each.id !== id));
    void client.invalidateQueries({ queryKey: invitationsQuery.queryKey });
    onDone();
  };
  const accept = async (): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    try {
      await people.acceptInvitation(id, parent === drive.root ? {} : { parent });
      notifications.show({ message: text.accepted(folder.name) });
      done();
    } catch (error) {
      setFailure(invitationErrorText(error));
      setBusy(false);
    }
  };
  return (
    <li className={classes.card}>
      <div className={classes.head}>
        <NodeIcon name={folder.name} type="folder" size={34} />
        <InvitationFacts invitation={invitation} />
      </div>
      <FormFailure text={failure} />
      <div className={classes.foot}>
        <span className={classes.place}>
          {`${text.place}: ${parent === drive.root ? text.placeHome : (place?.name ?? "…")} `}
          <Button variant="subtle" size="compact-sm" onClick={() => setChoosing(true)}>
            {text.choosePlace}
          </Button>
        </span>
        <Group gap="xs">
          <Button
            variant="default"
            disabled={isBusy}
            aria-label={text.declineOf(folder.name)}
            onClick={() => setAsking(true)}
          >
            {text.decline}
          </Button>
          <Button loading={isBusy} aria-label={text.acceptOf(folder.name)} onClick={() => void accept()}>
            {text.accept}
          </Button>
        </Group>
      </div>
      <ConfirmDialog
        isOpen={isAsking}
        title={text.declineTitle}
        text={text.declineText(invitedBy.name)}
        answer={text.decline}
        onConfirm={async () => {
          await people.declineInvitation(id);
          notifications.show({ message: text.declined });
          done();
        }}
        onClose={() => setAsking(false)}
      />
      <Suspense>
        {isChoosing && (
          <PlacePicker
            title={`${text.place} …`}
            answer={text.putHere}
            start={parent}
            entries={NOTHING}
            whyNot={(at) => (isShared(drive, at) ? text.notInShared : null)}
            onChoose={(chosen) => {
              setParent(chosen);
              setChoosing(false);
            }}
            onClose={() => setChoosing(false)}
          />
        )}
      </Suspense>
    </li>
  );
}

/** Whether a folder is shared, or in one that is: others' folders have no place there (M5). */
function isShared(drive: Drive, folder: string): boolean {
  if (drive.sharedIn(folder) !== null) return true;
  const shared = new Set(drive.spaces()?.map(({ id }) => id));
  return shared.has(folder) || (drive.ancestors(folder) ?? []).some(({ id }) => shared.has(id));
}
