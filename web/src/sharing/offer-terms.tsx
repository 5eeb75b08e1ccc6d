import { List } from "@mantine/core";
import type { ReactNode } from "react";
import { strings } from "../strings/people.ts";

/** What it means to make a member the owner, said to the one who is it now. */
export function OfferTerms({ name }: { readonly name: string }): ReactNode {
  const text = strings.people.offer;
  return (
    <List size="sm" spacing={6}>
      {[text.asked(name), text.counts, text.stays, text.decides, text.links].map((term) => (
        <List.Item key={term}>{term}</List.Item>
      ))}
    </List>
  );
}
