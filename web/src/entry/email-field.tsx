import { TextInput, type TextInputProps } from "@mantine/core";
import type { ReactNode } from "react";
import { strings } from "../strings/entry.ts";

interface EmailFieldProps extends Pick<TextInputProps, "name" | "value" | "error" | "onChange" | "autoFocus"> {
  /** What browsers and password managers may fill in. */
  readonly autoComplete?: "username" | "username webauthn";
}

/** The email that one signs in by. */
export function EmailField({ autoComplete = "username", ...field }: EmailFieldProps): ReactNode {
  return (
    <TextInput
      {...field}
      label={strings.entry.email}
      placeholder={strings.entry.emailPlaceholder}
      type="email"
      inputMode="email"
      autoComplete={autoComplete}
      autoCapitalize="none"
      spellCheck={false}
      size="md"
    />
  );
}
