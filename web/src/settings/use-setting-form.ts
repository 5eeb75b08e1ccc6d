import { useState } from "react";
import { useEntryForm } from "../entry/use-entry-form.ts";

type Options<Field extends string> = Parameters<typeof useEntryForm<Field>>[0];
type Form<Field extends string> = ReturnType<typeof useEntryForm<Field>>;

/** A form that says when what it holds was saved, until something is typed again. */
export function useSettingForm<Field extends string>(options: Options<Field>): Form<Field> & { isSaved: boolean } {
  const [isSaved, setSaved] = useState(false);
  const form = useEntryForm<Field>({
    ...options,
    submit: async (values) => {
      setSaved(false);
      const wrong = await options.submit(values);
      setSaved(wrong === undefined);
      return wrong;
    },
  });
  return {
    ...form,
    isSaved,
    field: (name) => {
      const field = form.field(name);
      return {
        ...field,
        onChange: (event) => {
          setSaved(false);
          field.onChange(event);
        },
      };
    },
  };
}
