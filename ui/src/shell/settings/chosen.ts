import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type Api, Failure, type Settings } from "../../api";
import { type Chosen, toast } from "../../components";
import { LANGUAGES, type Language, speak, spoken, wanted } from "../../words";

/** The settings as the studio keeps them; nothing until they have been read. What is chosen shows at once. */
export function useChosen(api: Api): Chosen | undefined {
  const [settings, setSettings] = useState<Settings | undefined>(undefined);
  const latest = useRef(settings);
  latest.current = settings;
  useEffect(() => {
    // Without settings everything is as it was at first.
    api.rpc("settings.get", {}).then(setSettings, () => setSettings({ look_for_updates: false }));
  }, [api]);
  const choose = useCallback(
    (part: Partial<Settings>) => {
      const before = latest.current;
      if (!before) return;
      const next = { ...before, ...part };
      latest.current = next;
      setSettings(next);
      api.rpc("settings.set", next).catch((thrown) => {
        const { message, hint } = Failure.from(thrown);
        toast(message, hint, "error");
        setSettings(before);
      });
    },
    [api],
  );
  return useMemo(() => settings && { settings, choose }, [settings, choose]);
}

/** Speaks the chosen language, else the first of the system's. Answers what is spoken: what is drawn depends on it. */
export function useLanguage(chosen: Chosen | undefined): Language | undefined {
  const [language, setLanguage] = useState<Language | undefined>(undefined);
  const wish = chosen?.settings.language;
  const known = chosen !== undefined;
  useEffect(() => {
    if (!known) return;
    const next = wish !== undefined && wish in LANGUAGES ? (wish as Language) : wanted(navigator.languages);
    let gone = false;
    speak(next).then(
      () => !gone && setLanguage(next),
      // A catalogue that cannot be loaded leaves the language that is spoken.
      () => !gone && setLanguage(spoken()),
    );
    return () => {
      gone = true;
    };
  }, [wish, known]);
  return language;
}
