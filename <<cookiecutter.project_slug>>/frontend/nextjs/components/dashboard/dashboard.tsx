"use client";

import { ArrowRight, Upload, UserPlus, type LucideIcon } from "lucide-react";
import Link from "next/link";
import { PageHeader } from "@/components/shell/page-header";
import { Card } from "@/components/ui/card";
import { useCan, useMe } from "@/lib/api/me";
import { LatestContacts } from "./latest-contacts";

export function Dashboard() {
  const { tenant, name } = useMe();
  const canEdit = useCan("contacts.write");
  return (
    <>
      <PageHeader
        title={tenant.name}
        lead={name ? `Good to see you, ${name}.` : "Good to see you."}
      />
      <div className="grid gap-6 lg:grid-cols-[1fr_20rem]">
        <LatestContacts />
        {canEdit && (
          <div className="grid content-start gap-4">
            <Action
              href="/contacts/import"
              icon={Upload}
              title="Import contacts"
              text="Bring a whole list with you, as a CSV file."
            />
            <Action
              href="/contacts?new"
              icon={UserPlus}
              title="Add a contact"
              text="Somebody you have just met? Write them down."
            />
          </div>
        )}
      </div>
    </>
  );
}

type ActionProps = { href: string; icon: LucideIcon; title: string; text: string };

function Action({ href, icon: Icon, title, text }: ActionProps) {
  return (
    <Link href={href} className="group rounded-2xl">
      <Card className="flex items-start gap-4 p-5 transition-colors group-hover:border-border-strong">
        <span className="grid size-10 shrink-0 place-items-center rounded-xl bg-soft text-on-soft">
          <Icon className="size-5" aria-hidden="true" />
        </span>
        <span className="min-w-0 flex-1">
          <span className="block font-semibold">{title}</span>
          <span className="mt-0.5 block text-sm text-muted">{text}</span>
        </span>
        <ArrowRight
          className="mt-1 size-4 shrink-0 text-muted transition-transform group-hover:translate-x-0.5"
          aria-hidden="true"
        />
      </Card>
    </Link>
  );
}
