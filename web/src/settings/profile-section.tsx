import { Button, Code, Group, Stack, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Account } from "../../../client/api.ts";
import { LedgeError } from "../../../protocol/errors.ts";
import { checkEmail, checkName } from "../entry/checks.ts";
import { FormFailure } from "../entry/form-failure.tsx";
import { PasswordField } from "../entry/password-field.tsx";
import { accountQuery, useAccount } from "../session/account.ts";
import { strings } from "../strings/settings.ts";
import { errorText } from "../ui/error-text.ts";
import { changeEmail, changeName } from "./account-requests.ts";
import { CopyAction } from "./copy-action.tsx";
import { ConfirmEmail, EmailBadge } from "./email-state.tsx";
import { isWrongPassword } from "./password-dialog.tsx";
import { SavedNote } from "./saved-note.tsx";
import { SettingCard } from "./setting-card.tsx";
import { useSettingForm } from "./use-setting-form.ts";

/** Who one is here. */
export function ProfileSection(): ReactNode {
  const account = useAccount();
  const text = strings.settings.profile;
  return (
    <>
      <SettingCard title={text.nameTitle} text={text.nameText}>
        <NameForm />
      </SettingCard>
      <SettingCard title={text.emailTitle} text={text.emailText} aside={<EmailBadge />}>
        <ConfirmEmail key={account.email} />
        <EmailForm />
      </SettingCard>
      <SettingCard title={text.idTitle} text={text.idText}>
        <Group gap="sm">
          <Code aria-label={text.id} fz="sm" px="sm" py={6}>
            {account.id}
          </Code>
          <CopyAction value={account.id} label={text.copyId} />
        </Group>
        {account.admin && (
          <Text size="sm" mt="md">
            {text.administrator}
          </Text>
        )}
      </SettingCard>
    </>
  );
}

/** Takes the answer over, then asks anew: what the browser keeps of the account is written by the query. */
function useTakeAccount(): (account: Account) => void {
  const client = useQueryClient();
  return (account) => {
    client.setQueryData(accountQuery.queryKey, account);
    void client.invalidateQueries({ queryKey: accountQuery.queryKey });
  };
}

function NameForm(): ReactNode {
  const account = useAccount();
  const take = useTakeAccount();
  const form = useSettingForm({
    initial: { name: account.name },
    check: ({ name }) => ({ name: checkName(name) }),
    submit: async ({ name }) => {
      take(await changeName(name.trim()));
      return undefined;
    },
  });
  return (
    <form ref={form.ref} onSubmit={form.onSubmit} noValidate>
      <FormFailure text={form.failure} />
      <Stack gap="md" maw={420}>
        <TextInput {...form.field("name")} label={strings.settings.profile.nameField} autoComplete="name" />
        <Group gap="md">
          <Button type="submit" loading={form.isBusy}>
            {strings.settings.save}
          </Button>
          <SavedNote isShown={form.isSaved} />
        </Group>
      </Stack>
    </form>
  );
}

function EmailForm(): ReactNode {
  const account = useAccount();
  const take = useTakeAccount();
  const text = strings.settings.profile;
  const form = useSettingForm({
    initial: { email: account.email, password: "" },
    check: ({ email, password }) => ({
      email: checkEmail(email) ?? (email.trim().toLowerCase() === account.email ? text.sameEmail : undefined),
      password: password === "" ? strings.settings.passwordNeeded : undefined,
    }),
    submit: async ({ email, password }) => {
      try {
        take(await changeEmail(email.trim(), password));
        form.set("password", "");
        return undefined;
      } catch (error) {
        if (isWrongPassword(error)) return { password: errorText(error) };
        if (error instanceof LedgeError && error.code === "email_taken") return { email: text.emailTaken };
        throw error;
      }
    },
  });
  return (
    <form ref={form.ref} onSubmit={form.onSubmit} noValidate>
      <FormFailure text={form.failure} />
      <Stack gap="md" maw={420}>
        <TextInput
          {...form.field("email")}
          label={text.emailField}
          type="email"
          inputMode="email"
          autoComplete="email"
          autoCapitalize="none"
          spellCheck={false}
        />
        <PasswordField
          {...form.field("password")}
          label={strings.settings.passwordToGoOn}
          autoComplete="current-password"
        />
        <Group gap="md">
          <Button type="submit" loading={form.isBusy}>
            {text.changeEmail}
          </Button>
          <SavedNote isShown={form.isSaved} text={text.emailChanged(account.email)} />
        </Group>
      </Stack>
    </form>
  );
}
