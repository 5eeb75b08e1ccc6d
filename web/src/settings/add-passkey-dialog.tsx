import { Button, Group, Text, TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { LedgeError } from "../../../protocol/errors.ts";
import { FormFailure } from "../entry/form-failure.tsx";
import { PasswordField } from "../entry/password-field.tsx";
import { useEntryForm } from "../entry/use-entry-form.ts";
import { strings } from "../strings/settings.ts";
import { errorText } from "../ui/error-text.ts";
import { makePasskey, passkeyErrorText } from "./make-passkey.ts";
import { isWrongPassword, UsernameField } from "./password-dialog.tsx";
import { SettingDialog } from "./setting-dialog.tsx";

interface AddPasskeyProps {
  readonly onAdded: () => Promise<void>;
  readonly onClose: () => void;
}

export function AddPasskeyDialog({ isOpen, ...form }: AddPasskeyProps & { readonly isOpen: boolean }): ReactNode {
  return (
    <SettingDialog isOpen={isOpen} title={strings.settings.passkeys.addTitle} onClose={form.onClose}>
      <AddPasskeyForm {...form} />
    </SettingDialog>
  );
}

/** Asks for a name; for the password only where the session is too old to do without. */
function AddPasskeyForm({ onAdded, onClose }: AddPasskeyProps): ReactNode {
  const text = strings.settings.passkeys;
  const [needsPassword, setNeedsPassword] = useState(false);
  const [problem, setProblem] = useState<string>();
  const form = useEntryForm({
    initial: { name: "", password: "" },
    check: ({ name, password }) => ({
      name: name.trim().length > 100 ? strings.settings.nameTooLong : undefined,
      password: needsPassword && password === "" ? strings.settings.passwordNeeded : undefined,
    }),
    submit: async ({ name, password }) => {
      setProblem(undefined);
      try {
        await makePasskey(name.trim(), needsPassword ? password : undefined);
      } catch (error) {
        if (isWrongPassword(error)) return { password: errorText(error) };
        if (error instanceof LedgeError && error.code === "session_not_fresh") setNeedsPassword(true);
        else setProblem(passkeyErrorText(error));
        return undefined;
      }
      await onAdded();
      onClose();
      return undefined;
    },
  });
  return (
    <form ref={form.ref} onSubmit={form.onSubmit} noValidate>
      <FormFailure text={problem ?? form.failure} />
      <Text size="sm" lh={1.55} mb="md">
        {text.addText}
      </Text>
      <TextInput
        {...form.field("name")}
        label={text.nameField}
        description={text.nameHint}
        autoComplete="off"
        data-autofocus
      />
      {needsPassword && (
        <>
          <Text size="sm" lh={1.55} mt="md" mb="xs" role="status">
            {text.needsPassword}
          </Text>
          <UsernameField />
          <PasswordField
            {...form.field("password")}
            label={strings.settings.passwordToGoOn}
            autoComplete="current-password"
            autoFocus
          />
        </>
      )}
      <Group justify="flex-end" mt="lg" gap="sm">
        <Button variant="default" onClick={onClose}>
          {strings.settings.cancel}
        </Button>
        <Button type="submit" loading={form.isBusy}>
          {text.create}
        </Button>
      </Group>
    </form>
  );
}
