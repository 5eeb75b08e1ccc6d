import { Input } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useId, useRef, type KeyboardEvent, type ReactNode } from "react";
import { strings } from "../strings/people.ts";
import classes from "./email-field.module.css";
import { readEmails } from "./emails.ts";

interface EmailFieldProps {
  readonly emails: readonly string[];
  /** What stands in the field and is no chip yet. */
  readonly typed: string;
  readonly error: string | undefined;
  readonly onChange: (emails: readonly string[], typed: string) => void;
}

/** Takes several addresses: each becomes a chip when it is ended, or a whole list when it is pasted. */
export function EmailField({ emails, typed, error, onChange }: EmailFieldProps): ReactNode {
  const text = strings.people;
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const take = (more: string): void => {
    const read = readEmails(more);
    onChange([...new Set([...emails, ...read.emails])], read.wrong.join(", "));
  };
  const removeAt = (at: number): void => {
    onChange(emails.toSpliced(at, 1), typed);
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const isEnd = event.key === "," || event.key === ";" || event.key === " " || event.key === "Enter";
    if (isEnd && typed.trim() !== "") {
      event.preventDefault();
      take(typed);
    } else if (event.key === " " || event.key === ",") event.preventDefault();
    else if (event.key === "Backspace" && typed === "" && emails.length > 0) removeAt(emails.length - 1);
  };
  return (
    <Input.Wrapper label={text.emails} error={error} labelProps={{ htmlFor: id }} errorProps={{ id: `${id}-error` }}>
      <div
        className={classes.box}
        data-wrong={error !== undefined || undefined}
        onMouseDown={(event) => {
          if (event.target !== event.currentTarget) return;
          event.preventDefault();
          field.current?.focus();
        }}
      >
        {emails.length > 0 && (
          <ul className={classes.chips}>
            {emails.map((email, at) => (
              <li key={email} className={classes.chip}>
                <span className={classes.email}>{email}</span>
                <button
                  type="button"
                  className={classes.remove}
                  aria-label={text.removeEmail(email)}
                  onClick={() => removeAt(at)}
                >
                  <IconX size={14} stroke={2} aria-hidden />
                </button>
              </li>
            ))}
          </ul>
        )}
        <input
          ref={field}
          id={id}
          className={classes.field}
          type="text"
          inputMode="email"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          data-autofocus
          placeholder={emails.length === 0 ? text.emailsHint : undefined}
          aria-invalid={error !== undefined}
          aria-describedby={error === undefined ? undefined : `${id}-error`}
          value={typed}
          onChange={({ currentTarget: { value } }) => onChange(emails, value)}
          onKeyDown={onKeyDown}
          onPaste={(event) => {
            const pasted = event.clipboardData.getData("text");
            if (readEmails(pasted).emails.length === 0) return;
            event.preventDefault();
            take(`${typed} ${pasted}`);
          }}
          onBlur={() => {
            if (readEmails(typed).emails.length > 0) take(typed);
          }}
        />
      </div>
    </Input.Wrapper>
  );
}
