import { Button, Group, NativeSelect, PasswordInput, Text, Textarea, TextInput } from "@mantine/core";
import { useRef, useState, type FormEvent, type ReactNode } from "react";
import type { Link } from "../../../protocol/share.ts";
import { FormFailure } from "../entry/form-failure.tsx";
import { strings } from "../strings/sharing.ts";
import { errorText } from "../ui/error-text.ts";
import { changesOf, checkDraft, dayOf, draftOf, type DraftErrors, type Expiry, type LinkDraft } from "./link-draft.ts";
import classes from "./link-form.module.css";
import { changeLink } from "./link-requests.ts";
import { PermissionChoice } from "./permission-choice.tsx";

const EXPIRIES: readonly Expiry[] = ["never", "day", "week", "month", "date"];

interface LinkFormProps {
  readonly link: Link;
  readonly isFolder: boolean;
}

/** A link's settings, which hold as soon as they are saved. */
export function LinkForm({ link, isFolder }: LinkFormProps): ReactNode {
  const text = strings.sharing.form;
  const [draft, setDraft] = useState(() => draftOf(link));
  const [errors, setErrors] = useState<DraftErrors>({});
  const [failure, setFailure] = useState<string>();
  const [saved, setSaved] = useState("");
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const set = (change: Partial<LinkDraft>): void => {
    setDraft({ ...draft, ...change });
    setErrors({});
    setSaved("");
  };

  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const found = checkDraft(draft, Date.now());
    setErrors(found);
    setFailure(undefined);
    if (Object.keys(found).length > 0) {
      setTimeout(() => form.current?.querySelector<HTMLInputElement>("[aria-invalid=true]")?.focus());
      return;
    }
    const changes = changesOf(link, draft, Date.now());
    if (!changes) return setSaved(text.unchanged);
    setBusy(true);
    try {
      setDraft(draftOf(await changeLink(link.id, changes)));
      setSaved(text.saved);
    } catch (error) {
      setFailure(errorText(error));
    } finally {
      setBusy(false);
    }
  };

  const isDrop = draft.permission === "upload";
  return (
    <form ref={form} className={classes.form} onSubmit={(event) => void save(event)} noValidate>
      <PermissionChoice isFolder={isFolder} value={draft.permission} onChange={(permission) => set({ permission })} />
      <PasswordSetting link={link} draft={draft} error={errors.password} onChange={(password) => set({ password })} />
      <div className={classes.pair}>
        <NativeSelect
          label={text.expiry}
          value={draft.expiry}
          data={EXPIRIES.map((value) => ({ value, label: text.expiries[value] }))}
          onChange={({ currentTarget }) => set({ expiry: currentTarget.value as Expiry })}
        />
        {draft.expiry === "date" && (
          <TextInput
            type="date"
            label={text.expiryDate}
            min={dayOf(Date.now())}
            value={draft.lastDay}
            error={errors.lastDay}
            onChange={({ currentTarget }) => set({ lastDay: currentTarget.value })}
          />
        )}
      </div>
      {isDrop ? (
        <TextInput
          label={text.bytes}
          description={text.bytesText}
          inputMode="decimal"
          value={draft.gigabytes}
          error={errors.gigabytes}
          onChange={({ currentTarget }) => set({ gigabytes: currentTarget.value })}
        />
      ) : (
        <TextInput
          label={text.cap}
          description={text.capText}
          inputMode="numeric"
          value={draft.cap}
          error={errors.cap}
          onChange={({ currentTarget }) => set({ cap: currentTarget.value })}
        />
      )}
      <Textarea
        label={text.note}
        description={text.noteText}
        rows={2}
        maxLength={500}
        value={draft.note}
        onChange={({ currentTarget }) => set({ note: currentTarget.value })}
      />
      <TextInput
        label={text.slug}
        description={text.slugText}
        value={draft.slug}
        error={errors.slug}
        onChange={({ currentTarget }) => set({ slug: currentTarget.value })}
      />
      <FormFailure text={failure} />
      <Group justify="flex-end" gap="md">
        <Text size="sm" role="status">
          {saved}
        </Text>
        <Button type="submit" loading={isBusy}>
          {text.save}
        </Button>
      </Group>
    </form>
  );
}

interface PasswordSettingProps {
  readonly link: Link;
  readonly draft: LinkDraft;
  readonly error: string | undefined;
  readonly onChange: (password: string | null) => void;
}

/** Set, changed, taken away; never shown, since nobody knows it any more. */
function PasswordSetting({ link, draft: { password }, error, onChange }: PasswordSettingProps): ReactNode {
  const text = strings.sharing.form;
  const [isTyping, setTyping] = useState(false);
  if (isTyping && password !== null) {
    return (
      <div className={classes.password}>
        <PasswordInput
          label={text.password}
          description={text.passwordHint}
          value={password}
          error={error}
          maxLength={128}
          autoComplete="new-password"
          data-autofocus
          autoFocus
          visibilityToggleButtonProps={{ "aria-label": text.passwordShow }}
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
        />
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={() => {
            setTyping(false);
            onChange(null);
          }}
        >
          {link.hasPassword ? text.keepPassword : strings.sharing.cancel}
        </Button>
      </div>
    );
  }
  const isRemoved = password === "";
  return (
    <div className={classes.password}>
      <div>
        <span className={classes.label}>{text.password}</span>
        <p className={classes.text}>
          {isRemoved ? text.removesPassword : link.hasPassword ? text.passwordSet : text.passwordNone}
        </p>
      </div>
      <div className={classes.buttons}>
        <Button
          variant="default"
          size="xs"
          onClick={() => {
            setTyping(true);
            onChange("");
          }}
        >
          {link.hasPassword ? text.changePassword : text.setPassword}
        </Button>
        {link.hasPassword && (
          <Button variant="default" size="xs" onClick={() => onChange(isRemoved ? null : "")}>
            {isRemoved ? text.keepPassword : text.removePassword}
          </Button>
        )}
      </div>
    </div>
  );
}
