import { Badge, Button, Group, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { authOptionsQuery } from "../entry/auth-requests.ts";
import { FormFailure } from "../entry/form-failure.tsx";
import { useAccount } from "../session/account.ts";
import { strings } from "../strings/settings.ts";
import { errorText } from "../ui/error-text.ts";
import { askToVerifyEmail } from "./account-requests.ts";
import { SavedNote } from "./saved-note.tsx";

/** Whether the email is known to be the person's own (E4). */
export function EmailBadge(): ReactNode {
  const { emailVerified } = useAccount();
  const text = strings.settings.profile;
  return (
    <Badge variant="light" color={emailVerified ? "green" : "gray"}>
      {emailVerified ? text.verified : text.unverified}
    </Badge>
  );
}

/** What confirms an email that is not confirmed; nothing where it is. */
export function ConfirmEmail(): ReactNode {
  const { email, emailVerified } = useAccount();
  const { data: options } = useQuery(authOptionsQuery);
  const { mutate, isPending, isSuccess, error } = useMutation({ mutationFn: askToVerifyEmail });
  const text = strings.settings.profile;
  if (emailVerified || !options) return null;
  if (!options.mail) {
    return (
      <Text size="sm" mb="lg">
        {text.cannotVerify}
      </Text>
    );
  }
  return (
    <>
      <FormFailure text={error ? errorText(error) : undefined} />
      <Text size="sm" mb="sm">
        {text.whyVerify(email)}
      </Text>
      <Group gap="md" mb="lg">
        <Button variant="default" loading={isPending} onClick={() => mutate()}>
          {text.sendVerification}
        </Button>
        <SavedNote isShown={isSuccess} text={text.verificationSent} />
      </Group>
    </>
  );
}
