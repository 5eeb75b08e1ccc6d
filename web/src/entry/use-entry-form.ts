import { useEffect, useRef, useState, type ChangeEvent, type FormEvent, type RefObject } from "react";
import { errorText } from "../ui/error-text.ts";

type Errors<Field extends string> = Partial<Record<Field, string | undefined>>;

interface EntryFormOptions<Field extends string> {
  readonly initial: Readonly<Record<Field, string>>;
  /** What is wrong with what was typed, by field. */
  readonly check: (values: Readonly<Record<Field, string>>) => Errors<Field>;
  /** Resolves when it is done, or with what the server found wrong, by field. */
  readonly submit: (values: Readonly<Record<Field, string>>) => Promise<Errors<Field> | undefined>;
}

interface EntryForm<Field extends string> {
  readonly values: Readonly<Record<Field, string>>;
  /** What an input takes. */
  field(name: Field): {
    name: Field;
    value: string;
    error: string | undefined;
    onChange: (event: ChangeEvent<HTMLInputElement>) => void;
  };
  set(name: Field, value: string): void;
  /** What failed as a whole. */
  readonly failure: string | undefined;
  readonly isBusy: boolean;
  readonly ref: RefObject<HTMLFormElement | null>;
  onSubmit(event?: FormEvent): void;
}

/** A form that checks when it is sent, puts the focus on the first field that is wrong, and is sent once at a time. */
export function useEntryForm<Field extends string>(options: EntryFormOptions<Field>): EntryForm<Field> {
  const [values, setValues] = useState(options.initial);
  const [errors, setErrors] = useState<Errors<Field>>({});
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const ref = useRef<HTMLFormElement>(null);

  useEffect(() => {
    ref.current?.querySelector<HTMLInputElement>("input[aria-invalid=true]")?.focus();
  }, [errors]);

  const set = (name: Field, value: string): void => {
    setValues((before) => ({ ...before, [name]: value }));
    if (errors[name] !== undefined) setErrors((before) => ({ ...before, [name]: undefined }));
  };

  async function send(): Promise<void> {
    const found = options.check(values);
    setErrors(found);
    setFailure(undefined);
    if (Object.values(found).some((each) => each !== undefined)) return;
    setBusy(true);
    try {
      setErrors((await options.submit(values)) ?? {});
    } catch (error) {
      setFailure(errorText(error));
    } finally {
      setBusy(false);
    }
  }

  return {
    values,
    field: (name) => ({
      name,
      value: values[name],
      error: errors[name],
      onChange: (event) => set(name, event.currentTarget.value),
    }),
    set,
    failure,
    isBusy,
    ref,
    onSubmit: (event) => {
      event?.preventDefault();
      if (!isBusy) void send();
    },
  };
}
