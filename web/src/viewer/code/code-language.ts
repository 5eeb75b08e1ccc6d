import { LanguageDescription } from "@codemirror/language";
import { languages } from "@codemirror/language-data";
import type { Extension } from "@codemirror/state";

/** How a file of that name is read; fetched at the first file of its language. None where it is plain text. */
export async function codeLanguage(name: string): Promise<Extension> {
  const found = LanguageDescription.matchFilename(languages, name.toLowerCase()) ?? byOtherName(name.toLowerCase());
  return found ? found.load() : [];
}

/** Names that the list of languages does not have. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/\.(jsonc|json5|ipynb|webmanifest)$/, "JSON"],
  [/\.(svg|plist|xhtml|vcxproj|csproj)$/, "XML"],
  [/\.(zsh|fish|bashrc|profile|env)$|^\.env/, "Shell"],
  [/\.(svelte|astro)$/, "HTML"],
];

function byOtherName(name: string): LanguageDescription | null {
  const language = OTHERS.find(([sign]) => sign.test(name))?.[1];
  return language === undefined ? null : LanguageDescription.matchLanguageName(languages, language);
}
