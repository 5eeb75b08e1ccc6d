import { Button, Checkbox, Group, NativeSelect, Stack, TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { FormFailure } from "../entry/form-failure.tsx";
import { useEntryForm } from "../entry/use-entry-form.ts";
import { strings } from "../strings/settings.ts";
import { makeToken, type Scope } from "./account-requests.ts";

const EXPIRIES = ["30", "90", "365", "never"] as const;
const DAY = 86_400_000;

interface NewTokenFormProps {
  readonly onMade: (token: { readonly name: string; readonly token: string }) => void;
}

/** Name, scopes and expiry of a token to come. */
export function NewTokenForm({ onMade }: NewTokenFormProps): ReactNode {
  const text = strings.settings.tokens;
  const [scopes, setScopes] = useState<readonly string[]>(["read"]);
  const [scopeError, setScopeError] = useState<string>();
  const [expiry, setExpiry] = useState<string>("90");
  const form = useEntryForm({
    initial: { name: "" },
    check: ({ name }) => ({
      name: name.trim() === "" ? text.nameNeeded : name.trim().length > 100 ? strings.settings.nameTooLong : undefined,
    }),
    submit: async ({ name }) => {
      if (scopes.length === 0) {
        setScopeError(text.scopeNeeded);
        return undefined;
      }
      const expiresAt = expiry === "never" ? null : new Date(Date.now() + Number(expiry) * DAY).toISOString();
      onMade(await makeToken(name.trim(), scopes.filter(isScope), expiresAt));
      return undefined;
    },
  });
  return (
    <form ref={form.ref} onSubmit={form.onSubmit} noValidate>
      <FormFailure text={form.failure} />
      <Stack gap="md" maw={420}>
        <TextInput
          {...form.field("name")}
          label={text.nameField}
          placeholder={text.namePlaceholder}
          autoComplete="off"
        />
        <Checkbox.Group
          label={text.scopes}
          value={[...scopes]}
          error={scopeError}
          onChange={(chosen) => {
            setScopes(chosen);
            setScopeError(undefined);
          }}
        >
          <Stack gap="xs" mt={6} mb={scopeError === undefined ? 0 : 6}>
            {(["read", "write"] as const).map((scope) => (
              <Checkbox key={scope} value={scope} label={text.scopeNames[scope]} description={text.scopeTexts[scope]} />
            ))}
          </Stack>
        </Checkbox.Group>
        <NativeSelect
          label={text.expiry}
          value={expiry}
          onChange={(event) => setExpiry(event.currentTarget.value)}
          data={EXPIRIES.map((value) => ({ value, label: text.expiries[value] }))}
        />
        <Group>
          <Button type="submit" loading={form.isBusy}>
            {text.make}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function isScope(value: string): value is Scope {
  return value === "read" || value === "write";
}
