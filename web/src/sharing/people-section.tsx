import { Button, Skeleton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconFolderPlus, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import type { SharedSpace } from "../../../protocol/members.ts";
import { useDrive } from "../drive/drive-context.ts";
import { useEntry, useNotice, useSpaces } from "../drive/hooks.ts";
import { useAccount } from "../session/account.ts";
import { strings } from "../strings/people.ts";
import { isGoingOn, transfersQuery } from "../transfers/transfer-requests.ts";
import { ErrorState } from "../ui/error-state.tsx";
import { TextLink } from "../ui/links.tsx";
import { NodeIcon } from "../ui/node-icon.tsx";
import { InvitationCard } from "./invitation-card.tsx";
import { OfferCard } from "./offer-card.tsx";
import { askPeopleAgain, invitationsQuery, people, peopleErrorText } from "./people-requests.ts";
import { ShareDialog } from "./share-dialog.tsx";
import classes from "./shared-page.module.css";

/** Invitations, the folders of others, and one's own that others have. */
export function PeopleSection({ focusHeading }: { readonly focusHeading: () => void }): ReactNode {
  const text = strings.people.page;
  const spaces = useSpaces();
  const { emailVerified } = useAccount();
  const [managed, setManaged] = useState<SharedSpace>();
  useNotice("spaces", askPeopleAgain);
  useNotice("notifications", askPeopleAgain);
  const rows = (isOwn: boolean): ReactNode => {
    const some = spaces?.filter(({ role }) => (role === "owner") === isOwn);
    if (some === undefined) return <Skeleton height={56} radius="md" />;
    if (some.length === 0) return <p className={classes.text}>{isOwn ? text.byMeEmpty : text.withMeEmpty}</p>;
    return (
      <ul className={classes.rows} aria-label={isOwn ? text.byMe : text.withMe}>
        {some.map((space) => (
          <SpaceRow key={space.id} space={space} onManage={() => setManaged(space)} />
        ))}
      </ul>
    );
  };
  return (
    <>
      <Invitations focusHeading={focusHeading} />
      <Offers focusHeading={focusHeading} />
      {!emailVerified && (
        <p className={classes.text}>
          {text.unverified}{" "}
          <TextLink to="/settings/{-$section}" params={{ section: "profile" }} inherit underline="always">
            {text.toProfile}
          </TextLink>
        </p>
      )}
      <section className={classes.section}>
        <h2 className={classes.heading}>{text.withMe}</h2>
        {rows(false)}
      </section>
      <section className={classes.section}>
        <h2 className={classes.heading}>{text.byMe}</h2>
        {rows(true)}
      </section>
      {managed && (
        <ShareDialog
          entry={{
            id: managed.id,
            name: managed.name,
            type: "folder",
            sharedIn: managed.role === "owner" ? null : managed.id,
          }}
          onClose={() => setManaged(undefined)}
        />
      )}
    </>
  );
}

function Invitations({ focusHeading }: { readonly focusHeading: () => void }): ReactNode {
  const text = strings.people.page;
  const { data, error, refetch } = useQuery({ ...invitationsQuery, refetchOnMount: "always" });
  if (data === undefined && error) {
    return <ErrorState error={error} title={text.failed} onRetry={() => void refetch()} />;
  }
  if (data === undefined || data.length === 0) return null;
  return (
    <section className={classes.section}>
      <h2 className={classes.heading}>{text.invitations}</h2>
      <ul className={classes.list} aria-label={text.invitations}>
        {data.map((invitation) => (
          <InvitationCard key={invitation.id} invitation={invitation} onDone={focusHeading} />
        ))}
      </ul>
    </section>
  );
}

/** Folders that the account is to become the owner of, and those on their way to it (M13). */
function Offers({ focusHeading }: { readonly focusHeading: () => void }): ReactNode {
  const text = strings.people.offer;
  const { id: me } = useAccount();
  const { data: transfers } = useQuery(transfersQuery);
  const onTheWay = new Set(
    transfers?.filter((each) => each.kind === "ownership" && isGoingOn(each)).map(({ from }) => from.node),
  );
  const offered = useSpaces()?.filter(
    ({ id, role, offer }) => role !== "owner" && (offer?.to.id === me || onTheWay.has(id)),
  );
  if (!offered || offered.length === 0) return null;
  return (
    <section className={classes.section}>
      <h2 className={classes.heading}>{text.heading}</h2>
      <ul className={classes.list} aria-label={text.heading}>
        {offered.map((space) => (
          <li key={space.id}>
            <OfferCard space={space} onDone={focusHeading} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function SpaceRow({ space, onManage }: { readonly space: SharedSpace; readonly onManage: () => void }): ReactNode {
  const text = strings.people;
  const isOwn = space.role === "owner";
  const facts = [
    !isOwn && text.page.owner(space.owner.name, text.roles[space.role]),
    text.page.people(space.people),
    space.mount === null && text.page.notMounted,
  ];
  return (
    <li className={classes.row}>
      <NodeIcon name={space.name} type="folder" size={28} />
      <div className={classes.words}>
        {space.mount === null ? (
          <span className={classes.name}>{space.name}</span>
        ) : (
          <Link to="/files/$folder" params={{ folder: space.id }} className={classes.name}>
            <NameOf space={space} />
          </Link>
        )}
        <span className={classes.facts}>{facts.filter(Boolean).join(" · ")}</span>
      </div>
      {space.mount === null && <MountButton space={space} />}
      <Button
        variant="default"
        size="sm"
        leftSection={<IconUsers size={17} aria-hidden />}
        aria-label={text.page.manageOf(space.name)}
        onClick={onManage}
      >
        {text.page.manage}
      </Button>
    </li>
  );
}

/** As it is called among the account's files. */
function NameOf({ space }: { readonly space: SharedSpace }): ReactNode {
  const entry = useEntry(space.id);
  return entry?.name ?? space.name;
}

function MountButton({ space }: { readonly space: SharedSpace }): ReactNode {
  const text = strings.people.page;
  const drive = useDrive();
  const [isBusy, setBusy] = useState(false);
  const mount = async (): Promise<void> => {
    setBusy(true);
    try {
      drive.take([await people.mount(space.id)]);
      notifications.show({ message: text.mounted(space.name) });
    } catch (error) {
      notifications.show({ color: "red", message: peopleErrorText(error) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button
      variant="light"
      size="sm"
      loading={isBusy}
      leftSection={<IconFolderPlus size={17} aria-hidden />}
      aria-label={text.mountOf(space.name)}
      onClick={() => void mount()}
    >
      {text.mount}
    </Button>
  );
}
