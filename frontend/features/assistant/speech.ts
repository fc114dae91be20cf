"use client";

import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";

type Alternatives = { isFinal: boolean; 0: { transcript: string } };
type Recognition = {
  lang: string;
  continuous: boolean;
  interimResults: boolean;
  onresult: ((event: { results: ArrayLike<Alternatives> }) => void) | null;
  onerror: ((event: { error: string }) => void) | null;
  onend: (() => void) | null;
  start: () => void;
  stop: () => void;
  abort: () => void;
};
type Speaking = {
  SpeechRecognition?: new () => Recognition;
  webkitSpeechRecognition?: new () => Recognition;
};

function recogniser() {
  const here = window as unknown as Speaking;
  return here.SpeechRecognition ?? here.webkitSpeechRecognition;
}

const never = () => () => {};

/** Voice input where the browser has it. `onText` hears the whole text so far, again and again while a person speaks. */
export function useSpeech(language: string, onText: (text: string) => void) {
  const supported = useSyncExternalStore(
    never,
    () => Boolean(recogniser()),
    () => false,
  );
  const [listening, setListening] = useState(false);
  const [refused, setRefused] = useState(false);
  const running = useRef<Recognition | null>(null);
  const hear = useRef(onText);
  useEffect(() => {
    hear.current = onText;
  }, [onText]);
  useEffect(() => () => running.current?.abort(), []);

  const stop = useCallback(() => running.current?.stop(), []);
  const start = useCallback(() => {
    const Recogniser = recogniser();
    if (!Recogniser || running.current) return;
    const own = new Recogniser();
    own.lang = language;
    own.continuous = false;
    own.interimResults = true;
    own.onresult = ({ results }) =>
      hear.current(Array.from(results, (result) => result[0].transcript).join(""));
    own.onerror = ({ error }) => setRefused(error !== "aborted" && error !== "no-speech");
    own.onend = () => {
      running.current = null;
      setListening(false);
    };
    running.current = own;
    setRefused(false);
    setListening(true);
    own.start();
  }, [language]);

  return { supported, listening, refused, start, stop };
}
