import { Button, Loader, Stack } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useState, type ReactNode } from "react";
import type { Account } from "../../../client/api.ts";
import { LedgeError } from "../../../protocol/errors.ts";
import type { Invitation } from "../../../protocol/members.ts";
import { authOptionsQuery } from "../entry/auth-requests.ts";
import { EntryLayout } from "../entry/entry-layout.tsx";
import { FormFailure } from "../entry/form-failure.tsx";
import { forgetSecret, useSecret } from "../entry/kept-secret.ts";
import { accountQuery } from "../session/account.ts";
import { strings } from "../strings/people.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { ButtonLink } from "../ui/links.tsx";
import { InvitationFacts } from "./invitation-facts.tsx";
import { invitationErrorText, invitationsQuery, people } from "./people-requests.ts";

/**
 * Where the mail of an invitation leads (M4). Nothing is accepted by opening the address. Who is not signed in does that
 * first, or signs up, and comes back; the secret stays in this tab.
 */
export function InvitationPage(): ReactNode {
  const text = strings.people.invitation;
  const secret = useSecret("/invitations");
  const { data, error, refetch } = useQuery({
    // Of the secret's own, which is in the key nowhere but in this page's memory.
    queryKey: ["invitation", secret],
    queryFn: () => people.lookAtInvitation(secret ?? ""),
    enabled: secret !== null,
    staleTime: Infinity,
    gcTime: 0,
  });
  if (secret === null || (error instanceof LedgeError && error.code === "not_found")) return <Over />;
  if (error) {
    return (
      <EntryLayout title={text.failed}>
        <FormFailure text={invitationErrorText(error)} />
        <Button size="md" fullWidth onClick={() => void refetch()}>
          {strings.errors.retry}
        </Button>
      </EntryLayout>
    );
  }
  if (!data) {
    return (
      <EntryLayout title={text.loading}>
        <Loader aria-label={text.loading} />
      </EntryLayout>
    );
  }
  return <Opened invitation={data} secret={secret} />;
}

function Over(): ReactNode {
  const text = strings.people.invitation;
  useEffect(() => forgetSecret("/invitations"), []);
  return (
    <EntryLayout title={text.overTitle} text={text.overText}>
      <ButtonLink to="/shared/{-$section}" params={{ section: undefined }} size="md" fullWidth>
        {text.toShared}
      </ButtonLink>
    </EntryLayout>
  );
}

interface OpenedProps {
  readonly invitation: Invitation;
  readonly secret: string;
}

function Opened({ invitation, secret }: OpenedProps): ReactNode {
  const text = strings.people.invitation;
  const account = useQuery({ ...accountQuery, refetchOnMount: "always", refetchInterval: false });
  const isOut = account.error instanceof LedgeError && account.error.code === "unauthenticated";
  return (
    <EntryLayout title={text.title(invitation.folder.name)}>
      <Stack gap="lg">
        <InvitationFacts invitation={invitation} />
        {isOut ? (
          <WaysIn />
        ) : account.data && (!account.isFetching || account.isFetchedAfterMount) ? (
          <Answer invitation={invitation} secret={secret} account={account.data} />
        ) : account.error ? (
          <FormFailure text={invitationErrorText(account.error)} />
        ) : (
          <Loader aria-label={text.loading} />
        )}
      </Stack>
    </EntryLayout>
  );
}

function WaysIn(): ReactNode {
  const text = strings.people.invitation;
  const { data: options } = useQuery(authOptionsQuery);
  const search = { next: "/invitations" };
  return (
    <Stack gap="sm">
      <p>{text.signInFirst}</p>
      <ButtonLink to="/sign-in" search={search} size="md" fullWidth>
        {text.signIn}
      </ButtonLink>
      {options !== undefined && options.signUp !== "closed" && (
        <ButtonLink to="/sign-up" search={search} size="md" fullWidth variant="default">
          {text.signUp}
        </ButtonLink>
      )}
    </Stack>
  );
}

function Answer({ invitation, secret, account }: OpenedProps & { readonly account: Account }): ReactNode {
  const text = strings.people.invitation;
  const router = useRouter();
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const done = (): void => {
    forgetSecret("/invitations");
    void client.invalidateQueries({ queryKey: invitationsQuery.queryKey });
  };
  const accept = async (): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    try {
      const space = await people.acceptInvitation(invitation.id, { secret });
      done();
      await router.navigate({ to: "/files/$folder", params: { folder: space.id }, replace: true });
    } catch (error) {
      setFailure(invitationErrorText(error));
      setBusy(false);
    }
  };
  return (
    <Stack gap="sm">
      <FormFailure text={failure} />
      <Button size="md" fullWidth autoFocus loading={isBusy} onClick={() => void accept()}>
        {text.accept}
      </Button>
      <Button size="md" fullWidth variant="default" disabled={isBusy} onClick={() => setAsking(true)}>
        {text.decline}
      </Button>
      <p>{text.signedInAs(account.name, account.email)}</p>
      <ConfirmDialog
        isOpen={isAsking}
        title={text.declineTitle}
        text={text.declineText(invitation.invitedBy.name)}
        answer={text.decline}
        onConfirm={async () => {
          await people.declineInvitation(invitation.id, secret);
          done();
          await router.navigate({ to: "/shared/{-$section}", params: { section: undefined }, replace: true });
        }}
        onClose={() => setAsking(false)}
      />
    </Stack>
  );
}
