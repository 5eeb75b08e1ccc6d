import { Text, TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { LedgeError } from "../../../protocol/errors.ts";
import { PasswordField } from "../entry/password-field.tsx";
import { useEntryForm } from "../entry/use-entry-form.ts";
import { DialogForm } from "../settings/dialog-form.tsx";
import { isWrongPassword, UsernameField } from "../settings/password-dialog.tsx";
import { SettingDialog } from "../settings/setting-dialog.tsx";
import { strings } from "../strings/admin.ts";
import { errorText } from "../ui/error-text.ts";

interface ActFormProps {
  /** What happens when it is done. */
  readonly text: string;
  /** What the button that does it says. */
  readonly action: string;
  readonly isDanger?: boolean;
  /** Something that is typed. */
  readonly input?: {
    readonly label: string;
    readonly initial: string;
    readonly inputMode: "decimal";
    /** What is wrong with it. */
    readonly check: (typed: string) => string | undefined;
  };
  /** @param password - Undefined at first; asked for where that is answered by `session_not_fresh`. */
  readonly onDo: (password: string | undefined, typed: string) => Promise<void>;
  readonly onClose: () => void;
}

interface ActDialogProps extends ActFormProps {
  readonly isOpen: boolean;
  readonly title: string;
}

/** Says what will happen, and does it; asks for the password where the sign-in is too old. Stays where it failed. */
export function ActDialog({ isOpen, title, ...form }: ActDialogProps): ReactNode {
  return (
    <SettingDialog isOpen={isOpen} title={title} onClose={form.onClose}>
      <ActForm {...form} />
    </SettingDialog>
  );
}

export function ActForm({ text, action, isDanger, input, onDo, onClose }: ActFormProps): ReactNode {
  const [needsPassword, setNeedsPassword] = useState(false);
  const form = useEntryForm({
    initial: { typed: input?.initial ?? "", password: "" },
    check: ({ typed, password }) => ({
      typed: input?.check(typed),
      password: needsPassword && password === "" ? strings.admin.needsPassword : undefined,
    }),
    submit: async ({ typed, password }) => {
      try {
        await onDo(needsPassword ? password : undefined, typed);
        return undefined;
      } catch (error) {
        if (isWrongPassword(error)) return { password: errorText(error) };
        if (!(error instanceof LedgeError && error.code === "session_not_fresh")) throw error;
        setNeedsPassword(true);
        return undefined;
      }
    },
  });
  return (
    <DialogForm {...{ form, text, action, isDanger, onClose }} isFocusOnCancel={!input}>
      {input && (
        <TextInput
          {...form.field("typed")}
          label={input.label}
          inputMode={input.inputMode}
          autoComplete="off"
          data-autofocus
        />
      )}
      {needsPassword && (
        <>
          <Text size="sm" lh={1.55} my="sm" role="status">
            {strings.admin.needsPassword}
          </Text>
          <UsernameField />
          <PasswordField
            {...form.field("password")}
            label={strings.admin.password}
            autoComplete="current-password"
            autoFocus
          />
        </>
      )}
    </DialogForm>
  );
}
