"use client";

import { t } from "@/lib/messages";
import { COLORS } from "@/features/projects/colors";

/** Colours as a group of radio buttons; the first is none. */
export function ColorChoice({
  value,
  onChange,
}: {
  value: string | null;
  onChange: (color: string | null) => void;
}) {
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium">{t.projects.color}</legend>
      <div className="flex flex-wrap gap-1.5">
        {[null, ...COLORS].map((color) => {
          const name = color ? (t.colors[color] ?? color) : t.projects.noColor;
          return (
            <label
              key={name}
              title={name}
              className="has-[:checked]:ring-accent has-[:focus-visible]:outline-accent relative grid size-8 place-items-center rounded-full has-[:checked]:ring-2 has-[:focus-visible]:outline-2 touch:size-11"
            >
              <input
                type="radio"
                name="color"
                className="absolute inset-0 cursor-pointer opacity-0"
                aria-label={name}
                checked={value === color}
                onChange={() => onChange(color)}
              />
              <span
                aria-hidden
                className="border-edge size-5 rounded-full border"
                style={color ? { backgroundColor: color, borderColor: color } : undefined}
              />
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}
