import { NativeSelect, SegmentedControl, Text, useMantineColorScheme } from "@mantine/core";
import { useReducedMotion } from "@mantine/hooks";
import { useState, type ReactNode } from "react";
import { strings } from "../strings/settings.ts";
import { chosenLanguage, keepLanguage, LANGUAGE_TAGS } from "../strings/strings.ts";
import { setPreferences, usePreferences, type Preferences } from "./preferences.ts";
import { SettingCard } from "./setting-card.tsx";

const SCHEMES = ["light", "dark", "auto"] as const;
const DENSITIES = ["comfortable", "compact"] as const;

/** How Ledge looks in this browser. */
export function AppearanceSection(): ReactNode {
  const text = strings.settings.appearance;
  const reducesMotion = useReducedMotion();
  return (
    <>
      <SettingCard title={text.themeTitle} text={text.themeText}>
        <ThemeChoice />
      </SettingCard>
      <SettingCard title={text.languageTitle} text={text.languageText}>
        <LanguageChoice />
      </SettingCard>
      <SettingCard title={text.densityTitle} text={text.densityText}>
        <DensityChoice />
      </SettingCard>
      <SettingCard title={text.motionTitle} text={text.motionText}>
        <Text size="sm">{reducesMotion ? text.motionReduced : text.motionFull}</Text>
      </SettingCard>
    </>
  );
}

function ThemeChoice(): ReactNode {
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  return (
    <SegmentedControl
      aria-label={strings.settings.appearance.themeTitle}
      value={colorScheme}
      onChange={(scheme) => setColorScheme(scheme)}
      data={SCHEMES.map((value) => ({ value, label: strings.app.themes[value] }))}
    />
  );
}

function LanguageChoice(): ReactNode {
  const text = strings.settings.appearance;
  const [chosen, setChosen] = useState(chosenLanguage() ?? "");
  const languages = LANGUAGE_TAGS.map((tag) => ({ value: tag, label: nameOfLanguage(tag) }));
  return (
    <NativeSelect
      label={text.language}
      value={chosen}
      onChange={(event) => {
        const tag = event.currentTarget.value;
        setChosen(tag);
        keepLanguage(tag === "" ? null : tag);
        location.reload();
      }}
      data={[{ value: "", label: text.browserLanguage }, ...languages]}
      maw={320}
    />
  );
}

/** In the language itself, so that whoever speaks it finds it. */
function nameOfLanguage(tag: string): string {
  const name = new Intl.DisplayNames([tag], { type: "language" }).of(tag) ?? tag;
  return `${name.charAt(0).toLocaleUpperCase(tag)}${name.slice(1)}`;
}

function DensityChoice(): ReactNode {
  const text = strings.settings.appearance;
  const { density } = usePreferences();
  return (
    <SegmentedControl
      aria-label={text.densityTitle}
      value={density}
      onChange={(value: Preferences["density"]) => setPreferences({ density: value })}
      data={DENSITIES.map((value) => ({ value, label: text.densities[value] }))}
    />
  );
}
