import type { components } from "./schema";

type Schemas = components["schemas"];

/** `host` is where it can be reached, without a port. */
export type Tenant = Schemas["Tenant"];

/** Tenant and role are null for somebody who belongs to no tenant, or not to the one of this host. */
export type Me = Schemas["Me"];

export type Membership = Schemas["Membership"];

export type Member = Me & { tenant: Tenant; role: string; role_name: string };

export function isMember(me: Me): me is Member {
  return me.tenant !== null;
}

export type Contact = Schemas["Contact"];

export type ContactInput = Required<Schemas["ContactRequest"]>;

export type Page<T> = { next: string | null; previous: string | null; results: T[] };

/** What the job of an import gives back. */
export type ImportResult = {
  created: number;
  duplicates: number;
  failed: number;
  errors: { line: number; reason: string }[];
};

export type Job = Schemas["Job"];

/** RFC 9457: what every endpoint answers when something is wrong. */
export type Problem = Schemas["Problem"];

export type Permission = Schemas["Permission"];

export type Role = Schemas["Role"];

export type RoleInput = Schemas["RoleWriteRequest"];

export type TenantMember = Schemas["Member"];

export type Invitation = Schemas["Invitation"];

/** An invitation, as whoever has its link sees it. */
export type Offer = Schemas["Offer"];

export type ApiKey = Schemas["ApiKey"];

export type NewApiKey = Schemas["NewApiKey"];

export type ApiKeyInput = Schemas["ApiKeyWriteRequest"];

export type AuditEvent = Schemas["AuditEvent"];

export type Plan = Schemas["Plan"];

export type Interval = Order["interval"];

/** What somebody wants to have. */
export type Order = Schemas["OrderRequest"];

export type Subscription = Schemas["Subscription"];

export type Invoice = Schemas["Invoice"];

export type BillingDetails = Schemas["Details"];

// allauth's endpoints are no part of the schema.

/** What the account endpoints under /_allauth answer when something is wrong. */
export type AllauthErrors = {
  status: number;
  errors?: { message: string; code: string; param?: string }[];
};

/** A login of the person, as allauth tells it; times in seconds since 1970. */
export type Login = {
  id: number;
  user_agent: string;
  ip: string;
  created_at: number;
  is_current: boolean;
};

/** Something to log in with beside the password; times in seconds since 1970. */
export type Authenticator = {
  type: "totp" | "recovery_codes" | "webauthn";
  created_at: number;
  last_used_at: number | null;
  /** Of a passkey. */
  id?: number;
  name?: string;
  /** Of recovery codes; the codes themselves are told once. */
  unused_code_count?: number;
  unused_codes?: string[];
};
