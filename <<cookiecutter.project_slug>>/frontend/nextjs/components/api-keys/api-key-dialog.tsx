"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { CopyField } from "@/components/ui/copy-field";
import { Dialog } from "@/components/ui/dialog";
import { ApiKeyForm } from "./api-key-form";

/** Makes a key and shows it, this once. */
export function ApiKeyDialog({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={text ? "Your new key" : "New API key"}
      description={
        text
          ? "Copy it now: it is not stored, and nobody can show it again."
          : "It acts for you, within what you choose here."
      }
    >
      {text ? (
        <div className="grid gap-4">
          <CopyField label="API key" value={text} />
          <Button className="justify-self-end" onClick={onClose}>
            Done
          </Button>
        </div>
      ) : (
        <ApiKeyForm onMade={setText} onClose={onClose} />
      )}
    </Dialog>
  );
}
