import { Button, Group, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { checkName } from "../entry/checks.ts";
import { FormFailure } from "../entry/form-failure.tsx";
import { useEntryForm } from "../entry/use-entry-form.ts";
import { strings } from "../strings/settings.ts";
import { SettingDialog } from "./setting-dialog.tsx";

interface NameDialogProps {
  readonly isOpen: boolean;
  readonly title: string;
  readonly name: string;
  /** Closes the dialog when it resolves; says why when it rejects. */
  readonly onRename: (name: string) => Promise<void>;
  readonly onClose: () => void;
}

/** Asks for another name. */
export function NameDialog({ isOpen, title, onClose, ...form }: NameDialogProps): ReactNode {
  return (
    <SettingDialog isOpen={isOpen} title={title} onClose={onClose}>
      <NameForm {...form} onClose={onClose} />
    </SettingDialog>
  );
}

function NameForm({ name, onRename, onClose }: Omit<NameDialogProps, "isOpen" | "title">): ReactNode {
  const form = useEntryForm({
    initial: { name },
    check: (values) => ({ name: checkName(values.name) }),
    submit: async (values) => {
      if (values.name.trim() !== name) await onRename(values.name.trim());
      onClose();
      return undefined;
    },
  });
  return (
    <form ref={form.ref} onSubmit={form.onSubmit} noValidate>
      <FormFailure text={form.failure} />
      <TextInput
        {...form.field("name")}
        label={strings.settings.name}
        onFocus={(event) => event.currentTarget.select()}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
      />
      <Group justify="flex-end" mt="lg" gap="sm">
        <Button variant="default" onClick={onClose}>
          {strings.settings.cancel}
        </Button>
        <Button type="submit" loading={form.isBusy}>
          {strings.settings.rename}
        </Button>
      </Group>
    </form>
  );
}
