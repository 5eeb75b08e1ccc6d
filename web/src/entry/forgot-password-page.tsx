import { Button, List, Loader, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { strings } from "../strings/entry.ts";
import { ErrorState } from "../ui/error-state.tsx";
import { ButtonLink, TextLink } from "../ui/links.tsx";
import { askForPassword, authOptionsQuery } from "./auth-requests.ts";
import { checkEmail } from "./checks.ts";
import { EntryLayout } from "./entry-layout.tsx";
import { EmailField } from "./email-field.tsx";
import { FormFailure } from "./form-failure.tsx";
import { useEntryForm } from "./use-entry-form.ts";

/** Asks for a mail that leads back in (E3); where the server has none, says what else does (E1). */
export function ForgotPasswordPage(): ReactNode {
  const { data: options, error, refetch } = useQuery(authOptionsQuery);
  const [askedFor, setAskedFor] = useState<string>();
  const text = strings.entry;
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!options) {
    return (
      <EntryLayout title={text.forgotTitle}>
        <Loader aria-label={strings.app.loading} />
      </EntryLayout>
    );
  }
  if (!options.mail) return <WithoutMail />;
  if (askedFor !== undefined) return <Asked email={askedFor} />;
  return (
    <EntryLayout title={text.forgotTitle} text={text.forgotText} foot={<ToSignIn />}>
      <EmailForm onAsked={setAskedFor} />
    </EntryLayout>
  );
}

function EmailForm({ onAsked }: { readonly onAsked: (email: string) => void }): ReactNode {
  const form = useEntryForm({
    initial: { email: "" },
    check: ({ email }) => ({ email: checkEmail(email) }),
    submit: async ({ email }) => {
      await askForPassword(email.trim());
      onAsked(email.trim());
      return undefined;
    },
  });
  return (
    <form ref={form.ref} onSubmit={form.onSubmit} noValidate>
      <FormFailure text={form.failure} />
      <Stack gap="md">
        <EmailField {...form.field("email")} autoFocus />
        <Button type="submit" size="md" fullWidth loading={form.isBusy}>
          {strings.entry.sendLink}
        </Button>
      </Stack>
    </form>
  );
}

/** The same for every email: who has an account here is nobody's business. */
function Asked({ email }: { readonly email: string }): ReactNode {
  const text = strings.entry;
  return (
    <EntryLayout title={text.askedTitle} text={<span role="status">{text.askedText(email)}</span>} foot={<ToSignIn />}>
      <Text size="sm" c="dimmed">
        {text.askedNothing}
      </Text>
    </EntryLayout>
  );
}

function WithoutMail(): ReactNode {
  return (
    <EntryLayout title={strings.entry.forgotTitle} text={strings.entry.noMailText}>
      <List spacing="sm" mb="xl">
        {strings.entry.forgotWays.map((way) => (
          <List.Item key={way}>{way}</List.Item>
        ))}
      </List>
      <ButtonLink to="/sign-in" size="md" fullWidth variant="light">
        {strings.entry.toSignIn}
      </ButtonLink>
    </EntryLayout>
  );
}

function ToSignIn(): ReactNode {
  return (
    <TextLink to="/sign-in" inherit fw={600}>
      {strings.entry.toSignIn}
    </TextLink>
  );
}
