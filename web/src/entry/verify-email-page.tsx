import { Button, Loader } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, type ReactNode } from "react";
import type { Account } from "../../../client/api.ts";
import { LedgeError } from "../../../protocol/errors.ts";
import { accountQuery } from "../session/account.ts";
import { strings } from "../strings/entry.ts";
import { errorText } from "../ui/error-text.ts";
import { ButtonLink } from "../ui/links.tsx";
import { verifyEmail } from "./auth-requests.ts";
import { EntryLayout } from "./entry-layout.tsx";
import { FormFailure } from "./form-failure.tsx";
import { forgetSecret, useSecret } from "./kept-secret.ts";

const PAGE = "/verify-email";

/**
 * Where the mail to confirm an email leads (E4). Nothing is confirmed by opening the address: programs that look through
 * mail open addresses, too; and it takes the account's own session, so who is not signed in does that first.
 */
export function VerifyEmailPage(): ReactNode {
  const text = strings.entry;
  const secret = useSecret(PAGE);
  const account = useQuery({ ...accountQuery, refetchOnMount: "always", refetchInterval: false });
  if (secret === null) return <Over />;
  if (isCode(account.error, "unauthenticated")) {
    return (
      <EntryLayout title={text.verifyTitle} text={text.verifySignIn}>
        <ButtonLink to="/sign-in" search={{ next: PAGE }} size="md" fullWidth>
          {text.signIn}
        </ButtonLink>
      </EntryLayout>
    );
  }
  if (account.data && (!account.isFetching || account.isFetchedAfterMount))
    return <Confirm secret={secret} account={account.data} />;
  return (
    <EntryLayout title={text.verifyTitle}>
      {account.error ? <FormFailure text={errorText(account.error)} /> : <Loader aria-label={text.verifyTitle} />}
    </EntryLayout>
  );
}

function Confirm({ secret, account }: { readonly secret: string; readonly account: Account }): ReactNode {
  const text = strings.entry;
  const client = useQueryClient();
  const { data, error, isPending, mutate } = useMutation({
    mutationFn: () => verifyEmail(secret),
    onSuccess: () => {
      forgetSecret(PAGE);
      return client.invalidateQueries({ queryKey: accountQuery.queryKey });
    },
  });
  if (data !== undefined) {
    return (
      <EntryLayout title={text.verifiedTitle} text={<span role="status">{text.verifiedText(data)}</span>}>
        <ButtonLink to="/files" size="md" fullWidth>
          {text.toFiles}
        </ButtonLink>
      </EntryLayout>
    );
  }
  if (isCode(error, "invalid_mail_link")) return <Over />;
  const failure = isCode(error, "forbidden") ? text.verifyOther(account.email) : error ? errorText(error) : undefined;
  return (
    <EntryLayout title={text.verifyTitle} text={text.verifyText}>
      <FormFailure text={failure} />
      <Button size="md" fullWidth autoFocus loading={isPending} onClick={() => mutate()}>
        {text.verifyAction}
      </Button>
    </EntryLayout>
  );
}

function Over(): ReactNode {
  const text = strings.entry;
  useEffect(() => forgetSecret(PAGE), []);
  return (
    <EntryLayout title={text.linkOverTitle} text={text.verifyOverText}>
      <ButtonLink to="/settings/{-$section}" params={{ section: "profile" }} size="md" fullWidth>
        {text.toProfile}
      </ButtonLink>
    </EntryLayout>
  );
}

function isCode(error: unknown, code: LedgeError["code"]): boolean {
  return error instanceof LedgeError && error.code === code;
}
