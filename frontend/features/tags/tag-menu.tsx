"use client";

import { Settings2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import type { Tag } from "@/lib/api/types";
import { t } from "@/lib/messages";
import { IconButton } from "@/ui/button";

const TagDialog = dynamic(() => import("./tag-dialog"), { ssr: false });

export function TagMenu({ tag }: { tag: Tag }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton label={t.tags.edit(tag.name)} onClick={() => setOpen(true)}>
        <Settings2 aria-hidden size={17} />
      </IconButton>
      {open && <TagDialog tag={tag} onClose={() => setOpen(false)} />}
    </>
  );
}
