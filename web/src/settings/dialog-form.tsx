import { Button, Group, Text } from "@mantine/core";
import type { FormEvent, ReactNode, RefObject } from "react";
import { FormFailure } from "../entry/form-failure.tsx";
import { strings } from "../strings/settings.ts";

interface DialogFormProps {
  readonly form: {
    readonly ref: RefObject<HTMLFormElement | null>;
    readonly failure: string | undefined;
    readonly isBusy: boolean;
    onSubmit(event?: FormEvent): void;
  };
  /** What happens when it is done. */
  readonly text: string;
  /** What the button that does it says. */
  readonly action: string;
  readonly isDanger?: boolean | undefined;
  /** Whether the focus begins on the way out: where nothing is to be typed at first. */
  readonly isFocusOnCancel?: boolean;
  readonly onClose: () => void;
  readonly children?: ReactNode;
}

/** What a dialog says and asks for, with the way out and the button that does it. */
export function DialogForm({
  form,
  text,
  action,
  isDanger = false,
  isFocusOnCancel = false,
  onClose,
  children,
}: DialogFormProps): ReactNode {
  return (
    <form ref={form.ref} onSubmit={form.onSubmit} noValidate>
      <FormFailure text={form.failure} />
      <Text size="sm" mb="md" lh={1.55}>
        {text}
      </Text>
      {children}
      <Group justify="flex-end" mt="lg" gap="sm">
        <Button variant="default" onClick={onClose} {...(isFocusOnCancel && { "data-autofocus": true })}>
          {strings.settings.cancel}
        </Button>
        <Button type="submit" loading={form.isBusy} {...(isDanger && { color: "red.8" })}>
          {action}
        </Button>
      </Group>
    </form>
  );
}
