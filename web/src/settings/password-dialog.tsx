import type { ReactNode } from "react";
import { LedgeError } from "../../../protocol/errors.ts";
import { PasswordField } from "../entry/password-field.tsx";
import { useEntryForm } from "../entry/use-entry-form.ts";
import { useAccount } from "../session/account.ts";
import { strings } from "../strings/settings.ts";
import { errorText } from "../ui/error-text.ts";
import { DialogForm } from "./dialog-form.tsx";
import { SettingDialog } from "./setting-dialog.tsx";

interface PasswordFormProps {
  readonly text: string;
  readonly action: string;
  readonly isDanger?: boolean;
  /** Rejects with `wrong_password` where it is. What is shown next is the caller's. */
  readonly onPassword: (password: string) => Promise<void>;
  readonly onClose: () => void;
}

interface PasswordDialogProps extends PasswordFormProps {
  readonly isOpen: boolean;
  readonly title: string;
}

/** Asks for the password before something that a passer-by must not do. */
export function PasswordDialog({ isOpen, title, ...form }: PasswordDialogProps): ReactNode {
  return (
    <SettingDialog isOpen={isOpen} title={title} onClose={form.onClose}>
      <PasswordForm {...form} />
    </SettingDialog>
  );
}

export function PasswordForm({ text, action, isDanger, onPassword, onClose }: PasswordFormProps): ReactNode {
  const form = useEntryForm({
    initial: { password: "" },
    check: ({ password }) => ({ password: password === "" ? strings.settings.passwordNeeded : undefined }),
    submit: async ({ password }) => {
      try {
        await onPassword(password);
        return undefined;
      } catch (error) {
        if (isWrongPassword(error)) return { password: errorText(error) };
        throw error;
      }
    },
  });
  return (
    <DialogForm form={form} text={text} action={action} isDanger={isDanger} onClose={onClose}>
      <UsernameField />
      <PasswordField
        {...form.field("password")}
        label={strings.settings.passwordToGoOn}
        autoComplete="current-password"
        data-autofocus
      />
    </DialogForm>
  );
}

/** Tells password managers whose password it is. */
export function UsernameField(): ReactNode {
  const { email } = useAccount();
  return <input type="email" autoComplete="username" value={email} readOnly hidden />;
}

export function isWrongPassword(error: unknown): boolean {
  return error instanceof LedgeError && error.code === "wrong_password";
}
