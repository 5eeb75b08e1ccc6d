import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { LedgeError } from "../../../protocol/errors.ts";
import type { SharedSpace } from "../../../protocol/members.ts";
import type { Transfer } from "../../../protocol/transfers.ts";
import { useEntry } from "../drive/hooks.ts";
import { FormFailure } from "../entry/form-failure.tsx";
import { strings } from "../strings/people.ts";
import { isGoingOn, noteTold, transfersQuery } from "../transfers/transfer-requests.ts";
import { NodeIcon } from "../ui/node-icon.tsx";
import classes from "./invitation-card.module.css";
import progress from "./offer-card.module.css";
import { askPeopleAgain, people, peopleErrorText } from "./people-requests.ts";

interface OfferCardProps {
  /** Of somebody else's, offered to the account or on its way to it. */
  readonly space: SharedSpace;
  /** The card goes, and what had the focus with it. */
  readonly onDone: () => void;
}

/** A folder whose owner wants to make the account its owner (M13): accepted or declined here, then how far it is. */
export function OfferCard({ space, onDone }: OfferCardProps): ReactNode {
  const text = strings.people.offer;
  const name = useEntry(space.id)?.name ?? space.name;
  const handover = useHandover(space.id);
  return (
    <div className={classes.card}>
      <div className={classes.head}>
        <NodeIcon name={name} type="folder" size={34} />
        <div className={classes.words}>
          <p className={classes.title}>{handover ? text.moving(name) : text.text(space.owner.name, name)}</p>
          <p className={classes.facts}>{space.owner.email}</p>
          <p className={classes.facts}>
            {handover ? text.movingText : `${text.countsForYou} ${text.staysForYou(space.owner.name)}`}
          </p>
        </div>
      </div>
      {handover ? (
        <progress
          className={progress.bar}
          aria-label={text.progress(name)}
          {...(handover.totalBytes !== null && { max: Math.max(1, handover.totalBytes), value: handover.bytes })}
        />
      ) : (
        <Answer folder={space.id} name={name} onDone={onDone} />
      )}
    </div>
  );
}

/** The transfer that makes a folder the account's own; undefined where none goes on. */
export function useHandover(folder: string): Transfer | undefined {
  const { data } = useQuery(transfersQuery);
  return data?.find(
    (transfer) => transfer.kind === "ownership" && transfer.from.node === folder && isGoingOn(transfer),
  );
}

interface AnswerProps {
  readonly folder: string;
  readonly name: string;
  readonly onDone: () => void;
}

function Answer({ folder, name, onDone }: AnswerProps): ReactNode {
  const text = strings.people.offer;
  const [doing, setDoing] = useState<"accept" | "decline">();
  const [failure, setFailure] = useState<string>();
  const answer = async (which: "accept" | "decline", act: () => Promise<void>): Promise<void> => {
    setDoing(which);
    setFailure(undefined);
    try {
      await act();
      onDone();
    } catch (error) {
      setFailure(offerErrorText(error));
    } finally {
      setDoing(undefined);
      askPeopleAgain();
    }
  };
  const accept = async (): Promise<void> => noteTold(await people.acceptFolder(folder));
  const decline = async (): Promise<void> => {
    await people.endOffer(folder);
    notifications.show({ message: text.declined });
  };
  return (
    <>
      <FormFailure text={failure} />
      <Group gap="xs" justify="flex-end" mt="sm">
        <Button
          variant="default"
          loading={doing === "decline"}
          disabled={doing === "accept"}
          aria-label={text.declineOf(name)}
          onClick={() => void answer("decline", decline)}
        >
          {text.decline}
        </Button>
        <Button
          loading={doing === "accept"}
          disabled={doing === "decline"}
          aria-label={text.acceptOf(name)}
          onClick={() => void answer("accept", accept)}
        >
          {text.accept}
        </Button>
      </Group>
    </>
  );
}

function offerErrorText(error: unknown): string {
  const text = strings.people;
  if (!(error instanceof LedgeError)) return peopleErrorText(error);
  switch (error.code) {
    case "over_quota":
      return text.offer.noRoom;
    case "too_many_spaces":
      return text.errors.tooManySpaces;
    case "forbidden":
    case "not_found":
      return text.offer.gone;
    default:
      return peopleErrorText(error);
  }
}
