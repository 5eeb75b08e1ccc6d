import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { LedgeError } from "../../../protocol/errors.ts";
import { accountQuery } from "../session/account.ts";
import { strings } from "../strings/entry.ts";
import { errorText } from "../ui/error-text.ts";
import { ButtonLink } from "../ui/links.tsx";
import { verifyEmail } from "./auth-requests.ts";
import { EntryLayout } from "./entry-layout.tsx";
import { FormFailure } from "./form-failure.tsx";

/**
 * Where the mail to confirm an email leads (E4). Nothing is confirmed by opening the address: programs that look through
 * mail open addresses, too.
 */
export function VerifyEmailPage(): ReactNode {
  const { hash } = useLocation();
  const client = useQueryClient();
  const { data, error, isPending, mutate } = useMutation({
    mutationFn: () => verifyEmail(hash),
    onSuccess: () => client.invalidateQueries({ queryKey: accountQuery.queryKey }),
  });
  const text = strings.entry;
  if (data !== undefined) {
    return (
      <EntryLayout title={text.verifiedTitle} text={<span role="status">{text.verifiedText(data)}</span>}>
        <ButtonLink to="/files" size="md" fullWidth>
          {text.toFiles}
        </ButtonLink>
      </EntryLayout>
    );
  }
  if (hash === "" || (error instanceof LedgeError && error.code === "invalid_mail_link")) {
    return (
      <EntryLayout title={text.linkOverTitle} text={text.verifyOverText}>
        <ButtonLink to="/settings/{-$section}" params={{ section: "profile" }} size="md" fullWidth>
          {text.toProfile}
        </ButtonLink>
      </EntryLayout>
    );
  }
  return (
    <EntryLayout title={text.verifyTitle} text={text.verifyText}>
      <FormFailure text={error ? errorText(error) : undefined} />
      <Button size="md" fullWidth autoFocus loading={isPending} onClick={() => mutate()}>
        {text.verifyAction}
      </Button>
    </EntryLayout>
  );
}
