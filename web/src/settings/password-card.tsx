import { Button, Checkbox, Group, Stack } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { authOptionsQuery } from "../entry/auth-requests.ts";
import { checkNewPassword } from "../entry/checks.ts";
import { FormFailure } from "../entry/form-failure.tsx";
import { PasswordField } from "../entry/password-field.tsx";
import { strings } from "../strings/settings.ts";
import { errorText } from "../ui/error-text.ts";
import { changePassword, sessionsQuery } from "./account-requests.ts";
import { isWrongPassword, UsernameField } from "./password-dialog.tsx";
import { PasswordStrength } from "./password-strength-meter.tsx";
import { SavedNote } from "./saved-note.tsx";
import { SettingCard } from "./setting-card.tsx";
import { useSettingForm } from "./use-setting-form.ts";

/** What the server takes, until it has said so itself. */
const USUAL_LENGTH = { min: 10, max: 128 };

export function PasswordCard(): ReactNode {
  const text = strings.settings.password;
  return (
    <SettingCard title={text.title}>
      <PasswordChange />
    </SettingCard>
  );
}

function PasswordChange(): ReactNode {
  const text = strings.settings.password;
  const client = useQueryClient();
  const length = useQuery(authOptionsQuery).data?.passwordLength ?? USUAL_LENGTH;
  const [endsOthers, setEndsOthers] = useState(true);
  const [hasEndedOthers, setEndedOthers] = useState(false);
  const form = useSettingForm({
    initial: { current: "", next: "" },
    check: ({ current, next }) => ({
      current: current === "" ? strings.settings.passwordNeeded : undefined,
      next: checkNewPassword(next, length) ?? (next === current ? text.same : undefined),
    }),
    submit: async ({ current, next }) => {
      try {
        await changePassword(current, next, endsOthers);
      } catch (error) {
        if (isWrongPassword(error)) return { current: errorText(error) };
        throw error;
      }
      form.set("current", "");
      form.set("next", "");
      setEndedOthers(endsOthers);
      void client.invalidateQueries({ queryKey: sessionsQuery.queryKey });
      return undefined;
    },
  });
  return (
    <form ref={form.ref} onSubmit={form.onSubmit} noValidate>
      <FormFailure text={form.failure} />
      <UsernameField />
      <Stack gap="md" maw={420}>
        <PasswordField {...form.field("current")} label={text.current} autoComplete="current-password" />
        <div>
          <PasswordField
            {...form.field("next")}
            label={text.new}
            autoComplete="new-password"
            description={strings.settings.password.hint(length.min)}
          />
          <PasswordStrength password={form.values.next} least={length.min} />
        </div>
        <Checkbox
          checked={endsOthers}
          onChange={(event) => setEndsOthers(event.currentTarget.checked)}
          label={text.endOthers}
          description={text.endOthersText}
        />
        <Group gap="md">
          <Button type="submit" loading={form.isBusy}>
            {text.change}
          </Button>
          <SavedNote isShown={form.isSaved} text={hasEndedOthers ? text.changedAndEnded : text.changed} />
        </Group>
      </Stack>
    </form>
  );
}
