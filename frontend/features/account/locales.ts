/** Languages for dates and numbers, and time zones, as a person reads them. Pure: everything comes from Intl. */
const OFFERED = [
  "en-US",
  "en-GB",
  "en-AU",
  "en-CA",
  "en-IN",
  "en-PK",
  "ar-EG",
  "de-DE",
  "es-ES",
  "es-MX",
  "fr-FR",
  "hi-IN",
  "id-ID",
  "it-IT",
  "ja-JP",
  "ko-KR",
  "nl-NL",
  "pl-PL",
  "pt-BR",
  "ru-RU",
  "sv-SE",
  "tr-TR",
  "uk-UA",
  "ur-PK",
  "zh-CN",
];

/** The offered languages with what is chosen and what the browser prefers among them. */
export function localeChoices(chosen: string, preferred: readonly string[]): string[] {
  const valid = preferred.filter((locale) => /^[A-Za-z]{2,3}-/.test(locale) && isLocale(locale));
  return [...new Set([chosen, ...valid.slice(0, 3), ...OFFERED])].filter(isLocale);
}

export function isLocale(locale: string): boolean {
  try {
    return Intl.getCanonicalLocales(locale).length === 1;
  } catch {
    return false;
  }
}

/** "English (United States) · 11/21/2026, 5:30 PM": the name tells little, the example all. */
export function localeLabel(locale: string, now: Date): string {
  const name = new Intl.DisplayNames(["en"], { type: "language", fallback: "code" }).of(locale) ?? locale;
  const options: Intl.DateTimeFormatOptions = {
    day: "2-digit",
    month: "2-digit",
    year: "numeric",
    hour: "numeric",
    minute: "2-digit",
  };
  return `${name} · ${now.toLocaleString(locale, options).replaceAll("\u202f", " ")}`;
}

/** Every zone that the browser knows, with the chosen one even when it does not. */
export function zoneChoices(chosen: string): string[] {
  const known = typeof Intl.supportedValuesOf === "function" ? Intl.supportedValuesOf("timeZone") : [];
  return [...new Set(["UTC", ...known, chosen])].sort();
}

/** How far a zone is from UTC at an instant: "GMT+5", "GMT−3:30", "GMT". */
export function zoneOffset(zone: string, at: Date): string {
  try {
    const parts = new Intl.DateTimeFormat("en", {
      timeZone: zone,
      timeZoneName: "shortOffset",
    }).formatToParts(at);
    return parts.find((part) => part.type === "timeZoneName")?.value ?? "";
  } catch {
    return "";
  }
}

/** "Asia/Karachi" as people say it: "Karachi", region "Asia". */
export function zoneName(zone: string): { place: string; region: string } {
  const parts = zone.replaceAll("_", " ").split("/");
  return { place: parts.at(-1) ?? zone, region: parts.slice(0, -1).join(", ") };
}

/** Whether a zone fits what was typed: every word begins a word of its name, or of its offset. */
export function zoneFits(zone: string, offset: string, typed: string): boolean {
  const words = `${zone} ${offset}`
    .toLowerCase()
    .replaceAll("−", "-")
    .split(/[/_\s-]+/);
  const haystack = `${zone} ${offset}`.toLowerCase().replaceAll("_", " ");
  return typed
    .toLowerCase()
    .trim()
    .split(/\s+/)
    .every(
      (part) => words.some((word) => word.startsWith(part)) || (part.length > 2 && haystack.includes(part)),
    );
}
